package router

import (
	"slices"

	"github.com/emp-framework/emp/component"
)

// Bind ends the route, as To does, with a function that takes typed arguments
// and returns a typed result; see [component.Args].
//
//	r.Get(`t:tweet[@id={id:\d+}]`).Bind(component.Args(tweets.Show))
//
// What the function wants and the route does not have, or not always, is
// reported with the other mistakes when the table is compiled.
func (t *Route) Bind(b component.Binding) *Route {
	if t.action != nil || t.bound != nil {
		t.b.fail("Bind", "", "the route has an action already", "take one of the two out, or write a route of its own for the second")
	}
	t.ended, t.bound = true, &binding{here(), b}
	if fn := b.Func(); fn != nil {
		t.function = funcName(fn)
	}
	return t
}

// A binding is what Bind was given, and where.
type binding struct {
	place place
	component.Binding
}

// action makes the action of the route r with the binding, which e was compiled
// from but for that. Mistakes are recorded, and nil returned.
func (b *builder) action(r *Route, e *Entry) component.Action {
	target := component.Target{Kind: e.Kind, Errors: e.Errors}
	for _, name := range e.address.holes() {
		target.Holes = append(target.Holes, component.Hole{Name: name})
	}
	for _, t := range e.tests {
		always := t.Always()
		for _, name := range t.Holes() {
			target.Holes = append(target.Holes, component.Hole{Name: name, Optional: !slices.Contains(always, name)})
		}
	}
	action, mistakes := r.bound.Bind(target)
	for _, m := range mistakes {
		b.failAt(r.bound.place, "Bind", "", -1, m.Msg, m.Cure)
	}
	return action
}
