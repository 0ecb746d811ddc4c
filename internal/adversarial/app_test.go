package adversarial_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/feature/disco"
	"github.com/emp-framework/emp/feature/subscription"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/adversarial"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// appExpects is what a whole application does with the stanza-semantics lines
// that routing and dispatch decide: the answers that it sends, and the actions
// that ran, with what they saw.
var appExpects = map[string]struct{ sent, ran string }{
	"sem-014": {"iq error 1 to alice@localhost/r: service-unavailable", ""},
	"sem-015": {"", ""},
	"sem-016": {"", ""},
	"sem-022": {"iq result 1 to alice@localhost/r, iq result 1 to bob@localhost/r", "ping, ping"},
	"sem-023": {"iq result 1 to alice@localhost/r, iq result 1 to alice@localhost/r", "ping, ping"},
	"sem-024": {"", "errors: service-unavailable"},
	"sem-025": {"", "errors: undefined-condition"},
	"sem-027": {"message normal to alice@localhost/r", "chat: x"},
	"sem-033": {"", "presence: unavailable"},
	"sem-034": {"", "errors: remote-server-timeout"},
	"sem-035": {"", "presence:  priority 0"},
	"sem-036": {"", "presence:  show "},
	"sem-037": {"", ""},
	"sem-038": {"", "room: x"},
	"sem-040": {"", "carbon of alice@localhost/r"},
	"sem-041": {"message normal to alice@localhost/r", "chat: x"},
	"sem-045": {"message normal to alice@localhost/r", "chat: x"},
	"sem-046": {"", ""},
}

// TestApp runs those lines through an application: parser, link, routes,
// dispatch, actions, and the checks of what goes out.
func TestApp(t *testing.T) {
	seen := 0
	for _, c := range adversarial.Cases("stanza-semantics") {
		want, ok := appExpects[c.ID]
		if !ok {
			if !linkSemantics[c.ID] && featuresExpect[c.ID] == "" {
				t.Errorf("%s is neither here, nor the link's, nor a feature's", c.ID)
			}
			continue
		}
		seen++
		t.Run(c.ID, func(t *testing.T) {
			var s spy
			var sent []string
			for _, o := range emptest.Do(t, s.app(), string(c.Data)) {
				line := fmt.Sprintf("%s %s to %s", o.Kind, o.Type, o.To)
				if o.Kind == stanza.IQ { // a message has an id of its own
					line = fmt.Sprintf("%s %s %s to %s", o.Kind, o.Type, o.ID, o.To)
				}
				if f, ok := o.Fault(); ok {
					line += ": " + string(f.Condition)
				}
				sent = append(sent, line)
			}
			slices.Sort(sent)
			if got := strings.Join(sent, ", "); got != want.sent {
				t.Errorf("%s: sent %q, want %q\nwhy: %s", c.Expected, got, want.sent, c.Why)
			}
			if got := strings.Join(s.ran, ", "); got != want.ran {
				t.Errorf("%s: ran %q, want %q\nwhy: %s", c.Expected, got, want.ran, c.Why)
			}
		})
	}
	if seen != len(appExpects) {
		t.Errorf("%d of %d lines are in the file", seen, len(appExpects))
	}
}

// featuresExpect is what features answer to the lines that are theirs, without a
// line of an author's code: kind, type, id, from, to, and a child of it.
var featuresExpect = map[string]string{
	"sem-030": "presence unsubscribed  nobody@comp.localhost alice@localhost ",
	"sem-031": "presence unsubscribed  bot@comp.localhost alice@localhost ",
	"sem-042": "iq result 1 comp.localhost localhost query",
	"sem-043": "iq error 1 comp.localhost alice@localhost/r item-not-found",
}

