package component_test

import (
	"context"
	"fmt"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A guide is a plugin that tells who is new what there is. It has three of the
// interfaces that the framework looks for: Starter, LinkWatcher and CatalogWatcher.
type guide struct {
	newcomer jid.JID
	app      component.Host
}

func (g *guide) Start(_ context.Context, app component.Host) error {
	g.app = app
	return nil
}

func (g *guide) LinkUp(ctx context.Context, link component.Sender) error {
	if component.Resumed(link) { // he has been told
		return nil
	}
	return g.tell(ctx, g.app.Catalog())
}

func (g *guide) LinkDown() {}

func (g *guide) CatalogChanged(ctx context.Context, now component.Catalog) error {
	return g.tell(ctx, now)
}

func (g *guide) tell(ctx context.Context, c component.Catalog) error {
	return g.app.Send(ctx, stanza.NewMessage(g.newcomer, fmt.Sprintf("There are %d routes.", len(c.Routes()))))
}

var (
	_ component.Starter        = (*guide)(nil)
	_ component.LinkWatcher    = (*guide)(nil)
	_ component.CatalogWatcher = (*guide)(nil)
)

// A host stands for the application in this example.
type host struct{ catalog component.Catalog }

func (h host) Send(_ context.Context, outs ...stanza.Out) error {
	_, err := fmt.Println(outs[0])
	return err
}

func (h host) Ask(context.Context, stanza.Out) (stanza.Stanza, error) {
	return stanza.Stanza{}, stanza.ServiceUnavailable
}

func (h host) Catalog() component.Catalog { return h.catalog }

func ExampleHost() {
	none := func(context.Context, *component.Request) (component.Response, error) { return nil, nil }
	table, err := router.Compile(func(r *router.Router) {
		r.Message("[body]").To(none)
		r.Presence("").To(none)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	app := host{table.Catalog()}
	g := &guide{newcomer: jid.MustParse("alice@example.org")}
	fmt.Println(g.Start(ctx, app)) // as the framework does, for App.Use(g)
	fmt.Println(g.LinkUp(ctx, app))
	// Output:
	// <nil>
	// <message to='alice@example.org'><body>There are 2 routes.</body></message>
	// <nil>
}

// What an application serves, and to whom.
func ExampleCatalog() {
	none := func(context.Context, *component.Request) (component.Response, error) { return nil, nil }
	table, err := router.Compile(func(r *router.Router) {
		r.Namespace("t", "urn:example:tweets")
		r.Namespace("a", "urn:example:admin")
		r.Resource("tweets", func(r *router.Router) { r.Get("t:tweet[@id={id}]").To(none).Name("tweet") })
		r.At("{user}@", func(r *router.Router) { r.Message("[body]").To(none).Name("chat") })
		r.From("boss@example.org", func(r *router.Router) { r.Set("a:stop").To(none).Name("stop") })
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var catalog component.Catalog = table.Catalog()
	for _, route := range catalog.Routes() {
		fmt.Println(route.Name, route.Kind, route.Address, route.Sender, route.Namespaces)
	}
	app := jid.MustParse("tweeter.example.org")
	for _, asker := range []string{"alice@example.org", "boss@example.org"} {
		from := jid.MustParse(asker)
		fmt.Println(asker, catalog.Items(app, from), catalog.Offer(app, from).Features)
	}
	// Output:
	// tweet iq /tweets  [urn:example:tweets]
	// chat message {user}@  []
	// stop iq  boss@example.org [urn:example:admin]
	// alice@example.org [tweeter.example.org/tweets] []
	// boss@example.org [tweeter.example.org/tweets] [urn:example:admin]
}
