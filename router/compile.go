package router

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/xpath"
	"github.com/emp-framework/emp/stanza"
)

// A builder collects the routes and the mistakes of all route functions.
type builder struct {
	routes     []*Route
	filters    []*Filter // of Use
	insertions []*insertion
	offers     []offer // of Mount
	mounted    []Mounter
	errs       []*Error
}

// Compile runs route functions, in their order, and makes their table. Its
// error joins one *Error for each mistake, by file and line, and its text has a
// line for each. errors.As finds the first; its method Unwrap() []error, that of
// errors.Join, gives them all.
//
// The Routers are of use until Compile returns: what is written to them, or to
// their Routes, later is lost.
func Compile(routes ...func(r *Router)) (*Table, error) {
	b := &builder{}
	for _, fn := range routes {
		if fn == nil {
			b.fail("Compile", "", "a route function is nil", "give a func(r *router.Router) that writes routes")
			continue
		}
		r := &Router{b: b, namespaces: map[string]string{}}
		fn(r)
		r.closed = true
	}
	b.selections()
	b.arrange()
	t := &Table{offers: b.offers, mounted: b.mounted}
	for _, route := range b.routes {
		e := b.entry(route, len(t.entries))
		t.entries = append(t.entries, e)
	}
	b.never(t.entries)
	b.compare(t.entries)
	b.covered(t.entries)
	if len(b.errs) > 0 {
		return nil, b.err()
	}
	t.newIndex()
	return t, nil
}

func (b *builder) err() error {
	slices.SortStableFunc(b.errs, func(x, y *Error) int {
		if x.File == y.File {
			return x.Line - y.Line
		}
		return strings.Compare(x.File, y.File)
	})
	errs := make([]error, len(b.errs))
	for i, e := range b.errs {
		errs[i] = e
	}
	return errors.Join(errs...)
}

// entry compiles one route. What is wrong with it is recorded.
func (b *builder) entry(r *Route, index int) *Entry {
	e := &Entry{
		Name: r.name, Kind: r.kind, Type: r.typ, Errors: r.errors, Expr: r.expr,
		Address: r.scope.address.String(), Sender: r.scope.sender.String(),
		File: r.place.file, Line: r.place.line, Concurrent: r.concurrent, Guard: r.guard, Func: r.function,
		call: r.call, index: index, address: r.scope.address, sender: r.scope.sender, namespaces: r.scope.namespaces, vars: r.vars,
		loose: r.loose || r.scope.loose,
	}
	if e.Name == "" {
		e.Name = strings.TrimSpace(e.Address + " " + r.call + " " + strings.TrimSpace(r.expr))
	}
	if !r.ended {
		b.failAt(r.place, r.call, r.expr, -1, "the route has no action", "end it with .To(action)")
	}
	before := len(b.errs)
	e.holes = r.scope.address.holes()
	if r.expr != "" || r.call == "Route" {
		e.add(b.expression(r, r.place, r.call, r.expr), r.call == "Route")
	}
	for _, w := range r.wheres {
		e.Where = append(e.Where, w.expr)
		e.add(b.expression(r, w.place, "Where", w.expr), false)
	}
	for i, name := range e.holes {
		if slices.Contains(e.holes[:i], name) {
			b.failAt(r.place, r.call, r.expr, -1, fmt.Sprintf("two holes of the name %q", name), "give each hole of a route, its address included, a name of its own")
		}
	}
	action := r.action
	if r.bound != nil && len(b.errs) == before && !e.loose { // else its holes are not known
		action = b.action(r, e)
	}
	var broken *Filter
	bare := false
	if e.Action, bare, broken = r.scope.wrap(r.name, action); broken != nil {
		b.failAt(r.place, r.call, r.expr, -1, fmt.Sprintf("the middleware used at %s returned no action", broken.place), "let it return the action that it is given, or one that calls that")
	}
	e.Transient = r.transient && bare && r.guard == nil
	return e
}

// add adds an expression, nil if it is a mistake, to what e asks for.
func (e *Entry) add(x *xpath.Expr, atDocument bool) {
	if x == nil {
		return
	}
	e.tests = append(e.tests, test{x, atDocument})
	e.holes = append(e.holes, x.Holes()...)
	if named := x.Naming(string(stanza.TypeError), atDocument); named != nil {
		e.onlyErrors = append(e.onlyErrors, test{named, atDocument})
	}
}

// wrap puts the filters and the rescues of a scope and of all scopes around it
// around the action of a route. The rescues of a scope are outside its filters.
// It returns nil where there is no action, or where a middleware makes none: the
// one that is broken. bare says that nothing is around that may keep a request.
func (r *Router) wrap(route string, action component.Action) (wrapped component.Action, bare bool, broken *Filter) {
	bare = true
	var skipped []*Filter
	for s := r; s != nil && action != nil; s = s.up {
		for _, f := range slices.Backward(s.filters) {
			if !f.covers(route) || slices.Contains(skipped, f) {
				continue
			}
			bare = bare && f.transient
			if action = f.wrap(action); action == nil {
				return nil, false, f
			}
		}
		skipped = append(skipped, s.skipped...)
		if len(s.rescues) > 0 {
			action, bare = rescued(s.rescues)(action), false
		}
	}
	return action, bare, nil
}
