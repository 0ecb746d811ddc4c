package disco_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/feature/disco"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A host has a catalog and nothing else.
type host struct {
	component.Sender
	catalog component.Catalog
}

func (h host) Catalog() component.Catalog { return h.catalog }

// A question is a payload that some route of a table looks for.
type question struct{ ns, local, typ string }

// writer writes random routes, and notes what they look for.
type writer struct {
	*rand.Rand
	asked []question
}

// routes fills a scope: the names of payloads are all different, so that no route
// hides another, their namespaces are few, so that they meet in several scopes.
func (w *writer) routes(r *router.Router, depth int) {
	for i := range 4 {
		r.Namespace(fmt.Sprint("n", i), fmt.Sprint("urn:example:", i))
	}
	for range w.IntN(5) {
		n := w.IntN(4)
		q := question{fmt.Sprint("urn:example:", n), fmt.Sprint("q", len(w.asked)), "get"}
		expr := fmt.Sprintf("n%d:%s", n, q.local)
		switch w.IntN(6) {
		case 0:
			q.typ = "set"
			r.Set(expr).To(nothing)
		case 1:
			r.Get(expr + "[not(@max) or @max={max}]").To(nothing)
		case 2:
			r.Get(expr + " | urn").To(nothing)
		case 3:
			r.Mount(mounted{q})
		default:
			r.Get(expr).To(nothing)
		}
		w.asked = append(w.asked, q)
	}
	if depth == 0 {
		return
	}
	for range w.IntN(3) {
		inside := func(r *router.Router) { w.routes(r, depth-1) }
		if depth == 2 {
			switch w.IntN(4) {
			case 0:
				r.Resource([]string{"a", "b"}[w.IntN(2)], inside)
			case 1:
				r.At([]string{"bot@", "{user}@", "bot@/a", "/{room}"}[w.IntN(4)], inside)
			default:
				r.Group(inside)
			}
			continue
		}
		switch w.IntN(3) {
		case 0:
			r.From([]string{"ann@localhost", "bob@localhost/desk"}[w.IntN(2)], inside)
		case 1:
			r.First(inside)
		default:
			r.Last(inside)
		}
	}
}

// mounted is a feature of one question.
type mounted struct{ question }

func (m mounted) Routes(r *router.Router) {
	r.Namespace("m", m.ns)
	r.Get("m:" + m.local).To(nothing)
}

// TestFeaturesAreRoutable: over random tables, what discovery says to somebody of
// an address is what somebody's requests to that address reach routes with, no
// more and no less.
func TestFeaturesAreRoutable(t *testing.T) {
	var addresses, senders []jid.JID
	for _, a := range []string{"app.localhost", "app.localhost/a", "app.localhost/b", "app.localhost/c", "bot@app.localhost", "bot@app.localhost/a", "eve@app.localhost"} {
		addresses = append(addresses, jid.MustParse(a))
	}
	for _, a := range []string{"ann@localhost/x", "bob@localhost/desk", "bob@localhost/phone", "localhost"} {
		senders = append(senders, jid.MustParse(a))
	}
	routable, not := 0, 0
	for seed := range uint64(25) {
		w := &writer{Rand: rand.New(rand.NewPCG(seed, 9))}
		table, err := router.Compile(func(r *router.Router) { w.routes(r, 2) })
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		f := &disco.Feature{}
		if err := f.Start(t.Context(), host{catalog: table.Catalog()}); err != nil {
			t.Fatal(err)
		}
		for _, at := range addresses {
			for _, from := range senders {
				said := f.Info(at, from).Features
				var reached []string
				for _, q := range w.asked {
					if takes(t, table, q, at, from) {
						reached = append(reached, q.ns)
					}
				}
				slices.Sort(reached)
				reached = slices.Compact(reached)
				if !slices.Equal(said, reached) {
					t.Fatalf("seed %d: %s to %s: discovery says %q, routable is %q", seed, at, from, said, reached)
				}
				routable += len(reached)
				not += len(w.asked) - len(reached)
			}
		}
	}
	if routable < 500 || not < 500 {
		t.Errorf("only %d features and %d that are none: the tables are too dull", routable, not)
	}
}

func takes(t *testing.T, table *router.Table, q question, at, from jid.JID) bool {
	t.Helper()
	s, err := stanza.ParseString(fmt.Sprintf("<iq type='%s' id='1' from='%s' to='%s'><%s xmlns='%s'/></iq>", q.typ, from, at, q.local, q.ns))
	if err != nil {
		t.Fatal(err)
	}
	e, err := table.Match(&s, &router.Match{})
	if err != nil {
		t.Fatal(err)
	}
	return e != nil
}

func ExampleFeature() {
	routes := func(r *router.Router) {
		r.Namespace("w", "urn:example:weather")
		r.Resource("report", func(r *router.Router) { r.Get("w:report").To(nothing) })
	}
	table, err := router.Compile(routes)
	if err != nil {
		fmt.Println(err)
		return
	}
	f := &disco.Feature{Name: "Weather reports"}
	if err := f.Start(context.Background(), host{catalog: table.Catalog()}); err != nil { // App.Use does it
		fmt.Println(err)
	}
	fmt.Println(f.Info(jid.MustParse("app.localhost/report"), jid.MustParse("ann@localhost/x")))
	// Output: {[{component generic Weather reports }] [urn:example:weather]}
}
