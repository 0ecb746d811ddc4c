package router_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// answer is an action that says which route it was.
func answer(_ context.Context, req *component.Request) (component.Response, error) {
	fmt.Println(req.Route, req.Args())
	return nil, nil
}

// try runs routes against one stanza, as the framework does.
func try(xml string, routes func(r *router.Router)) {
	table, err := router.Compile(routes)
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := stanza.ParseString(xml)
	if err != nil {
		fmt.Println(err)
		return
	}
	var m router.Match
	e, err := table.Match(&s, &m)
	for e != nil && e.Guard != nil && !e.Guard(context.Background(), m.Request(s, e)) {
		e, err = table.MatchAfter(e, &s, &m)
	}
	if e == nil || err != nil {
		fmt.Println("no route", err)
		return
	}
	if _, err := e.Action(context.Background(), m.Request(s, e)); err != nil {
		fmt.Println(err)
	}
}

func Example() {
	const NS = "urn:example:tweets"
	show := func(ctx context.Context, req *component.Request) (component.Response, error) {
		if req.Arg("id") != "1" {
			return nil, stanza.ItemNotFound.With("no tweet %s", req.Arg("id"))
		}
		return req.Result(element.New(NS, "tweet").Attr("id", "1").Text("Hackity Hack!")), nil
	}
	table, err := router.Compile(func(r *router.Router) {
		r.Namespace("t", NS)
		r.Resource("tweets", func(r *router.Router) {
			r.Get(`t:tweet[@id={id:\d+}]`).To(show).Name("tweet")
		})
	})
	if err != nil {
		panic(err) // every mistake, each with file and line
	}

	s, _ := stanza.ParseString("<iq type='get' id='a' from='romeo@localhost/x' to='tweeter.localhost/tweets'><tweet xmlns='urn:example:tweets' id='1'/></iq>")
	var m router.Match
	e, _ := table.Match(&s, &m)
	res, _ := e.Action(context.Background(), m.Request(s, e))
	fmt.Println(e.Name, res[0].Node())
	// Output: tweet <iq xmlns='jabber:client' from='tweeter.localhost/tweets' to='romeo@localhost/x' type='result' id='a'><tweet xmlns='urn:example:tweets' id='1'>Hackity Hack!</tweet></iq>
}

func ExampleRouter_Route() {
	try("<message from='a@b/c' to='app'><body>hack</body></message>", func(r *router.Router) {
		r.Route("message[body='hack'] | presence").To(answer).Name("either")
	})
	// Output: either []
}

func ExampleRouter_Get() {
	try("<iq type='get' id='1' from='a@b/c' to='app'><ping xmlns='urn:xmpp:ping'/></iq>", func(r *router.Router) {
		r.Namespace("p", "urn:xmpp:ping")
		r.Get("p:ping").To(answer).Name("ping")
	})
	// Output: ping []
}

func ExampleRouter_Set() {
	try("<iq type='set' id='1' from='a@b/c' to='app'><x xmlns='urn:x' op='add'/></iq>", func(r *router.Router) {
		r.Namespace("x", "urn:x")
		r.Set("x:x[@op={op:add|del}]").To(answer).Name("change")
	})
	// Output: change [{op add true}]
}

func ExampleRouter_Message() {
	try("<message type='chat' from='a@b/c' to='app'><body>!time</body></message>", func(r *router.Router) {
		r.Message("[@type='chat'][body={command:!.*}]").To(answer).Name("command")
		r.Message("").To(answer).Name("other")
	})
	// Output: command [{command !time true}]
}

func ExampleRouter_Presence() {
	try("<presence type='subscribe' from='a@b' to='bot@app'/>", func(r *router.Router) {
		r.Presence("[@type='subscribe']").To(answer).Name("subscribe")
	})
	// Output: subscribe []
}

func ExampleRouter_Errors() {
	bounce := "<message type='error' from='a@b' to='app'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>"
	try(bounce, func(r *router.Router) {
		r.Namespace("e", stanza.NSErrors)
		r.Message("").To(answer).Name("message") // never sees errors
		r.Errors("[error/e:gone]").To(answer).Name("gone")
	})
	// Output: gone []
}

func ExampleRouter_At() {
	try("<message from='a@b/c' to='Ann@app/phone'/>", func(r *router.Router) {
		r.At("{user}@/{device}", func(r *router.Router) {
			r.Message("").To(answer).Name("device")
		})
	})
	// Output: device [{user ann true} {device phone true}]
}

func ExampleRouter_Resource() {
	try("<message from='a@b/c' to='hackity.localhost/hack'/>", func(r *router.Router) {
		r.Resource("hack", func(r *router.Router) {
			r.Message("").To(answer).Name("hack")
		})
	})
	// Output: hack []
}

func ExampleRouter_From() {
	try("<message from='Boss@localhost/desk' to='app'/>", func(r *router.Router) {
		r.From("boss@localhost", func(r *router.Router) {
			r.Message("").To(answer).Name("boss")
		})
		r.Message("").To(answer).Name("anybody")
	})
	// Output: boss []
}

