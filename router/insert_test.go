package router_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emp-framework/emp/router"
)

// one writes a route that is named after its expression.
func one(r *router.Router, name string) { r.Message("[" + name + "]").To(nothing).Name(name) }

func order(table *router.Table) string {
	var names []string
	for e := range table.Routes() {
		names = append(names, e.Name)
	}
	return strings.Join(names, " ")
}

// TestInsertion: what is inserted stands where it says, and is tried there.
func TestInsertion(t *testing.T) {
	app := func(r *router.Router) {
		one(r, "a")
		r.Last(func(r *router.Router) { r.Message("").To(nothing).Name("all") })
		one(r, "b")
	}
	for name, tt := range map[string]struct {
		plugin func(r *router.Router)
		want   string
	}{
		"behind":     {func(r *router.Router) { one(r, "p") }, "a b p all"},
		"First":      {func(r *router.Router) { r.First(func(r *router.Router) { one(r, "p"); one(r, "q") }) }, "p q a b all"},
		"First, two": {func(r *router.Router) { first(r, "p"); one(r, "q"); first(r, "s") }, "p s a b q all"},
		"Last": {func(r *router.Router) {
			r.Last(func(r *router.Router) { r.Presence("").To(nothing).Name("p") })
			one(r, "q")
		}, "a b q all p"},
		"Before":  {func(r *router.Router) { before(r, "b", "p"); before(r, "b", "q") }, "a p q b all"},
		"After":   {func(r *router.Router) { after(r, "a", "p"); after(r, "a", "q") }, "a p q b all"},
		"both":    {func(r *router.Router) { before(r, "b", "p"); after(r, "a", "q") }, "a q p b all"},
		"of Last": {func(r *router.Router) { before(r, "all", "p") }, "a b p all"},
		"of what is inserted, in any order": {func(r *router.Router) {
			after(r, "p", "q")
			before(r, "q", "s")
			before(r, "b", "p")
		}, "a p s q b all"},
		"inside a scope": {func(r *router.Router) {
			r.At("x@", func(r *router.Router) { r.Group(func(r *router.Router) { before(r, "a", "p") }) })
		}, "p a b all"},
		"scopes inside": {func(r *router.Router) {
			r.Before("a", func(r *router.Router) { r.Group(func(r *router.Router) { one(r, "p") }); one(r, "q") })
		}, "p q a b all"},
		"the innermost counts": {func(r *router.Router) {
			r.First(func(r *router.Router) { one(r, "p"); after(r, "b", "q") })
		}, "p a b q all"},
	} {
		table := compile(t, app, tt.plugin)
		if got := order(table); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}

	table := compile(t, app, func(r *router.Router) { first(r, "p") })
	s := "<message from='a@b' to='c'><a/><p/></message>"
	if got := match(t, table, s); got != "p" {
		t.Errorf("in front: %s", got)
	}
	if got := match(t, table, "<message from='a@b' to='c'/>"); got != "all" {
		t.Errorf("catch-all: %s", got)
	}
}

func first(r *router.Router, name string) { r.First(func(r *router.Router) { one(r, name) }) }
func before(r *router.Router, target, name string) {
	r.Before(target, func(r *router.Router) { one(r, name) })
}
func after(r *router.Router, target, name string) {
	r.After(target, func(r *router.Router) { one(r, name) })
}

// TestInsertedScopes: what is inserted has what its scope has, not what the
// route has that it stands beside.
func TestInsertedScopes(t *testing.T) {
	got := filtersOf(t, func(r *router.Router, note noted) {
		r.Group(func(r *router.Router) {
			r.Use(note("1"))
			one(r, "a")
		})
		r.Group(func(r *router.Router) {
			r.Use(note("2"))
			before(r, "a", "p")
			r.First(func(r *router.Router) {
				r.Use(note("3"))
				one(r, "q")
			})
		})
	})
	if want := "q:2+3 p:2 a:1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestInsertionMistakes(t *testing.T) {
	for name, tt := range map[string]struct {
		routes func(r *router.Router)
		want   string
	}{
		"unknown route": {func(r *router.Router) { one(r, "a"); before(r, "b", "p") },
			`Before("b"): no route has that name; mend the name, or give the route that is meant the name, by .Name("b")`},
		"unknown route, nothing inserted": {func(r *router.Router) { r.After("b", func(*router.Router) {}) }, `After("b"): no route has that name; `},
		"itself": {func(r *router.Router) { before(r, "p", "p") },
			`Message("[p]"): it is to stand before the route "p", which itself is to stand before or after this one; give one of them a place`},
		"no function":     {func(r *router.Router) { r.First(nil) }, `First: no function; `},
		"the outer scope": {func(r *router.Router) { r.Last(func(*router.Router) { r.Message("").To(nothing) }) }, `Message: the r of an outer scope`},
		"hidden": {func(r *router.Router) { one(r, "a"); r.First(func(r *router.Router) { r.Message("").To(nothing) }) },
			`Message("[a]"): the route at insert_test.go:`},
	} {
		_, err := router.Compile(tt.routes)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s:\n got %v\nwant %s, once", name, err, tt.want)
		}
	}
	_, err := router.Compile(func(r *router.Router) { before(r, "q", "p"); after(r, "p", "q") })
	if err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Errorf("a circle of two: %v", err)
	}
}

func ExampleRouter_First() {
	app := func(r *router.Router) { r.Message("").To(answer).Name("app") }
	plugin := func(r *router.Router) {
		r.First(func(r *router.Router) { r.Message("[body='!version']").To(answer).Name("version") })
	}
	table, _ := router.Compile(app, plugin)
	for e := range table.Routes() {
		fmt.Println(e.Name)
	}
	// Output:
	// version
	// app
}

func ExampleRouter_Last() {
	app := func(r *router.Router) {
		r.Last(func(r *router.Router) { r.Get("").To(answer).Name("unknown") })
	}
	plugin := func(r *router.Router) { r.Mount(ping{}) }
	table, _ := router.Compile(app, plugin)
	for e := range table.Routes() {
		fmt.Println(e.Name)
	}
	// Output:
	// ping
	// unknown
}

func ExampleRouter_Before() {
	app := func(r *router.Router) {
		r.Message("[@type='chat']").To(answer).Name("chat")
		r.Message("").To(answer).Name("message")
	}
	plugin := func(r *router.Router) {
		r.Before("message", func(r *router.Router) { r.Message("[subject]").To(answer).Name("subject") })
	}
	table, _ := router.Compile(app, plugin)
	for e := range table.Routes() {
		fmt.Println(e.Name)
	}
	// Output:
	// chat
	// subject
	// message
}

func ExampleRouter_After() {
	table, _ := router.Compile(func(r *router.Router) {
		r.Message("[a]").To(answer).Name("a")
		r.Message("[b]").To(answer).Name("b")
	}, func(r *router.Router) {
		r.After("a", func(r *router.Router) { r.Message("[c]").To(answer).Name("c") })
	})
	for e := range table.Routes() {
		fmt.Println(e.Name)
	}
	// Output:
	// a
	// c
	// b
}
