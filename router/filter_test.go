package router_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// note is a filter that writes its name down.
func note(log *[]string, name string) component.Middleware {
	return component.Before(func(context.Context, *component.Request) error {
		*log = append(*log, name)
		return nil
	})
}

// noted makes the filter that writes a name down.
type noted = func(name string) component.Middleware

// filtersOf says for each route which of the noted filters run around it.
func filtersOf(t *testing.T, routes func(r *router.Router, note noted)) string {
	t.Helper()
	var log, all []string
	table := compile(t, func(r *router.Router) {
		routes(r, func(name string) component.Middleware { return note(&log, name) })
	})
	s, err := stanza.ParseString("<message from='admin@b/c' to='d'/>")
	if err != nil {
		t.Fatal(err)
	}
	for e := range table.Routes() {
		log = nil
		if _, err := e.Action(t.Context(), component.NewRequest(s, e.Name)); err != nil {
			t.Fatal(err)
		}
		all = append(all, e.Name+":"+strings.Join(log, "+"))
	}
	return strings.Join(all, " ")
}

func byAdmin(_ context.Context, req *component.Request) bool { return req.From.JID.Local() == "admin" }
func never(context.Context, *component.Request) bool         { return false }

func abc(r *router.Router) {
	r.Message("[a]").To(nothing).Name("a")
	r.Message("[b]").To(nothing).Name("b")
	r.Group(func(r *router.Router) { r.Message("[c]").To(nothing).Name("c") })
}

