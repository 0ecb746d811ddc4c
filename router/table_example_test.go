package router_test

import (
	"context"
	"fmt"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// Who runs a table by himself: the route, what it captured, its action.
func ExampleTable_Match() {
	table, err := router.Compile(func(r *router.Router) {
		r.Message("[body={word}]").To(answer).Name("say")
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	var m router.Match // may be used again for the next stanza
	for _, xml := range []string{
		"<message from='alice@example.org/x' to='app.example.org'><body>hello</body></message>",
		"<message from='alice@example.org/x' to='app.example.org'/>",
	} {
		s, err := stanza.ParseString(xml)
		if err != nil {
			fmt.Println(err)
			return
		}
		entry, err := table.Match(&s, &m)
		if entry == nil || err != nil {
			fmt.Println("no route", err)
			continue
		}
		if _, err := entry.Action(context.Background(), m.Request(s, entry)); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// say [{word hello true}]
	// no route <nil>
}

// Of many routes, those that a stanza was perhaps meant for.
func ExampleTable_Nearest() {
	table, err := router.Compile(func(r *router.Router) {
		r.Namespace("t", "urn:example:tweets")
		r.Get("t:tweet[@id={id}]").To(answer).Name("tweet")
		r.Get("t:tweets").To(answer).Name("tweets")
		r.Set("t:tweet").To(answer).Name("post")
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := stanza.ParseString(`<iq type='get' id='1' from='alice@example.org/x' to='app.example.org'><tweet xmlns='urn:example:tweets' nr='7'/></iq>`)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range table.Nearest(&s, jid.JID{}, 2) {
		fmt.Println(v.Entry.Name, "misses", &v.Misses[0])
	}
	// Output:
	// tweet misses [@id={id}] at byte 7: <tweet xmlns="urn:example:tweets"> has @nr
	// tweets misses t:tweets at byte 0: <iq> holds <tweet xmlns="urn:example:tweets">
}
