package emp_test

import (
	"context"
	"fmt"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// Hack is a component: its methods are actions.
type Hack struct{ Word string }

// Say answers a message.
func (h *Hack) Say(ctx context.Context, req *component.Request) (component.Response, error) {
	if req.Arg("command") != h.Word {
		return nil, stanza.NotAcceptable.With("say %s, not %s", h.Word, req.Arg("command"))
	}
	return req.Reply("Hackity Hack!"), nil
}

// Routes is a route file.
func Routes(r *router.Router) {
	hack := &Hack{Word: "!hack"}
	r.Resource("hack", func(r *router.Router) {
		r.Message("[@type='chat'][body={command:!.*}]").To(hack.Say).Name("hack")
	})
}

// The way of a stanza through EMP: bytes, tree, stanza, route, action, answer,
// bytes. What connects its ends to a server comes with the links.
func Example() {
	table, err := router.Compile(Routes)
	if err != nil {
		fmt.Println(err) // every mistake in the route files, each with file and line
		return
	}

	in := "<message type='chat' from='romeo@localhost/garden' to='hackity.localhost/hack'><body>!hack</body></message>"
	s, err := stanza.ParseString(in)
	if err != nil {
		fmt.Println(err)
		return
	}
	var m router.Match
	route, err := table.Match(&s, &m)
	if err != nil || route == nil {
		fmt.Println("no route", err)
		return
	}
	answer, err := route.Action(context.Background(), m.Request(s, route))
	if err != nil {
		fmt.Println(err)
		return
	}
	w := element.Writer{Space: element.NSClient}
	for _, out := range answer {
		if err := out.AppendTo(&w); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Printf("%s: %s\n", route.Name, w.Bytes())
	// Output:
	// hack: <message from='hackity.localhost/hack' to='romeo@localhost/garden' type='chat'><body>Hackity Hack!</body></message>
}
