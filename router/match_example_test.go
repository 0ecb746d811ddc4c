package router_test

import (
	"context"
	"fmt"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A stanza is matched and its action run by hand: what comes out is what the
// framework would send.
func ExampleTable_Match() {
	hear := func(_ context.Context, req *component.Request) (component.Response, error) {
		return req.Reply("you said " + req.Arg("word")), nil
	}
	awake := func(context.Context, *component.Request) bool { return false }
	table, err := router.Compile(func(r *router.Router) {
		r.Message("[body]").If(awake).To(hear).Name("awake")
		r.Message(`[body={word:\w+}]`).To(hear).Name("asleep")
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := stanza.ParseString("<message type='chat' from='alice@localhost/desk' to='bot.localhost'><body>hi</body></message>")
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	var m router.Match
	e, err := table.Match(&s, &m)
	for e != nil && e.Guard != nil && !e.Guard(ctx, m.Request(s, e)) {
		e, err = table.MatchAfter(e, &s, &m)
	}
	if e == nil || err != nil {
		fmt.Println("no route", err)
		return
	}
	res, err := e.Action(ctx, m.Request(s, e))
	if err != nil {
		fmt.Println(err) // the framework answers with it
		return
	}
	for _, out := range res {
		fmt.Println(e.Name, out)
	}
	// Output: asleep <message from='bot.localhost' to='alice@localhost/desk' type='chat'><body>you said hi</body></message>
}

// No route takes a stanza: the nearest ones say what is missing.
func ExampleTable_Nearest() {
	table, err := router.Compile(func(r *router.Router) {
		r.Message("[@type='chat'][body='help']").To(answer).Name("help")
		r.Message("[@type='chat'][subject][body]").To(answer).Name("post")
		r.Presence("").To(answer).Name("presence")
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := stanza.ParseString("<message type='chat' from='alice@localhost' to='bot.localhost'><body>halp</body></message>")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range table.Nearest(&s, jid.JID{}, 2) {
		fmt.Println(v.Entry.Name, v.Misses)
	}
	// Output:
	// help [[body='help'] at byte 14: body is "halp"]
	// post [[subject] at byte 14: <message> holds <body>]
}

// A client is where its links are, and nowhere else.
func ExampleTable_Reachable() {
	table, err := router.Compile(func(r *router.Router) {
		r.Resource("news", func(r *router.Router) { r.Message("[body]").To(answer) })
		r.Presence("[@type='subscribe']").To(answer)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var links []jid.JID
	for _, resource := range table.Resources() {
		links = append(links, jid.MustParse("localhost/"+resource))
	}
	fmt.Println(links, table.Reachable(links...))
	// Output: [localhost/news] <nil>
}
