package emptest_test

import (
	"context"
	"errors"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

func newApp() *framework.App {
	return &framework.App{
		Name:   "hack",
		Config: framework.Config{JID: "hackity.localhost"},
		Routes: func(r *router.Router) {
			r.Resource("hack", func(r *router.Router) {
				r.Message("[body='ask']").To(ask).Name("ask")
				r.Message("[body]").To(hack)
			})
		},
	}
}

func hack(_ context.Context, req *component.Request) (component.Response, error) {
	return req.Reply("Hackity Hack!"), nil
}

// ask asks bob before it answers.
func ask(ctx context.Context, req *component.Request) (component.Response, error) {
	answer, err := req.Ask(ctx, stanza.NewIQ(stanza.TypeGet, jid.MustParse("bob@localhost/phone"), element.New("urn:q", "q")))
	var fault stanza.Fault
	if errors.As(err, &fault) {
		return req.Reply("bob says " + string(fault.Condition)), nil
	}
	return req.Reply("bob says " + answer.Payload.Text()), err
}

func TestDoApp(t *testing.T) {
	app := newApp()
	for range 2 {
		got := emptest.Do(t, app, `<message from='alice@localhost/desk' to='hackity.localhost/hack' type='chat'><body>hi</body></message>`)
		if len(got) != 1 || got[0].Body() != "Hackity Hack!" {
			t.Errorf("got %v", got)
		}
	}
	got := emptest.Do(t, app, `<iq from='alice@localhost/desk' to='hackity.localhost' type='get' id='1'><x xmlns='urn:x'/></iq>`)
	if f, _ := got[0].Fault(); len(got) != 1 || f.Condition != stanza.ServiceUnavailable {
		t.Errorf("got %v", got)
	}
}

// TestAskApp has an action wait for what a peer answers.
func TestAskApp(t *testing.T) {
	s := emptest.Start(t, newApp())
	s.Send(`<message from='alice@localhost/desk' to='hackity.localhost/hack' type='chat'><body>ask</body></message>`)
	s.Expect(`<iq from='{whom}' to='bob@localhost/phone' type='get' id='{id}'><q xmlns='urn:q'/></iq>`)
	s.Send(`<iq from='bob@localhost/phone' to='{whom}' type='result' id='{id}'><a xmlns='urn:q'>yes</a></iq>`)
	s.Expect(`<message from='hackity.localhost/hack' to='alice@localhost/desk' type='chat'><body>bob says yes</body></message>`)
	s.Nothing()
}

func TestPlaysApp(t *testing.T) { emptest.Run(t, "testdata/hack.txtar", newApp) }
