package router

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/nearest"
)

// A Filter is middleware in use, as [Router.Use] returns it while a route file
// is being written. Its methods say for which routes and requests it is: for
// all of its scope, if none is called. They change it and return it.
//
//	r.Use(component.Before(users.MustBeKnown)).Except("tweets.index", "tweets.show")
//	r.Use(component.After(audit)).Only("tweets.create").Unless(byAdmin)
//
// Which routes have a Filter around them is decided when the table is made: it
// costs the others nothing.
type Filter struct {
	b     *builder
	scope *Router
	place place // of Use
	mws   []component.Middleware
	name  string

	selects  string // the method that named routes: "", Only or Except
	selected place  // of that call
	routes   []string

	guard     Guard // nil: always
	unless    bool  // it is for requests that guard says no of
	transient bool
}

// Only puts the filter around these routes and no others: routes of its scope and of
// those inside it, by the names that Name, or CRUD, gave them.
func (f *Filter) Only(routes ...string) *Filter { return f.selecting("Only", routes) }

// Except puts the filter around all routes of its scope, and of those inside it, but
// these. They are named as for Only.
func (f *Filter) Except(routes ...string) *Filter { return f.selecting("Except", routes) }

func (f *Filter) selecting(call string, routes []string) *Filter {
	switch {
	case len(routes) == 0:
		f.b.fail(call, "", "it names no route", "give the names of routes of this scope")
	case f.selects != "":
		f.b.fail(call, routes[0], f.selects+" has said already which routes it is for", "name all routes in one Only or one Except")
	default:
		f.selects, f.selected, f.routes = call, here(), slices.Clone(routes)
	}
	return f
}

// If has the filter run for the requests that guard is true of; for the others the
// action runs as if it were not there. guard is asked for each stanza, where the
// filter would run.
func (f *Filter) If(guard Guard) *Filter { return f.guarded("If", guard, false) }

// Unless has the filter run for the requests that guard is false of; see If.
func (f *Filter) Unless(guard Guard) *Filter { return f.guarded("Unless", guard, true) }

func (f *Filter) guarded(call string, guard Guard, unless bool) *Filter {
	switch {
	case guard == nil:
		f.b.fail(call, "", "the condition is nil", "give a func(context.Context, *component.Request) bool")
	case f.guard != nil:
		f.b.fail(call, "", "the filter has a condition already", "join the conditions in one function")
	default:
		f.guard, f.unless = guard, unless
	}
	return f
}

// Transient promises of the filter, its condition included, what [Route.Transient]
// does of an action. A filter that does not has that of the routes it is around say
// nothing.
//
//	r.Use(component.Before(users.MustBeKnown)).Transient()
func (f *Filter) Transient() *Filter {
	f.transient = true
	return f
}

// Name names the filter, for [Router.Skip] in the scopes inside.
func (f *Filter) Name(name string) *Filter {
	switch {
	case name == "":
		f.b.fail("Name", name, "the name is empty", "give it one, or leave Name out")
	case f.name != "":
		f.b.fail("Name", name, fmt.Sprintf("the filter has the name %q already", f.name), "call Name once")
	case f.scope.filter(name) != nil:
		f.b.fail("Name", name, "a filter of that name is in use here already", "give it a name of its own: Skip could not tell them apart")
	default:
		f.name = name
	}
	return f
}

// Skip leaves out, in this scope and those inside it, what a scope around it
// uses: the filters of these names. Functions cannot be told apart in Go, so
// filters are skipped by name.
//
//	r.Use(component.Before(users.MustBeKnown)).Name("known")
//	r.Group(func(r *router.Router) {
//		r.Skip("known")
//		r.Set("u:register").To(users.Register)
//	})
func (r *Router) Skip(filters ...string) {
	for _, name := range filters {
		if !r.setting("Skip", name) {
			return
		}
		var f *Filter
		if r.up != nil {
			f = r.up.filter(name)
		}
		if f == nil {
			r.b.fail("Skip", name, "no scope around this one uses a filter of that name", "name it where it is used: r.Use(…).Name("+quote(name)+")")
			continue
		}
		r.skipped = append(r.skipped, f)
	}
	if len(filters) == 0 {
		r.b.fail("Skip", "", "it names no filter", "give the names of filters that a scope around this one uses")
	}
}

// filter returns the filter of that name which is in use in r, or nil.
func (r *Router) filter(name string) *Filter {
	for s := r; s != nil; s = s.up {
		for _, f := range s.filters {
			if f.name == name && name != "" {
				return f
			}
		}
	}
	return nil
}

// covers reports whether f is for the route of that name, "" for one without.
func (f *Filter) covers(route string) bool {
	return f.selects == "" || slices.Contains(f.routes, route) == (f.selects == "Only")
}

// wrap puts f's middleware around an action. It returns nil where one of it
// makes none.
func (f *Filter) wrap(action component.Action) component.Action {
	filtered := action
	for _, mw := range slices.Backward(f.mws) {
		if filtered = mw(filtered); filtered == nil {
			return nil
		}
	}
	if f.guard == nil {
		return filtered
	}
	return func(ctx context.Context, req *component.Request) (component.Response, error) {
		if f.guard(ctx, req) != f.unless {
			return filtered(ctx, req)
		}
		return action(ctx, req)
	}
}

// selections refuses the names in Only and Except that no route of the filter's
// scope has.
func (b *builder) selections() {
	for _, f := range b.filters {
		var inside []string
		for _, name := range f.routes {
			if inside == nil {
				inside = b.named(f.scope)
			}
			if slices.Contains(inside, name) {
				continue
			}
			msg, cure := "no route has that name", "give the route that is meant the name, by .Name("+quote(name)+")"
			for _, route := range b.routes {
				if route.name == name {
					msg, cure = fmt.Sprintf("the route of that name, at %s, is outside of this scope", route.place), "use the filter in a scope around that route"
					if f.selects == "Except" {
						msg, cure = msg+", so the filter is not for it anyway", "take the name out"
					}
				}
			}
			if near := nearest.To(name, inside); near != "" {
				cure = fmt.Sprintf("did you mean %q?", near)
			} else if len(inside) > 0 {
				cure += "; the names in this scope are " + some(inside)
			}
			b.failAt(f.selected, f.selects, name, -1, msg, cure)
		}
	}
}

// named returns the names of the routes in a scope and in those inside it, each
// given by Name.
func (b *builder) named(scope *Router) (names []string) {
	for _, route := range b.routes {
		for s := route.scope; s != nil; s = s.up {
			if s == scope && route.name != "" {
				names = append(names, route.name)
			}
		}
	}
	return names
}

// some lists names, not all of many.
func some(names []string) string {
	const most = 12
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
