package caps_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/feature/caps"
	"github.com/emp-framework/emp/feature/disco"
	"github.com/emp-framework/emp/feature/subscription"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// exodus is the example of XEP-0115 section 5.2.
var exodus = component.Offer{
	Identities: []component.Identity{{Category: "client", Type: "pc", Name: "Exodus 0.9.1"}},
	Features: []string{
		"http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items",
		"http://jabber.org/protocol/muc", "http://jabber.org/protocol/caps",
	},
}

func TestHash(t *testing.T) {
	if got := caps.Hash(exodus); got != "QgayPKawpkPSDYmwT/WM94uAlu0=" {
		t.Errorf("got %s", got)
	}
}

func nothing(context.Context, *component.Request) (component.Response, error) { return nil, nil }

func weather(r *router.Router) {
	r.Namespace("w", "urn:example:weather")
	r.At("bot@", func(r *router.Router) { r.Get("w:report").To(nothing) })
	r.From("admin@localhost/desk", func(r *router.Router) {
		r.Namespace("d", "urn:example:desk")
		r.Set("d:tune").To(nothing)
	})
	r.From("admin@localhost", func(r *router.Router) { r.Set("w:reset").To(nothing) })
}

func newApp() *framework.App {
	app := &framework.App{Name: "hashed", Routes: weather}
	found := &disco.Feature{Name: "Weather"}
	app.Use(found, &caps.Feature{Disco: found, Node: "urn:example:app"}, &subscription.Feature{Decide: subscription.ApproveAll})
	return app
}

// hash is what the last of the stanzas has in its presence.
func hash(t *testing.T, got []stanza.Stanza) string {
	t.Helper()
	if len(got) == 0 {
		t.Fatal("no presence")
	}
	c := got[len(got)-1].Node.Child(caps.NS, "c")
	if c.Attr("hash") != "sha-1" || c.Attr("node") != "urn:example:app" {
		t.Fatalf("got %v", got)
	}
	return c.Attr("ver")
}

const subscribe = "<presence from='%s' to='%s@app.localhost' type='subscribe'/>"

func query(from, to, node string) string {
	return fmt.Sprintf("<iq type='get' id='1' from='%s' to='%s@app.localhost'><query xmlns='http://jabber.org/protocol/disco#info'%s/></iq>", from, to, node)
}

// TestPresence: each presence has the hash of what its receiver would hear from its
// sender, and the sender says what it stands for.
func TestPresence(t *testing.T) {
	app := newApp()
	seen := map[string]bool{}
	for _, c := range []struct{ from, to string }{{"ann@localhost", "bot"}, {"ann@localhost", "eve"}, {"admin@localhost", "eve"}} {
		ver := hash(t, emptest.Do(t, app, fmt.Sprintf(subscribe, c.from, c.to)))
		seen[ver] = true
		plain := emptest.Do(t, app, query(c.from, c.to, ""))[0].Payload // as the presence went to the bare address
		answer := emptest.Do(t, app, query(c.from+"/desk", c.to, " node='urn:example:app#"+ver+"'"))[0]
		want := strings.Replace(plain.XML(), "#info'>", "#info' node='urn:example:app#"+ver+"'>", 1)
		if answer.Type != stanza.TypeResult || answer.Payload.XML() != want {
			t.Errorf("%v:\n got %s\nwant %s", c, answer.Node.XML(), want)
		}
		if got := hashOf(plain.XML()); got != ver {
			t.Errorf("%v: presence says %s, discovery is %s", c, ver, got)
		}
	}
	if len(seen) != 2 { // admin at eve has what ann at bot has
		t.Errorf("hashes: %v", seen)
	}
	if got := emptest.Do(t, app, query("ann@localhost/desk", "bot", " node='urn:example:app#old'")); !strings.Contains(got[0].Node.XML(), "item-not-found") {
		t.Errorf("a hash that does not hold: %v", got)
	}
}

// hashOf is the hash of an answer to discovery, made without the package: the
// identity and the features stand there in order already.
func hashOf(xml string) string {
	var o component.Offer
	for _, part := range strings.Split(xml, "<feature var='")[1:] {
		name, _, _ := strings.Cut(part, "'")
		o.Features = append(o.Features, name)
	}
	o.Identities = []component.Identity{{Category: "component", Type: "generic", Name: "Weather"}}
	return caps.Hash(o)
}

// TestReplace: when the routes are replaced, those who have our presence get it
// again, with another hash; what is no available presence never has one.
func TestReplace(t *testing.T) {
	app := newApp()
	s := emptest.Start(t, app)
	before := hash(t, s.Do(fmt.Sprintf(subscribe, "ann@localhost", "bot")))
	if err := app.Replace(func(r *router.Router) { r.At("other@", func(r *router.Router) { r.Message("").To(nothing) }) }); err != nil {
		t.Fatal(err)
	}
	got := s.Do("<message from='ann@localhost' to='app.localhost'/>")
	if after := hash(t, got); len(got) != 1 || after == before {
		t.Errorf("got %v", got)
	}
	got = s.Do("<presence from='ann@localhost' to='bot@app.localhost' type='unsubscribe'/>")
	if len(got) != 1 || got[0].Type != stanza.TypeUnavailable || !got[0].Node.Child(caps.NS, "c").IsZero() {
		t.Errorf("got %v", got)
	}
}

// TestOnly: whom discovery does not answer this does not either.
func TestOnly(t *testing.T) {
	found := &disco.Feature{Only: func(from jid.JID) bool { return from.Local() == "ann" }}
	f := &caps.Feature{Disco: found}
	app := &framework.App{Name: "hashed"}
	app.Use(found, f)
	emptest.Do(t, app, query("ann@localhost", "x", "")) // which starts it
	for from, want := range map[string]string{"ann@localhost": "type='result'", "bob@localhost": "service-unavailable"} {
		ver := caps.Hash(found.Info(jid.MustParse("x@app.localhost"), jid.MustParse(from)))
		got := emptest.Do(t, app, query(from, "x", " node='"+caps.DefaultNode+"#"+ver+"'"))
		if len(got) != 1 || !strings.Contains(got[0].Node.XML(), want) {
			t.Errorf("%s: %v", from, got)
		}
	}
}

// TestStart: without the other half there is nothing to hash.
func TestStart(t *testing.T) {
	if err := (&caps.Feature{}).Start(t.Context(), nil); err == nil {
		t.Error("no error")
	}
}

func ExampleHash() {
	offer := component.Offer{
		Identities: []component.Identity{{Category: "client", Type: "pc", Name: "Exodus 0.9.1"}},
		Features: []string{
			"http://jabber.org/protocol/caps", "http://jabber.org/protocol/disco#info",
			"http://jabber.org/protocol/disco#items", "http://jabber.org/protocol/muc",
		},
	}
	fmt.Println(caps.Hash(offer)) // the example of XEP-0115 section 5.2
	// Output: QgayPKawpkPSDYmwT/WM94uAlu0=
}

func ExampleFeature() {
	found := &disco.Feature{Name: "Weather reports"}
	app := &framework.App{Name: "weather"}
	app.Use(found, &caps.Feature{Disco: found})
}