// loud is a middleware.
func loud(next component.Action) component.Action {
	return func(ctx context.Context, req *component.Request) (component.Response, error) {
		fmt.Println("before", req.Route)
		defer fmt.Println("after", req.Route)
		return next(ctx, req)
	}
}

func ExampleRouter_Use() {
	try("<message from='a@b/c' to='app'/>", func(r *router.Router) {
		r.Use(loud)
		r.Message("").To(answer).Name("message")
	})
	// Output:
	// before message
	// message []
	// after message
}

func ExampleRouter_Group() {
	try("<presence from='a@b/c' to='app'/>", func(r *router.Router) {
		r.Group(func(r *router.Router) {
			r.Use(loud)
			r.Message("").To(answer).Name("message")
		})
		r.Presence("").To(answer).Name("presence") // not loud
	})
	// Output: presence []
}

func ExampleRouter_With() {
	try("<message from='a@b/c' to='app'/>", func(r *router.Router) {
		r.With(loud).Message("").To(answer).Name("message")
	})
	// Output:
	// before message
	// message []
	// after message
}

func ExampleRouter_Namespace() {
	try("<message from='a@b/c' to='app'><event xmlns='http://jabber.org/protocol/pubsub#event'/></message>", func(r *router.Router) {
		r.Namespace("ps", "http://jabber.org/protocol/pubsub#event")
		r.Message("[ps:event]").To(answer).Name("event")
	})
	// Output: event []
}

func ExampleRouter_Rescue() {
	find := func(context.Context, *component.Request) (component.Response, error) {
		return nil, fmt.Errorf("find user: %w", sql.ErrNoRows)
	}
	try("<message from='a@b/c' to='app'/>", func(r *router.Router) {
		r.Rescue(sql.ErrNoRows, stanza.ItemNotFound)
		r.Message("").To(find)
	})
	// Output: stanza: item-not-found (find user: sql: no rows in result set)
}

// ping is a feature: something with routes of its own.
type ping struct{}

func (ping) Routes(r *router.Router) {
	r.Namespace("p", "urn:xmpp:ping")
	r.Get("p:ping").To(answer).Name("ping")
}

func ExampleRouter_Mount() {
	try("<iq type='get' id='1' from='a@b/c' to='app'><ping xmlns='urn:xmpp:ping'/></iq>", func(r *router.Router) {
		r.Mount(ping{})
	})
	// Output: ping []
}

func ExampleRoute_Where() {
	try("<message from='a@b/c' to='app' xml:lang='de'><body>x</body></message>", func(r *router.Router) {
		r.Message("[body]").Where("@xml:lang={lang}").To(answer).Name("spoken")
	})
	// Output: spoken [{lang de true}]
}

func ExampleRoute_Var() {
	word := "it's \"quoted\""
	try("<message from='a@b/c' to='app'><body>it's \"quoted\"</body></message>", func(r *router.Router) {
		r.Message("[body=$word]").Var("word", word).To(answer).Name("word")
	})
	// Output: word []
}

func ExampleRoute_If() {
	even := func(_ context.Context, req *component.Request) bool { return len(req.Body())%2 == 0 }
	try("<message from='a@b/c' to='app'><body>odd</body></message>", func(r *router.Router) {
		r.Message("").If(even).To(answer).Name("even")
		r.Message("").To(answer).Name("otherwise")
	})
	// Output: otherwise []
}

func ExampleRoute_Name() {
	table, _ := router.Compile(func(r *router.Router) {
		r.Message("[body]").To(answer).Name("chat")
		r.Presence("").To(answer)
	})
	for e := range table.Routes() {
		fmt.Println(e.Name)
	}
	// Output:
	// chat
	// Presence
}

func ExampleRoute_Concurrent() {
	table, _ := router.Compile(func(r *router.Router) { r.Presence("").To(answer).Concurrent() })
	for e := range table.Routes() {
		fmt.Println(e.Name, e.Concurrent)
	}
	// Output: Presence true
}

func ExampleRoute_To() {
	try("<message from='a@b/c' to='app'><body>x</body></message>", func(r *router.Router) {
		r.Message("[body]").To(func(ctx context.Context, req *component.Request) (component.Response, error) {
			fmt.Println("inline", req.Body())
			return req.Reply("ok"), nil
		})
	})
	// Output: inline x
}

func ExampleCompile_mistakes() {
	_, err := router.Compile(func(r *router.Router) {
		r.Get("ping").To(answer)
		r.Message("[body").To(answer)
	})
	for line := range strings.Lines(err.Error()) {
		fmt.Print(line)
	}
	// Output:
	// router: example_test.go:281: Get("ping"): <ping> without a prefix is in the namespace of stanzas, where no payload is, at byte 0: "ping"; bind its namespace, as in r.Namespace("x", "urn:…"), and write x:ping
	// router: example_test.go:282: Message("[body"): [ is not closed, at byte 0: "[body"; close it with ]
}
