package component

import (
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// A Request is one stanza on its way to an action: the stanza, with all its
// fields and accessors, and what the route took out of it.
type Request struct {
	stanza.Stanza
	// Route is the name of the route that matched, given by Name or made of
	// address and expression.
	Route string
	// Via is the link that the stanza came on: what Send and Ask use. The
	// framework sets it.
	Via Sender

	args  []Arg
	room  *[1]stanza.Out // see Lend
	taken *atomic.Bool   // that it is; nil: there is none
}

// An Arg is a capture: the name of a hole and what it holds. OK is false for a
// hole of the route that did not take part in the match.
type Arg struct {
	Name, Value string
	OK          bool
}

// NewRequest makes the request of a stanza that a route matched. The framework
// does that; it is public for tests and for those who dispatch by themselves.
// args has all captures that the route knows.
func NewRequest(s stanza.Stanza, route string, args ...Arg) *Request {
	return &Request{Stanza: s, Route: route, args: args}
}

// Fill is NewRequest for a zero Request that lies where it stays, as a part of
// something larger: the stanza is copied once.
func (r *Request) Fill(s *stanza.Stanza, route string, args ...Arg) {
	r.Stanza, r.Route, r.args = *s, route, args
}

// Lend gives the request room for the stanza that Reply, Result or ReplyPresence makes
// first, which is then used again for that of another request. taken, false until then,
// is for all copies of the request, and for all goroutines of its action. It is for the
// framework, and for requests of which nothing is kept (router.Route.Transient).
func (r *Request) Lend(room Response, taken *atomic.Bool) {
	r.room, r.taken = (*[1]stanza.Out)(room[:1]), taken
}

// answer returns an empty Response with room for one stanza.
func (r *Request) answer() Response {
	if r.taken == nil || r.taken.Swap(true) {
		return make(Response, 0, 1)
	}
	return r.room[:0]
}

// Arg returns what the hole {name} of the route holds. It panics if the route
// has no such hole: that is a mistake in the program, and an empty string
// would hide it. A hole in a branch that was not taken gives "", as one that
// took the empty value does; LookupArg tells them apart.
func (r *Request) Arg(name string) string {
	for i := range r.args {
		if r.args[i].Name == name {
			return r.args[i].Value
		}
	}
	var have []string
	for _, a := range r.args {
		have = append(have, a.Name)
	}
	panic(fmt.Sprintf("component: route %q captures no %q, only [%s]: write {%[2]s} into its expression or address", r.Route, name, strings.Join(have, " ")))
}

// LookupArg returns what the hole {name} holds and whether it was filled. It
// serves actions behind routes of different holes.
func (r *Request) LookupArg(name string) (value string, ok bool) {
	for i := range r.args {
		if r.args[i].Name == name {
			return r.args[i].Value, r.args[i].OK
		}
	}
	return "", false
}

// Args returns all captures of the route, filled or not, in the order of
// address, expression, and those of Where. It must not be changed.
func (r *Request) Args() []Arg { return r.args }

// Reply is a Response of one message back to the sender: same type and thread,
// addresses swapped; of a message in a room, to the room. What it makes of an
// error is refused when it is sent ([stanza.Stanza.Reply]).
//
//	return req.Reply("Hackity Hack!"), nil
func (r *Request) Reply(body string, payload ...element.Part) Response {
	return r.AppendReply(r.answer(), body, payload...)
}

// Result is a Response of the result of an iq get or set, with at most one
// payload element. Of anything else it is refused when it is sent.
//
//	return req.Result(element.New(NS, "tweet").Attr("id", id).Text(text)), nil
func (r *Request) Result(payload ...element.Part) Response {
	return r.AppendResult(r.answer(), payload...)
}

// ReplyPresence is a Response of one presence back to the sender, as in
// req.ReplyPresence(stanza.TypeSubscribed).
func (r *Request) ReplyPresence(t stanza.Type, payload ...element.Part) Response {
	return append(r.answer(), r.Stanza.ReplyPresence(t, payload...))
}
