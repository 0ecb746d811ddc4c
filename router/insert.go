package router

import (
	"fmt"

	"github.com/emp-framework/emp/internal/nearest"
)

// An insertion is where in the table the routes of a scope go, if not where
// they are written.
type insertion struct {
	call  string // First, Last, Before or After
	route string // the name of the route before or after which they go
	place place
}

// First is a scope whose routes stand in front of all others in the table, those
// of the application for a plugin as well. Of several, the one written first
// comes first. Like any scope it is one of the scope around it, of its
// middleware and addresses; of First, Last, Before and After inside each other
// the innermost counts.
func (r *Router) First(routes func(r *Router)) { r.insert("First", "", routes) }

// Last is a scope whose routes stand behind all others in the table, those of
// plugins as well: the place of a catch-all that leaves room for what is used
// or mounted later. Of several, the one written first comes first.
//
//	r.Last(func(r *router.Router) {
//		r.Get("").To(app.Unknown)
//	})
func (r *Router) Last(routes func(r *Router)) { r.insert("Last", "", routes) }

// Before is a scope whose routes stand directly before the route of that name,
// wherever in the table that is and whoever wrote it. Of several before one
// route, the one written first comes first.
//
//	func (p *Plugin) Routes(r *router.Router) {
//		r.Before("tweets.show", func(r *router.Router) { … })
//	}
//
// That the middleware of package component called Before runs something in front
// of an action is another matter.
func (r *Router) Before(route string, routes func(r *Router)) { r.insert("Before", route, routes) }

// After is a scope whose routes stand directly behind the route of that name; see
// Before. Of several behind one route, the one written first comes first.
func (r *Router) After(route string, routes func(r *Router)) { r.insert("After", route, routes) }

func (r *Router) insert(call, route string, routes func(r *Router)) {
	r.scope(call, route, routes, func(in *Router) {
		in.insertion = &insertion{call, route, here()}
		r.b.insertions = append(r.b.insertions, in.insertion)
	})
}

// arrange puts the routes into the order of the table.
func (b *builder) arrange() {
	named := map[string]*Route{}
	var names []string
	for _, route := range b.routes {
		if route.name != "" && named[route.name] == nil {
			named[route.name] = route
			names = append(names, route.name)
		}
	}
	for _, in := range b.insertions {
		if (in.call == "Before" || in.call == "After") && named[in.route] == nil {
			cure := "mend the name, or give the route that is meant the name, by .Name(" + quote(in.route) + ")"
			if near := nearest.To(in.route, names); near != "" {
				cure = fmt.Sprintf("did you mean %q?", near)
			}
			b.failAt(in.place, in.call, in.route, -1, "no route has that name", cure)
		}
	}

	var first, written, last []*Route
	before, after := map[*Route][]*Route{}, map[*Route][]*Route{}
	for _, route := range b.routes {
		var in insertion
		if route.scope.insertion != nil {
			in = *route.scope.insertion
		}
		target := named[in.route]
		switch {
		case in.call == "First":
			first = append(first, route)
		case in.call == "Last":
			last = append(last, route)
		case in.call == "Before" && target != nil:
			before[target] = append(before[target], route)
		case in.call == "After" && target != nil:
			after[target] = append(after[target], route)
		default:
			written = append(written, route)
		}
	}

	all, placed := make([]*Route, 0, len(b.routes)), map[*Route]bool{}
	var place func(routes []*Route)
	place = func(routes []*Route) { // recurses as deep as route files chain insertions
		for _, route := range routes {
			place(before[route])
			all, placed[route] = append(all, route), true
			place(after[route])
		}
	}
	place(first)
	place(written)
	place(last)
	for _, route := range b.routes {
		if !placed[route] {
			in := route.scope.insertion
			b.failAt(route.place, route.call, route.expr, -1,
				fmt.Sprintf("it is to stand %s the route %q, which itself is to stand before or after this one", map[string]string{"Before": "before", "After": "after"}[in.call], in.route),
				"give one of them a place that does not hang on the other")
			all = append(all, route)
		}
	}
	b.routes = all
}
