package router

import (
	"context"
	"fmt"
	"strings"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/stanza"
)

// A Route is one line of a route file while it is being written. Its methods
// change it and return it. Each has one action, given with To or Bind.
//
//	r.Get("t:tweet[@id={id}]").Where("@xml:lang").To(tweets.Show).Name("tweet")
type Route struct {
	b     *builder
	scope *Router
	place place

	call   string // the method of Router
	expr   string
	kind   stanza.Kind // 0: any
	typ    stanza.Type // "": any
	errors bool        // stanzas of type error, instead of all others

	wheres     []where
	vars       map[string]any
	guard      Guard
	name       string
	action     component.Action // of To
	bound      *binding         // of Bind
	function   string           // the name of what either was given
	ended      bool
	concurrent bool
	transient  bool
	loose      bool // wider than it was meant: its guard is a mistake
}

type where struct {
	place place
	expr  string
}

// A Guard decides in the application's own code whether a stanza is for a
// route, or for a [Filter]. It runs where actions run, in order with them, so it may take time.
type Guard func(ctx context.Context, req *component.Request) bool

// To ends the route with the action that answers.
func (t *Route) To(action component.Action) *Route {
	switch {
	case action == nil:
		t.b.fail("To", "", "the action is nil", "give a function or method of the type component.Action")
	case t.action != nil || t.bound != nil:
		t.b.fail("To", "", "the route has an action already", "take one of the two out, or write a route of its own for the second")
	}
	t.ended, t.action, t.function = true, action, funcName(action)
	return t
}

// Name names the route: for logs and errors, for [Filter.Only] and the like, for
// [Router.Before] and [Router.After], and for [Table.Reverse]. No two routes may
// have one name.
func (t *Route) Name(name string) *Route {
	switch {
	case name == "":
		t.b.fail("Name", name, "the name is empty", "give it one, or leave Name out: a name is made then")
	case t.name != "":
		t.b.fail("Name", name, fmt.Sprintf("the route has the name %q already", t.name), "call Name once")
	default:
		t.name = name
	}
	return t
}

// Where adds a condition: another expression, evaluated at the stanza, that
// must be true as well. It may capture, and begin with predicates of the stanza.
//
//	r.Get("t:tweets").Where("@xml:lang={lang}").To(tweets.Index)
func (t *Route) Where(expr string) *Route {
	t.wheres = append(t.wheres, where{here(), expr})
	return t
}

// Var binds $name in the route's expressions to a string, bool, int or
// float64.
//
//	r.Message("[body=$word]").Var("word", config.Word).To(bot.Hear)
func (t *Route) Var(name string, value any) *Route {
	if bare, ok := strings.CutPrefix(name, "$"); ok {
		t.b.fail("Var", name, "a variable is named without the $", fmt.Sprintf("write .Var(%q, …)", bare))
		name = bare
	}
	if _, ok := t.vars[name]; ok {
		t.b.fail("Var", name, "the variable is bound already", "bind each variable once")
		return t
	}
	switch value.(type) {
	case string, bool, int, float64:
	default:
		t.b.fail("Var", name, "a variable is a string, bool, int or float64", "convert the value")
		return t
	}
	if t.vars == nil {
		t.vars = map[string]any{}
	}
	t.vars[name] = value
	return t
}

// If defers the decision to the application: where guard is false, the routes
// behind this one are tried. What XPath can say is better said there: it is
// decided before the stanza waits for its turn.
func (t *Route) If(guard Guard) *Route {
	switch {
	case guard == nil:
		t.b.fail("If", "", "the guard is nil", "give a func(context.Context, *component.Request) bool")
		t.loose = true
	case t.guard != nil:
		t.b.fail("If", "", "the route has a guard already", "join the conditions in one function")
	default:
		t.guard = guard
	}
	return t
}

// Transient promises that the action keeps nothing of its request when it has
// returned: neither the Request nor its context, no Node, and no string out of it,
// not in a map, not in a goroutine, not in a closure; nor the Response that it
// returns. What it returns, or sends meanwhile, may have parts of the request. Then
// EMP takes the memory for the next stanza while it is still in the processor's
// cache, which saves a fifth and more of what a small stanza costs. A part is kept
// all the same by a copy: strings.Clone, [jid.JID.Clone], [element.Node.Clone].
//
// Where the promise is broken, what was kept turns into something else, part of
// another stanza perhaps; in a program built with -race it does so at once, so test
// with that. It is without effect with If, and where a rescue or a [Filter] is around
// the action that has not promised it too, since those may keep what they like.
//
//	r.Get("p:ping").To(pong).Transient()
func (t *Route) Transient() *Route {
	t.transient = true
	return t
}

// Concurrent lifts the order for this route: its stanzas run at once, not one
// behind the other, even those between the same two addresses.
func (t *Route) Concurrent() *Route {
	t.concurrent = true
	return t
}