// TestFeatures runs those lines through an application that has the features.
func TestFeatures(t *testing.T) {
	for _, c := range adversarial.Cases("stanza-semantics") {
		want, ok := featuresExpect[c.ID]
		if !ok {
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			app := &framework.App{Config: framework.Config{JID: "comp.localhost"}}
			app.Use(&disco.Feature{}, &subscription.Feature{})
			got := emptest.Do(t, app, string(c.Data))
			if len(got) != 1 {
				t.Fatalf("sent %v\nwhy: %s", got, c.Why)
			}
			o := got[0]
			child := o.Node.FirstElement().Local()
			if f, ok := o.Fault(); ok {
				child = string(f.Condition)
			}
			if line := fmt.Sprintf("%s %s %s %s %s %s", o.Kind, o.Type, o.ID, o.From, o.To, child); line != want {
				t.Errorf("%s: sent %q, want %q\nwhy: %s", c.Expected, line, want, c.Why)
			}
			if c.ID == "sem-042" && (o.Payload.Child(disco.NS, "identity").IsZero() || o.Payload.Child(disco.NS, "feature").IsZero()) {
				t.Errorf("sent %v, without identity or feature", o.Node)
			}
		})
	}
}

// TestSecondAnswer is out-014: an application that answers a request twice has
// none of it sent.
func TestSecondAnswer(t *testing.T) {
	app := &framework.App{Config: framework.Config{JID: "comp.localhost"}, Routes: func(r *router.Router) {
		r.Namespace("p", "urn:xmpp:ping")
		r.Get("p:ping").To(func(_ context.Context, req *component.Request) (component.Response, error) {
			failed, _ := req.ErrorReply(stanza.Gone.With("and gone"))
			return append(req.Result(), failed), nil
		})
	}}
	got := emptest.Do(t, app, "<iq type='get' id='1' from='alice@localhost/r' to='comp.localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
	if len(got) != 1 || got[0].ID != "1" {
		t.Fatalf("sent %v", got)
	}
	if f, ok := got[0].Fault(); !ok || f.Condition != stanza.InternalServerError {
		t.Errorf("sent %v", got[0].Node)
	}
}

// A spy is an application that tells which actions ran and what they saw.
type spy struct {
	mu  sync.Mutex
	ran []string
}

func (s *spy) note(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ran = append(s.ran, fmt.Sprintf(format, args...))
}

func (s *spy) app() *framework.App {
	return &framework.App{Config: framework.Config{JID: "comp.localhost"}, Routes: func(r *router.Router) {
		r.Namespace("p", "urn:xmpp:ping")
		r.Namespace("c", "urn:xmpp:carbons:2")
		r.Get("p:ping").To(func(_ context.Context, req *component.Request) (component.Response, error) {
			s.note("ping")
			return nil, nil
		})
		r.Message("[@type='groupchat']").To(func(_ context.Context, req *component.Request) (component.Response, error) {
			s.note("room: %s", req.Body())
			return nil, nil
		})
		r.Message("[c:received]").To(func(_ context.Context, req *component.Request) (component.Response, error) {
			s.note("carbon of %s", req.From)
			return nil, nil
		})
		r.Message("[body]").To(func(_ context.Context, req *component.Request) (component.Response, error) {
			s.note("chat: %s", req.Body())
			if _, ok := req.Delay(); ok || req.Lang != "" || req.Type != stanza.TypeNormal {
				s.note("a bad stamp or language or type got through")
			}
			return req.Reply("you said " + req.Body()), nil
		})
		r.Presence("").To(func(_ context.Context, req *component.Request) (component.Response, error) {
			switch n := req.Node; {
			case !n.Child(element.NSClient, "priority").IsZero():
				s.note("presence: %s priority %d", req.Type, req.Priority())
			case !n.Child(element.NSClient, "show").IsZero():
				s.note("presence: %s show %s", req.Type, req.Show())
			default:
				s.note("presence: %s", req.Type)
			}
			return nil, nil
		})
		r.Errors("").To(func(_ context.Context, req *component.Request) (component.Response, error) {
			f, _ := req.Fault()
			s.note("errors: %s", string(f.Condition))
			return nil, nil
		})
	}}
}
