package framework_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestTransient: what EMP itself keeps of stanzas that are given back, and what actions
// keep that have promised nothing, is not touched by those that come later.
func TestTransient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var kept []*component.Request
		sc := newScript(t)
		s := sc.play(func(a *framework.App) {
			a.Routes = func(r *router.Router) {
				r.Namespace("x", "urn:example:x")
				r.Presence("").Transient().To(func(_ context.Context, req *component.Request) (component.Response, error) {
					return req.ReplyPresence(stanza.TypeAvailable, req.Node.Child("urn:example:x", "x")), nil
				})
				r.Message("x:keep").To(func(_ context.Context, req *component.Request) (component.Response, error) {
					kept = append(kept, req)
					return nil, nil
				})
				r.Message("body").Transient().To(func(_ context.Context, req *component.Request) (component.Response, error) {
					return req.Reply(req.Body(), element.Text("urn:example:x", "from", req.From.String())), nil
				})
			}
		})
		p := sc.accept()
		<-s.Ready()
		for i := range 100 {
			var all strings.Builder // read together, so that each takes over from the one before
			for k := range 5 {
				from := fmt.Sprintf("u%04d%d@localhost/r", i, k)
				fmt.Fprintf(&all, "<message from='%s' to='comp.localhost' id='m'><body>words of %[1]s</body></message>", from)
				fmt.Fprintf(&all, "<presence from='%s' to='comp.localhost'><x xmlns='urn:example:x'>of %[1]s</x></presence>", from)
				fmt.Fprintf(&all, "<message from='%s' to='comp.localhost' id='%[1]s'><keep xmlns='urn:example:x'>%[1]s</keep></message>", from)
			}
			p.say(all.String())
			for k := range 5 {
				from := fmt.Sprintf("u%04d%d@localhost/r", i, k)
				if n := p.want("message"); n.Attr("to") != from || n.Child(element.NSClient, "body").Text() != "words of "+from || n.Child("urn:example:x", "from").Text() != from {
					t.Fatalf("%s was answered %s", from, n.XML())
				}
				if n := p.want("presence"); n.Attr("to") != from || n.FirstElement().Text() != "of "+from {
					t.Fatalf("%s was answered %s", from, n.XML())
				}
			}
		}
		synctest.Wait()
		for i, req := range kept {
			if from := fmt.Sprintf("u%04d%d@localhost/r", i/5, i%5); req.ID != from || req.From.String() != from || req.Payload.Text() != from {
				t.Fatalf("what was kept of %s is now of %s, %s", from, req.ID, req.Node.XML())
			}
		}
		if len(kept) != 500 {
			t.Errorf("%d requests kept", len(kept))
		}
		p.cut()
		p = sc.accept()
		again := map[string]bool{}
		for len(again) < 500 {
			n := p.next()
			switch to := n.Attr("to"); {
			case n.Is(element.NSClient, "message") && n.Child(element.NSClient, "body").Text() == "words of "+to: // it was not confirmed yet
			case n.Is(element.NSClient, "presence") && n.FirstElement().Text() == "of "+to:
				again[to] = true
			default:
				t.Fatalf("sent again: %s", n.XML())
			}
		}
	})
}

// TestTransientSurrounder: the middleware of a plugin makes the promise of a route void,
// unless the plugin promises the same.
func TestTransientSurrounder(t *testing.T) {
	for _, tc := range []struct {
		plugins []any
		want    bool
	}{
		{nil, true},
		{[]any{quietPlugin{}}, true},
		{[]any{surroundingPlugin{}}, false},
		{[]any{quietPlugin{}, surroundingPlugin{}}, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			sc := newScript(t)
			var app *framework.App
			s := sc.play(func(a *framework.App) {
				app = a
				a.Routes = func(r *router.Router) { r.Presence("").To(nothing).Transient() }
				a.Use(tc.plugins...)
			})
			sc.accept()
			<-s.Ready()
			if routes := app.Catalog().Routes(); len(routes) != 1 || routes[0].Transient != tc.want {
				t.Errorf("with %T: %+v", tc.plugins, routes)
			}
		})
	}
}

type surroundingPlugin struct{}

func (surroundingPlugin) Middleware() component.Middleware {
	return func(next component.Action) component.Action { return next }
}

type quietPlugin struct{ surroundingPlugin }

func (quietPlugin) Transient() {}
