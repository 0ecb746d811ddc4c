package emptest_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/feature/roster"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// newBot returns the app of newApp as a client, with a second resource that approves who
// subscribes, and passes on to the first what it is told.
func newBot() *framework.App {
	app := newApp()
	routes := app.Routes
	app.Config = framework.Config{Mode: framework.Client, JID: "bot@localhost/hack"}
	app.Routes = func(r *router.Router) {
		routes(r)
		r.Resource("relay", func(r *router.Router) {
			r.Presence("[@type='subscribe']").To(func(_ context.Context, req *component.Request) (component.Response, error) {
				return req.ReplyPresence(stanza.TypeSubscribed), nil
			})
			r.Message("[body]").To(func(ctx context.Context, req *component.Request) (component.Response, error) {
				to, err := req.To.JID.WithResource("hack")
				if err != nil {
					return nil, err
				}
				var fault stanza.Fault
				if _, err = req.Ask(ctx, stanza.NewIQ(stanza.TypeGet, to, element.New("urn:q", "q"))); !errors.As(err, &fault) {
					return nil, err
				}
				return req.Reply("the hack says " + string(fault.Condition)), nil
			})
		})
	}
	return app
}

// TestClient: an app that is a client, in memory, has its account and its links, and
// everybody else is played by the test.
func TestClient(t *testing.T) {
	app := newBot()
	for range 2 {
		got := emptest.Do(t, app, `<message from='alice@localhost/desk' to='bot@localhost' type='chat'><body>hi</body></message>
			<message from='carol@example.org/desk' to='bot@localhost/hack' type='chat'><body>hi</body></message>`)
		to := make(map[string]bool) // of two people, so in any order
		for _, s := range got {
			to[s.To.String()] = s.Body() == "Hackity Hack!" && s.From.String() == "bot@localhost/hack"
		}
		if len(got) != 2 || !to["alice@localhost/desk"] || !to["carol@example.org/desk"] {
			t.Errorf("got %v", got)
		}
	}
	got := emptest.Do(t, app, `<iq from='alice@localhost/desk' to='bot@localhost/hack' type='get' id='1'/>`)
	if f, _ := got[0].Fault(); len(got) != 1 || f.Condition != stanza.BadRequest {
		t.Errorf("got %v", got)
	}
}

// TestClientAsks: what the app sends to itself, from one of its links to another, is
// done too when a test says that nothing more comes; and what it asks a peer waits for the
// peer.
func TestClientAsks(t *testing.T) {
	s := emptest.Start(t, newBot())
	s.Answer("bob@localhost", func(question stanza.Stanza) []stanza.Out {
		return []stanza.Out{question.Result(element.Text("urn:q", "a", "yes"))}
	})
	for range 10 {
		got := s.Do(`<message from='alice@localhost/desk' to='{app}/relay'><body>x</body></message>`)
		if len(got) != 1 || got[0].Body() != "the hack says service-unavailable" {
			t.Fatalf("got %v", got)
		}
	}
	s.Send(`<message from='alice@localhost/desk' to='{app}/hack'><body>ask</body></message>`)
	s.Expect(`<message from='{app}/hack' to='alice@localhost/desk'><body>bob says yes</body></message>`)
	s.Nothing()
}

// TestClientPresence: the account's server keeps its subscriptions, and sends its presence
// to who has one.
func TestClientPresence(t *testing.T) {
	app := newBot()
	contacts := &roster.Feature{}
	app.Use(contacts)
	s := emptest.Start(t, app)
	s.Play(parsePlay(t, `
-- alice@localhost/desk sends --
<presence to='{app}' type='subscribe'/>
-- alice@localhost/desk receives in any order --
<presence from='{app}' to='alice@localhost' type='subscribed'/>
<presence from='{app}/hack' to='alice@localhost'/>
<presence from='{app}/relay' to='alice@localhost'><priority>-1</priority></presence>
`))
	if item, ok := contacts.Item(s.Do(`<message from='alice@localhost/desk' to='{app}'><body>hi</body></message>`)[0].To.JID); !ok || !item.Subscription.SeesUs() {
		t.Errorf("the roster has %v", contacts.Items())
	}
	s.Play(parsePlay(t, `
-- alice@localhost/desk sends --
<presence to='{app}' type='unsubscribe'/>
-- alice@localhost/desk receives in any order --
<presence from='{app}' to='alice@localhost' type='unsubscribed'/>
<presence from='{app}/hack' to='alice@localhost' type='unavailable'/>
<presence from='{app}/relay' to='alice@localhost' type='unavailable'/>
`))
}

func parsePlay(t *testing.T, text string) *emptest.Play {
	t.Helper()
	p, err := emptest.ParsePlay("play", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestSubscribeFrom: what is about a subscription comes from the peer's account, as its server
// sends it on (RFC 6121 section 3.1.2), to components and clients.
func TestSubscribeFrom(t *testing.T) {
	for _, conf := range []framework.Config{{}, {Mode: framework.Client}} {
		app := &framework.App{Config: conf, Routes: func(r *router.Router) {
			r.Presence("[@type='subscribe']").To(func(_ context.Context, req *component.Request) (component.Response, error) {
				return component.Response{stanza.NewMessage(jid.MustParse("log@localhost"), req.From.String())}, nil
			})
		}}
		s := emptest.Start(t, app)
		if got := s.Do(`<presence from='alice@localhost/desk' to='{app}' type='subscribe'/>`); len(got) != 1 || got[0].Body() != "alice@localhost" {
			t.Errorf("%s: got %v", conf.Mode, got)
		}
	}
}

// TestClientFails: what goes wrong is said.
func TestClientFails(t *testing.T) {
	for name, tc := range map[string]struct {
		test func(t testing.TB)
		want string
	}{
		"anonymous": {func(t testing.TB) {
			app := newBot()
			app.Config.Anonymous = true
			emptest.Start(t, app)
		}, "emptest: the app's Config.Anonymous is set: test it with an account"},
		"to another": {func(t testing.TB) {
			emptest.Start(t, newBot()).Send(`<message from='alice@localhost/desk' to='bob@localhost/phone'/>`)
		}, "alice@localhost/desk cannot send: to=\"bob@localhost/phone\" is not the app, which is bot@localhost"},
		"something": {func(t testing.TB) {
			s := emptest.Start(t, newBot())
			s.Send(`<message from='alice@localhost/desk' to='{app}/hack'><body>hi</body></message>`)
			s.Nothing()
		}, "nobody should have received anything more, but\nalice@localhost/desk received"},
	} {
		if said := emptest.Failure(t, tc.test); !strings.Contains(said, tc.want) {
			t.Errorf("%s: it said %s", name, said)
		}
	}
}

// TestClientClock: it works in a bubble.
func TestClientClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := emptest.Start(t, newBot())
		time.Sleep(time.Hour)
		if got := s.Do(`<message from='alice@localhost/desk' to='{app}/hack'><body>hi</body></message>`); len(got) != 1 {
			t.Errorf("got %v", got)
		}
	})
}
