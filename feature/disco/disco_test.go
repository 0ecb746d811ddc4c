package disco_test

import (
	"context"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/feature/disco"
	"github.com/emp-framework/emp/feature/ping"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

func nothing(context.Context, *component.Request) (component.Response, error) { return nil, nil }

// A bot says what it is where it is mounted.
type bot struct{}

func (bot) Routes(r *router.Router) { r.Message("[body]").To(nothing) }

func (bot) Offers() component.Offer {
	return component.Offer{Identities: []component.Identity{{Category: "client", Type: "bot", Name: "Bot", Lang: "en"}}, Features: []string{"urn:example:talk"}}
}

func newApp(f *disco.Feature) *framework.App {
	app := &framework.App{Name: "found", Routes: func(r *router.Router) {
		r.Namespace("w", "urn:example:weather")
		r.Mount(ping.Feature{})
		r.Resource("report", func(r *router.Router) { r.Get("w:report").To(nothing) })
		r.At("bot@", func(r *router.Router) { r.Mount(bot{}) })
		r.At("{user}@", func(r *router.Router) { r.Presence("").To(nothing) })
		r.From("admin@localhost", func(r *router.Router) {
			r.Set("w:reset").To(nothing)
			r.Resource("admin", func(r *router.Router) { r.Message("").To(nothing) })
		})
	}}
	app.Use(f)
	return app
}

// TestDisco: what is where follows from the routes.
func TestDisco(t *testing.T) {
	app := newApp(&disco.Feature{Name: "Weather reports"})
	identity := "<identity category='component' type='generic' name='Weather reports'/>"
	features := func(names ...string) (xml string) {
		for _, n := range names {
			xml += "<feature var='" + n + "'/>"
		}
		return xml
	}
	for _, c := range []struct{ what, from, to, ns, want string }{
		{"the application", "a@b/c", "app.localhost", disco.NS, identity + features(disco.NS, disco.NSItems, ping.NS)},
		{"what only some see", "admin@localhost/c", "app.localhost", disco.NS, identity + features(disco.NS, disco.NSItems, "urn:example:weather", ping.NS)},
		{"a resource", "a@b/c", "app.localhost/report", disco.NS, identity + features(disco.NS, disco.NSItems, "urn:example:weather", ping.NS)},
		{"what says itself what it is", "a@b/c", "bot@app.localhost", disco.NS,
			"<identity category='client' type='bot' name='Bot' xml:lang='en'/>" + features(disco.NS, disco.NSItems, "urn:example:talk", ping.NS)},
		{"items", "a@b/c", "app.localhost", disco.NSItems, "<item jid='app.localhost/report'/><item jid='bot@app.localhost'/>"},
		{"items that only some see", "admin@localhost/c", "app.localhost", disco.NSItems, "<item jid='app.localhost/admin'/><item jid='app.localhost/report'/><item jid='bot@app.localhost'/>"},
		{"no items", "a@b/c", "bot@app.localhost", disco.NSItems, ""},
	} {
		got := ask(t, app, c.from, c.to, "<query xmlns='"+c.ns+"'/>")
		inner := strings.TrimSuffix(strings.TrimPrefix(got, "<query xmlns='"+c.ns+"'>"), "</query>")
		if inner != c.want && !(c.want == "" && got == "<query xmlns='"+c.ns+"'/>") {
			t.Errorf("%s:\n got %s\nwant %s", c.what, got, c.want)
		}
	}
	for _, ns := range []string{disco.NS, disco.NSItems} {
		if got := ask(t, app, "a@b/c", "app.localhost", "<query xmlns='"+ns+"' node='x'/>"); !strings.Contains(got, "item-not-found") {
			t.Errorf("a node: %s", got)
		}
	}
}

// ask returns the payload of the answer, or the whole of an error.
func ask(t *testing.T, app *framework.App, from, to, payload string) string {
	got := emptest.Do(t, app, "<iq type='get' id='1' from='"+from+"' to='"+to+"'>"+payload+"</iq>")
	if len(got) != 1 {
		t.Fatalf("got %v", got)
	}
	if got[0].Type != "result" {
		return got[0].Node.XML()
	}
	return got[0].Payload.XML()
}

// TestIdentity: what it is may be said, and half of it is a mistake.
func TestIdentity(t *testing.T) {
	got := ask(t, newApp(&disco.Feature{Category: "gateway", Type: "irc"}), "a@b/c", "app.localhost", "<query xmlns='"+disco.NS+"'/>")
	if !strings.Contains(got, "<identity category='gateway' type='irc'/>") {
		t.Error(got)
	}
	if err := (&disco.Feature{Type: "irc"}).Start(t.Context(), nil); err == nil {
		t.Error("a type without a category")
	}
}

// TestReplace: what is found follows the routes when they are replaced.
func TestReplace(t *testing.T) {
	app := newApp(&disco.Feature{})
	before := ask(t, app, "a@b/c", "app.localhost", "<query xmlns='"+disco.NSItems+"'/>")
	if err := app.Replace(func(r *router.Router) {
		r.At("other@", func(r *router.Router) { r.Message("").To(nothing) })
	}); err != nil {
		t.Fatal(err)
	}
	after := ask(t, app, "a@b/c", "app.localhost", "<query xmlns='"+disco.NSItems+"'/>")
	if !strings.Contains(before, "bot@") || after != "<query xmlns='"+disco.NSItems+"'><item jid='other@app.localhost'/></query>" {
		t.Errorf("before %s\nafter %s", before, after)
	}
}

// TestMounted: mounted in a scope it answers there, and nowhere else.
func TestMounted(t *testing.T) {
	for _, ns := range []string{disco.NS, disco.NSItems} {
		for to, want := range map[string]string{"a@app.localhost": ns, "app.localhost": "service-unavailable"} {
			app := &framework.App{Routes: func(r *router.Router) {
				r.At("a@", func(r *router.Router) { r.Mount(&disco.Feature{}) })
			}}
			if got := ask(t, app, "a@b/c", to, "<query xmlns='"+ns+"'/>"); !strings.Contains(got, want) {
				t.Errorf("%s at %s: got %s", ns, to, got)
			}
		}
	}
}
