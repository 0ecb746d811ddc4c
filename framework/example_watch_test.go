package framework_test

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// dictionary is an application that knows one word.
func dictionary() *framework.App {
	return &framework.App{Name: "dictionary", Routes: func(r *router.Router) {
		r.Namespace("d", "urn:example:dictionary")
		r.Resource("words", func(r *router.Router) {
			r.Get("d:word[@name='emp']").To(func(_ context.Context, req *component.Request) (component.Response, error) {
				return req.Result(element.Text("urn:example:dictionary", "meaning", "a framework")), nil
			}).Name("word")
		})
	}}
}

// live has the application run at a server of its own until stop is called. It returns
// when the application is ready.
func live(app *framework.App) (stop func()) {
	srv := devserver.New(devserver.Options{Components: map[string]string{"dictionary.localhost": "secret"}, Log: slog.New(slog.DiscardHandler)})
	if err := srv.Start(context.Background()); err != nil {
		panic(err)
	}
	app.Config = framework.Config{JID: "dictionary.localhost", Server: srv.ComponentAddr(), Secret: framework.NewSecret("secret")}
	app.Log = slog.New(slog.DiscardHandler)
	done := make(chan error, 1)
	go func() { done <- app.Run(context.Background()) }()
	select {
	case <-app.Ready():
	case err := <-done:
		panic(err)
	}
	return func() {
		app.Stop()
		if err := <-done; err != nil {
			fmt.Println(err)
		}
		srv.Close()
	}
}

// What a readiness probe asks.
func ExampleApp_Healthy() {
	app := dictionary()
	fmt.Println(app.Healthy())
	stop := live(app)
	fmt.Println(app.Healthy())
	stop()
	fmt.Println(app.Healthy())
	// Output:
	// framework: no link is up: it is not up for the first time yet
	// <nil>
	// framework: the application has stopped
}

// What an operator wants to see of each link.
func ExampleApp_LinkStats() {
	app := dictionary()
	defer live(app)()
	for _, link := range app.LinkStats() {
		fmt.Println(link.Name, link.Up, link.Ups, link.Lost)
	}
	// Output:
	// dictionary.localhost true 1 0
}

// The books: nothing that was read is ever without a fate.
func ExampleApp_Stats() {
	app := dictionary()
	defer live(app)()
	ctx := context.Background()
	for _, word := range []string{"emp", "xmpp"} {
		query := element.New("urn:example:dictionary", "word").Attr("name", word)
		answer, err := app.Ask(ctx, stanza.NewIQ(stanza.TypeGet, jid.MustParse("dictionary.localhost/words"), query))
		fmt.Println(answer.Payload.Text(), err)
	}
	if err := app.Idle(ctx); err != nil {
		fmt.Println(err)
	}
	stats := app.Stats()
	fmt.Println("read", stats.Read, "handled", stats.Handled, "refused", stats.Refused, "balanced", stats.Balanced())
	// Output:
	// a framework <nil>
	//  stanza: service-unavailable
	// read 2 handled 1 refused map[no-route:1] balanced true
}

// What the application serves, as its routes say.
func ExampleApp_Catalog() {
	app := dictionary()
	defer live(app)()
	catalog := app.Catalog()
	for _, route := range catalog.Routes() {
		fmt.Println(route.Name, route.Method, route.Expr, route.Address)
	}
	words, anybody := jid.MustParse("dictionary.localhost/words"), jid.MustParse("alice@localhost")
	fmt.Println(catalog.Offer(words, anybody).Features)
	// Output:
	// word Get d:word[@name='emp'] /words
	// [urn:example:dictionary]
}

// An eavesdropper is a plugin that shows the messages that come over the links.
type eavesdropper chan string

func (e eavesdropper) Traffic(t framework.Traffic) {
	if n := t.Node(); t.Kind == framework.TrafficRead && n.Is(element.NSClient, "message") {
		e <- t.Link + " " + t.Kind.String() + " " + n.Child(element.NSClient, "body").Text()
	}
}

func ExampleTrafficWatcher() {
	heard := make(eavesdropper, 1)
	app := dictionary()
	app.Use(heard)
	defer live(app)()
	hello := stanza.NewMessage(jid.MustParse("dictionary.localhost/words"), "hello") // to itself
	if err := app.Send(context.Background(), hello); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(<-heard)
	// Output:
	// dictionary.localhost read hello
}
