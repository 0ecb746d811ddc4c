package framework_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestP06Presence: what presence is in force is sent again on a new link, and
// taken back at the end; what is not, is not.
func TestP06Presence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		s := sc.play(nil)
		p := sc.accept()
		send := func(typ stanza.Type, from, to string) {
			t.Helper()
			o := stanza.NewPresence(typ, jid.MustParse(to))
			if from != "" {
				o.From = jid.MustParse(from).Address()
			}
			if typ == stanza.TypeAvailable {
				o.Status = "for " + to
			}
			if err := s.Send(t.Context(), o); err != nil {
				t.Fatal(err)
			}
			p.want("presence")
		}
		send("", "", "alice@localhost")
		send("", "bot@comp.localhost/x", "alice@localhost")
		send("", "", "bob@localhost")
		send("unavailable", "comp.localhost", "bob@localhost") // the same sender, by name
		send("", "", "carol@localhost")
		p.say("<presence type='error' from='carol@localhost' to='comp.localhost'><error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>")
		send("subscribe", "", "dave@localhost")
		send("", "", "erin@localhost")
		send("", "comp.localhost", "erin@localhost")
		synctest.Wait()

		p.cut()
		p = sc.accept()
		p.wantPresence("subscribe", "comp.localhost", "dave@localhost") // not confirmed yet, so sent again
		got := make(map[string]bool)
		for range 3 {
			n := p.want("presence")
			got[n.Attr("type")+n.Attr("from")+">"+n.Attr("to")] = true
			if !strings.Contains(n.String(), "for "+n.Attr("to")) {
				t.Errorf("sent again without its content: %v", n)
			}
		}
		want := map[string]bool{"comp.localhost>alice@localhost": true, "bot@comp.localhost/x>alice@localhost": true, "comp.localhost>erin@localhost": true}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("sent again: %v, want %v", got, want)
		}
		synctest.Wait()
		if len(p.events) > 0 {
			t.Errorf("also sent: %v", p.next())
		}

		s.stop()
		clear(got)
		for range 3 {
			n := p.want("presence")
			got[strings.TrimPrefix(n.Attr("type"), "unavailable")+n.Attr("from")+">"+n.Attr("to")] = true
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("taken back: %v, want %v", got, want)
		}
		p.wantClose(true)
		if err := s.end(); err != nil {
			t.Error(err)
		}
	})
}

// TestP06Order: presence that is taken back while it is being repeated on a new
// link is not repeated behind that.
func TestP06Order(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		s := sc.play(func(a *framework.App) { a.Routes = leave })
		p := sc.accept()
		const n = 50
		for i := range n {
			if err := s.Send(t.Context(), stanza.NewPresence("", jid.MustParse(fmt.Sprintf("u%d@localhost", i)))); err != nil {
				t.Fatal(err)
			}
			p.want("presence")
		}
		pause := make(chan struct{})
		sc.mu.Lock()
		sc.pause = pause
		sc.mu.Unlock()
		p.cut()
		p = sc.accept()
		for i := range n {
			p.say(fmt.Sprintf("<message from='u%d@localhost' to='comp.localhost'><body>go</body></message>", i))
		}
		synctest.Wait() // the first is being written, and the actions have answered
		close(pause)
		synctest.Wait()
		last := make(map[string]string)
		for len(p.events) > 0 {
			if ev := <-p.events; ev.Node.Local() == "presence" {
				last[ev.Node.Attr("to")] = ev.Node.Attr("type")
			}
		}
		for to, typ := range last {
			if typ != "unavailable" {
				t.Errorf("%s saw presence %q last", to, typ)
			}
		}
		if len(last) != n {
			t.Errorf("%d contacts told", len(last))
		}
	})
}

// leave answers messages with unavailable presence.
func leave(r *router.Router) {
	r.Message("[body]").To(func(_ context.Context, req *component.Request) (component.Response, error) {
		return component.Response{stanza.NewPresence(stanza.TypeUnavailable, req.From.JID)}, nil
	})
}
