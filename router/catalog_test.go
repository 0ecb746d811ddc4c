package router_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
)

// gateway is a feature that says more of itself than its routes do.
type gateway struct{}

func (gateway) Routes(r *router.Router) {
	r.Namespace("r", "jabber:iq:register")
	r.Set("r:query").To(nothing)
}

func (gateway) Offers() component.Offer {
	return component.Offer{
		Identities: []component.Identity{{Category: "gateway", Type: "sms"}},
		Features:   []string{"urn:example:extra", "jabber:iq:register"},
	}
}

type shop struct{}

func (*shop) Show(context.Context, *component.Request) (component.Response, error) { return nil, nil }

func (shop) List(context.Context, *component.Request) (component.Response, error) { return nil, nil }

func served(r *router.Router) {
	r.Namespace("t", tweets)
	r.Namespace("p", "urn:xmpp:ping")
	r.Get("p:ping").To((&shop{}).Show).Name("ping")
	r.Resource("tweets", func(r *router.Router) {
		r.Get("t:tweet[@id={id}]").Where("@xml:lang").To(shop{}.List).Concurrent()
		r.Mount(gateway{})
	})
	r.At("bot@", func(r *router.Router) {
		r.Message("[t:tweet or not(p:ping)]").If(always).To(nothing)
		r.Resource("phone", func(r *router.Router) { r.Message("").To(nothing) })
	})
	r.At("{user}@/{res}", func(r *router.Router) { r.Presence("").To(nothing) })
	r.At("chat.localhost/rooms", func(r *router.Router) { r.Presence("").To(nothing) })
	r.From("boss@localhost", func(r *router.Router) {
		r.Resource("desk", func(r *router.Router) {
			r.Namespace("b", "urn:example:boss")
			r.Set("b:order").To(func(context.Context, *component.Request) (component.Response, error) { return nil, nil })
			r.Mount(gateway{})
		})
	})
	r.At("lost@", func(r *router.Router) {
		r.Namespace("e", "urn:example:errors")
		r.Errors("e:x").To(nothing)
	})
}

func TestCatalogOffers(t *testing.T) {
	c := compile(t, served).Catalog()
	const ann, boss = "ann@localhost/x", "Boss@localhost/x"
	for _, tt := range []struct{ at, from, features, identities, items string }{
		{"app.localhost", ann, "urn:xmpp:ping", "[]", "app.localhost/tweets bot@app.localhost"},
		{"app.localhost", boss, "urn:xmpp:ping", "[]", "app.localhost/desk app.localhost/tweets bot@app.localhost"},
		{"app.localhost/tweets", ann, "jabber:iq:register urn:example:extra urn:example:tweets urn:xmpp:ping", "[{gateway sms  }]", ""},
		{"app.localhost/desk", ann, "urn:xmpp:ping", "[]", ""},
		{"app.localhost/desk", boss, "jabber:iq:register urn:example:boss urn:example:extra urn:xmpp:ping", "[{gateway sms  }]", ""},
		{"bot@app.localhost", ann, "urn:example:tweets urn:xmpp:ping", "[]", "bot@app.localhost/phone"},
		{"lost@app.localhost", ann, "urn:xmpp:ping", "[]", ""},
		{"chat.localhost", ann, "urn:xmpp:ping", "[]", "bot@chat.localhost chat.localhost/rooms chat.localhost/tweets"},
	} {
		o := c.Offer(jid.MustParse(tt.at), jid.MustParse(tt.from))
		if got := strings.Join(o.Features, " "); got != tt.features || fmt.Sprint(o.Identities) != tt.identities {
			t.Errorf("%s to %s: features %s, identities %v", tt.at, tt.from, got, o.Identities)
		}
		var items []string
		for _, j := range c.Items(jid.MustParse(tt.at), jid.MustParse(tt.from)) {
			items = append(items, j.String())
		}
		if got := strings.Join(items, " "); got != tt.items {
			t.Errorf("%s to %s: items %s", tt.at, tt.from, got)
		}
	}
	if got := fmt.Sprintf("%q", c.Addresses()); got != `["" "/desk" "/tweets" "bot@" "bot@/phone" "chat.localhost/rooms" "lost@" "{user}@/{res}"]` {
		t.Errorf("addresses %s", got)
	}
}

func TestCatalogRoutes(t *testing.T) {
	var got strings.Builder
	for _, r := range compile(t, served).Catalog().Routes() {
		r.Action, _, _ = strings.Cut(r.Action, ".func") // how functions inside others are counted is the compiler's affair
		fmt.Fprintln(&got, r.Method, r.Name, r.Kind, r.Type, r.Errors, r.Where, r.Address, r.Sender, r.Namespaces, r.Action, r.Line > 30, r.Guarded, r.Concurrent)
	}
	const want = `Get ping iq get false []   [urn:xmpp:ping] router_test.shop.Show true false false
Get /tweets Get t:tweet[@id={id}] iq get false [@xml:lang] /tweets  [urn:example:tweets] router_test.shop.List true false true
Set /tweets Set r:query iq set false [] /tweets  [jabber:iq:register] router_test.nothing false false false
Message bot@ Message [t:tweet or not(p:ping)] message  false [] bot@  [urn:example:tweets] router_test.nothing true true false
Message bot@/phone Message message  false [] bot@/phone  [] router_test.nothing true false false
Presence {user}@/{res} Presence presence  false [] {user}@/{res}  [] router_test.nothing true false false
Presence chat.localhost/rooms Presence presence  false [] chat.localhost/rooms  [] router_test.nothing true false false
Set /desk Set b:order iq set false [] /desk boss@localhost [urn:example:boss] router_test.served true false false
Set /desk Set r:query iq set false [] /desk boss@localhost [jabber:iq:register] router_test.nothing false false false
Errors lost@ Errors e:x   true [] lost@  [urn:example:errors] router_test.nothing true false false
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", &got, want)
	}
}