func TestFilters(t *testing.T) {
	for name, tt := range map[string]struct {
		routes func(r *router.Router, note noted)
		want   string
	}{
		"all": {func(r *router.Router, note noted) {
			r.Use(note("1"), note("2"))
			abc(r)
		}, "a:1+2 b:1+2 c:1+2"},
		"Only": {func(r *router.Router, note noted) {
			r.Use(note("1")).Only("a", "c")
			r.Use(note("2"))
			abc(r)
		}, "a:1+2 b:2 c:1+2"},
		"Except": {func(r *router.Router, note noted) {
			r.Use(note("1"), note("2")).Except("b", "c")
			abc(r)
		}, "a:1+2 b: c:"},
		"If": {func(r *router.Router, note noted) {
			r.Use(note("1"), note("2")).If(byAdmin)
			r.Use(note("3")).If(never)
			abc(r)
		}, "a:1+2 b:1+2 c:1+2"},
		"Unless": {func(r *router.Router, note noted) {
			r.Use(note("1")).Unless(byAdmin)
			r.Use(note("2")).Unless(never).Only("a")
			abc(r)
		}, "a:2 b: c:"},
		"Skip": {func(r *router.Router, note noted) {
			r.Use(note("1")).Name("one")
			r.Use(note("2")).Name("two")
			r.Use(note("3")).Name("three")
			r.Message("[a]").To(nothing).Name("a")
			r.Group(func(r *router.Router) {
				r.Skip("two")
				r.Message("[b]").To(nothing).Name("b")
				r.Group(func(r *router.Router) {
					r.Skip("one", "three")
					r.Use(note("4"))
					r.Message("[c]").To(nothing).Name("c")
				})
			})
			r.Message("[d]").To(nothing).Name("d")
		}, "a:1+2+3 b:1+3 c:4 d:1+2+3"},
		"Skip behind With": {func(r *router.Router, note noted) {
			r.Use(note("1")).Name("one")
			skipping := r.With(note("2"))
			skipping.Skip("one")
			skipping.Message("[a]").To(nothing).Name("a")
			r.Message("[b]").To(nothing).Name("b")
		}, "a:2 b:1"},
		"inside a mount": {func(r *router.Router, note noted) {
			r.Use(note("1")).Except("ping")
			r.Use(note("2")).Only("ping")
			r.Mount(feature{})
			r.Message("").To(nothing).Name("a")
		}, "ping:2 a:1"},
		"one name side by side": {func(r *router.Router, note noted) {
			r.Group(func(r *router.Router) {
				r.Use(note("1")).Name("x")
				r.Message("[a]").To(nothing).Name("a")
			})
			r.Group(func(r *router.Router) {
				r.Use(note("2")).Name("x")
				r.Group(func(r *router.Router) {
					r.Skip("x")
					r.Message("[b]").To(nothing).Name("b")
				})
			})
		}, "a:1 b:"},
	} {
		if got := filtersOf(t, tt.routes); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// TestInheritance: groups and mounts have the middleware, addresses, senders and
// rescues of the scope around them, groups its namespaces as well, mounts not;
// route functions compiled beside each other share nothing.
func TestInheritance(t *testing.T) {
	var log []string
	fails := func(context.Context, *component.Request) (component.Response, error) { return nil, context.Canceled }
	inside := mounted(func(r *router.Router) { r.Message("[body='mount']").To(fails).Name("mount") })
	table := compile(t, func(r *router.Router) {
		r.Namespace("x", "urn:x")
		r.Use(note(&log, "1"))
		r.Rescue(context.Canceled, stanza.Gone)
		r.At("bot@", func(r *router.Router) {
			r.Group(func(r *router.Router) { r.Message("[body='group' and not(x:y)]").To(fails).Name("group") })
			r.From("boss@b", func(r *router.Router) { r.Mount(inside) })
		})
	}, func(r *router.Router) { r.Message("[body='beside']").To(fails).Name("beside") })
	want := map[string]string{"group": "bot@  1 stanza: gone (context canceled)", "mount": "bot@ boss@b 1 stanza: gone (context canceled)", "beside": "   context canceled"}
	for e := range table.Routes() {
		log = nil
		_, err := e.Action(t.Context(), nil)
		if got := fmt.Sprintf("%s %s %s %v", e.Address, e.Sender, strings.Join(log, "+"), err); got != want[e.Name] {
			t.Errorf("%s: %q, want %q", e.Name, got, want[e.Name])
		}
	}
	_, err := router.Compile(func(r *router.Router) {
		r.Namespace("x", "urn:x")
		r.Mount(mounted(func(r *router.Router) { r.Get("x:y").To(nothing) }))
	})
	if err == nil || !strings.Contains(err.Error(), "prefix x: has no namespace") {
		t.Errorf("a mount has the namespaces around it: %v", err)
	}
}

// mounted is a Mounter of a function.
type mounted func(r *router.Router)

func (m mounted) Routes(r *router.Router) { m(r) }

// TestFiltersCostNothingElsewhere: the action of a route that a filter is not
// for is the one that was given, with nothing around it.
func TestFiltersCostNothingElsewhere(t *testing.T) {
	table := compile(t, func(r *router.Router) {
		r.Use(same, loud).Only("a").Unless(never)
		r.Use(loud).Except("b", "c")
		abc(r)
	})
	for e := range table.Routes() {
		bare := reflect.ValueOf(e.Action).Pointer() == reflect.ValueOf(nothing).Pointer()
		if bare == (e.Name == "a") {
			t.Errorf("%s: bare %v", e.Name, bare)
		}
	}
}

func TestFilterMistakes(t *testing.T) {
	for name, tt := range map[string]struct {
		routes func(r *router.Router)
		want   string
	}{
		"unknown route": {func(r *router.Router) { r.Use(same).Only("a", "aa"); abc(r) },
			`Only("aa"): no route has that name; give the route that is meant the name, by .Name("aa"); the names in this scope are a, b, c`},
		"unknown route, no names": {func(r *router.Router) { r.Use(same).Except("x"); r.Message("").To(nothing) },
			`Except("x"): no route has that name; give the route that is meant the name, by .Name("x")`},
		"route outside": {func(r *router.Router) {
			r.Group(func(r *router.Router) { r.Use(same).Except("a"); r.Message("[i]").To(nothing).Name("inner") })
			r.Message("[a]").To(nothing).Name("a")
		}, `, is outside of this scope, so the filter is not for it anyway; take the name out; the names in this scope are inner`},
		"no routes":      {func(r *router.Router) { r.Use(same).Only() }, `Only: it names no route; give the names of routes of this scope`},
		"Only twice":     {func(r *router.Router) { r.Use(same).Only("a").Except("b"); abc(r) }, `Except("b"): Only has said already which routes it is for; name all`},
		"nil condition":  {func(r *router.Router) { r.Use(same).If(nil) }, `If: the condition is nil; give a func(context.Context, *component.Request) bool`},
		"two conditions": {func(r *router.Router) { r.Use(same).If(never).Unless(never) }, `Unless: the filter has a condition already; join the conditions in one function`},
		"empty name":     {func(r *router.Router) { r.Use(same).Name("") }, `Name: the name is empty; give it one, or leave Name out`},
		"two names":      {func(r *router.Router) { r.Use(same).Name("a").Name("b") }, `Name("b"): the filter has the name "a" already`},
		"name in use": {func(r *router.Router) {
			r.Use(same).Name("a")
			r.Group(func(r *router.Router) { r.Use(same).Name("a") })
		}, `Name("a"): a filter of that name is in use here already; give it a name of its own`},
		"unknown filter": {func(r *router.Router) { r.Group(func(r *router.Router) { r.Skip("x") }) },
			`Skip("x"): no scope around this one uses a filter of that name; name it where it is used: r.Use(…).Name("x")`},
		"own filter": {func(r *router.Router) {
			r.Group(func(r *router.Router) { r.Use(same).Name("x"); r.Skip("x") })
		}, `Skip("x"): no scope around this one`},
		"late": {func(r *router.Router) {
			r.Use(same).Name("x")
			r.Group(func(r *router.Router) { r.Message("").To(nothing); r.Skip("x") })
		}, `Skip("x"): it comes behind a route of its scope`},
		"skips nothing": {func(r *router.Router) { r.Skip() }, `Skip: it names no filter; `},
		"nil filter":    {func(r *router.Router) { r.Use(component.Before(nil)).Name("x") }, `Use: a middleware is nil; leave it out`},
		"late filter":   {func(r *router.Router) { abc(r); r.Use(same).Only("x").Name("y") }, `Use: it comes behind a route of its scope`},
	} {
		_, err := router.Compile(tt.routes)
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "router: filter_test.go:") {
			t.Errorf("%s:\n got %v\nwant %s, once", name, err, tt.want)
		}
	}
}

func ExampleFilter_Only() {
	try("<message from='a@b/c' to='app'/>", func(r *router.Router) {
		r.Use(loud).Only("presence")
		r.Message("").To(answer).Name("message")
		r.Presence("").To(answer).Name("presence")
	})
	// Output: message []
}

func ExampleFilter_Except() {
	closed := func(context.Context, *component.Request) error { return stanza.ServiceUnavailable.With("closed") }
	routes := func(r *router.Router) {
		r.Use(component.Before(closed)).Except("message")
		r.Message("").To(answer).Name("message")
		r.Presence("").To(answer).Name("presence")
	}
	try("<message from='a@b/c' to='app'/>", routes)
	try("<presence from='a@b/c' to='app'/>", routes)
	// Output:
	// message []
	// stanza: service-unavailable: closed
}

func ExampleFilter_If() {
	fromOutside := func(_ context.Context, req *component.Request) bool { return req.From.JID.Domain() != "localhost" }
	routes := func(r *router.Router) {
		r.Use(loud).If(fromOutside)
		r.Message("").To(answer).Name("message")
	}
	try("<message from='romeo@localhost/x' to='app'/>", routes)
	try("<message from='juliet@capulet.example/x' to='app'/>", routes)
	// Output:
	// message []
	// before message
	// message []
	// after message
}

func ExampleFilter_Unless() {
	boss := func(_ context.Context, req *component.Request) bool { return req.From.JID.Local() == "boss" }
	refuse := func(context.Context, *component.Request) error { return stanza.Forbidden }
	try("<message from='boss@localhost/desk' to='app'/>", func(r *router.Router) {
		r.Use(component.Before(refuse)).Unless(boss)
		r.Message("").To(answer).Name("message")
	})
	// Output: message []
}

func ExampleFilter_Name() {
	try("<message from='a@b/c' to='app'/>", func(r *router.Router) {
		r.Use(loud).Name("loud")
		r.Group(func(r *router.Router) {
			r.Skip("loud")
			r.Message("").To(answer).Name("message")
		})
	})
	// Output: message []
}

func ExampleRouter_Skip() {
	mustBeKnown := func(context.Context, *component.Request) error { return stanza.RegistrationRequired }
	routes := func(r *router.Router) {
		r.Namespace("q", "jabber:iq:register")
		r.Use(component.Before(mustBeKnown)).Name("known")
		r.Group(func(r *router.Router) {
			r.Skip("known")
			r.Set("q:query").To(answer).Name("register")
		})
		r.Message("").To(answer).Name("message")
	}
	try("<iq type='set' id='1' from='a@b/c' to='app'><query xmlns='jabber:iq:register'/></iq>", routes)
	try("<message from='a@b/c' to='app'/>", routes)
	// Output:
	// register []
	// stanza: registration-required
}
