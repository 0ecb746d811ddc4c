package router_test

import (
	"fmt"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A stanza does not reach the route it was meant for: each route says why.
func ExampleTable_Explain() {
	table, err := router.Compile(func(r *router.Router) {
		r.Namespace("t", "urn:example:tweets")
		r.Resource("tweets", func(r *router.Router) {
			r.Get(`t:tweet[@id={id:\d+}]`).To(answer).Name("tweet")
			r.Set("t:tweets").To(answer).Name("create")
		})
		r.Get("*").To(answer).Name("rest")
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := stanza.ParseString(`<iq type='get' id='1' from='alice@localhost' to='app.localhost/tweets'><tweet xmlns='urn:example:tweets' id='x1'/></iq>`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range table.Explain(&s, jid.JID{}) {
		if v.Takes() {
			fmt.Println(v.Entry.Name, "takes it")
		} else {
			fmt.Println(v.Entry.Name, "misses", v.Misses[0])
		}
	}
	// Output:
	// tweet misses [@id={id:\d+}] at byte 7: @id is "x1"
	// create misses type set: it is get
	// rest takes it
}

// What service discovery says of an address follows from the routes.
func ExampleTable_Catalog() {
	table, err := router.Compile(func(r *router.Router) {
		r.Namespace("t", "urn:example:tweets")
		r.Namespace("p", "urn:xmpp:ping")
		r.Get("p:ping").To(answer)
		r.Resource("tweets", func(r *router.Router) { r.Get("t:tweets").To(answer) })
		r.At("bot@", func(r *router.Router) { r.Message("[body]").To(answer) })
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	c, alice := table.Catalog(), jid.MustParse("alice@localhost/desk")
	app := jid.MustParse("app.localhost")
	fmt.Println(app, c.Offer(app, alice).Features)
	for _, item := range c.Items(app, alice) {
		fmt.Println(item, c.Offer(item, alice).Features)
	}
	// Output:
	// app.localhost [urn:xmpp:ping]
	// app.localhost/tweets [urn:example:tweets urn:xmpp:ping]
	// bot@app.localhost [urn:xmpp:ping]
}
