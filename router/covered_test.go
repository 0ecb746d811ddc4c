package router_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestCovered: a route that no stanza reaches is reported, however it is spelt,
// with both places.
func TestCovered(t *testing.T) {
	for name, routes := range map[string]func(r *router.Router){
		"another spelling": func(r *router.Router) { r.Message("[body]").To(nothing); r.Message("child::body").To(nothing) },
		"another method":   func(r *router.Router) { r.Route("message[body]").To(nothing); r.Message("body").To(nothing) },
		"another quote":    func(r *router.Router) { r.Message(`[body="a"]`).To(nothing); r.Message(`['a' = body]`).To(nothing) },
		"another variable": func(r *router.Router) {
			r.Message("[body=$x]").Var("x", "a").To(nothing)
			r.Message("[body='a']").To(nothing)
		},
		"another hole":       func(r *router.Router) { r.Message("[@id={a}]").To(nothing); r.Message("[@id={b}]").To(nothing) },
		"one more predicate": func(r *router.Router) { r.Message("[body]").To(nothing); r.Message("[@id][body='a']").To(nothing) },
		"Where":              func(r *router.Router) { r.Message("[body]").To(nothing); r.Message("").Where("body").To(nothing) },
		"Where before":       func(r *router.Router) { r.Message("").Where("body").To(nothing); r.Message("body").To(nothing) },
		"type":               func(r *router.Router) { r.Route("iq[@type='get']/*").To(nothing); r.Get("*[@id]").To(nothing) },
		"guard behind":       func(r *router.Router) { r.Message("[body]").To(nothing); r.Message("body='a'").If(always).To(nothing) },
		"errors":             func(r *router.Router) { r.Errors("[body]").To(nothing); r.Errors("[body='x']").To(nothing) },
		"any kind":           func(r *router.Router) { r.Route("*").To(nothing); r.Presence("[@id]").To(nothing) },
		"a star":             func(r *router.Router) { r.Get("*").To(nothing); ns(r).Get("x:q[@id={id}]/x:i").To(nothing) },
		"a star, prefixed":   func(r *router.Router) { r = ns(r); r.Get("x:*").To(nothing); r.Get("x:q").To(nothing) },
		"a star of Route":    func(r *router.Router) { r.Route("iq/*").To(nothing); ns(r).Set("x:q").To(nothing) },
		"a star for a child": func(r *router.Router) { r.Message("[*]").To(nothing); r.Message("[body='x']").To(nothing) },
		"a star, any iq":     func(r *router.Router) { r.Get("*").To(nothing); r.Get("[@id='1']").To(nothing) },
		"a star, all iqs":    func(r *router.Router) { r.Get("*").To(nothing); r.Get("").To(nothing) },
		"a star, any stanza": func(r *router.Router) { r.Route("*").To(nothing); r.Message("body").To(nothing) },
		"wider address": func(r *router.Router) {
			r.At("{any}@", func(r *router.Router) { r.Message("").To(nothing) })
			r.At("bot@/x", func(r *router.Router) { r.Message("body").To(nothing) })
		},
		"account and resource": func(r *router.Router) {
			r.At("bot@", func(r *router.Router) { r.Message("").To(nothing) })
			r.At("bot@/x", func(r *router.Router) { r.Message("body").To(nothing) })
		},
		"wider sender": func(r *router.Router) {
			r.From("a@b", func(r *router.Router) { r.Message("").To(nothing) })
			r.From("a@b/c", func(r *router.Router) { r.Message("body").To(nothing) })
		},
		"two namespaces' prefixes": func(r *router.Router) {
			r.Group(func(r *router.Router) { r.Namespace("a", "urn:x"); r.Get("a:q").To(nothing) })
			r.Group(func(r *router.Router) { r.Namespace("b", "urn:x"); r.Get("b:q/b:i").To(nothing) })
		},
	} {
		_, err := router.Compile(routes)
		if err == nil || strings.Count(err.Error(), "\n") > 0 || strings.Count(err.Error(), "covered_test.go:") != 2 || !strings.Contains(err.Error(), "takes every stanza that this one could take") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// ns returns a scope like r with two namespaces.
func ns(r *router.Router) *router.Router {
	r = r.With()
	r.Namespace("x", "urn:x")
	r.Namespace("y", "urn:y")
	return r
}

// TestCoveredElsewhere: who catches all in one file cannot change what is written in
// that of a plugin.
func TestCoveredElsewhere(t *testing.T) {
	_, err := router.Compile(func(r *router.Router) { r.Get("*").To(nothing) }, feature{}.Routes)
	if err == nil || !strings.Contains(err.Error(), "mistakes_test.go") || !strings.Contains(err.Error(), "; write that one in r.Last(…), or take this one out") {
		t.Error(err)
	}
}

// TestNotCovered: routes that look covered, and are not.
func TestNotCovered(t *testing.T) {
	for name, routes := range map[string]func(r *router.Router){
		"narrower first": func(r *router.Router) { r.Message("[body='a']").To(nothing); r.Message("[body]").To(nothing) },
		"another kind":   func(r *router.Router) { r.Message("[body]").To(nothing); r.Route("*[body='a']").To(nothing) },
		"errors": func(r *router.Router) {
			r.Message("[body]").To(nothing)
			r.Message("[body][@type='error']").To(nothing)
		},
		"errors behind": func(r *router.Router) { r.Route("*").To(nothing); r.Errors("").To(nothing) },
		"guard": func(r *router.Router) {
			r.Message("[body]").If(always).To(nothing)
			r.Message("[body='a']").To(nothing)
		},
		"stars": func(r *router.Router) {
			r = ns(r)
			r.Get("y:*").To(nothing)
			r.Get("x:q").To(nothing)
			r.Get("x:*[@id]").To(nothing)
			r.Get("x:*[@node]").To(nothing)
			r.Get("*/x:i").To(nothing)
			r.Get("x:*").To(nothing)
			r.Set("x:q").To(nothing)
			r.Get("*").To(nothing)
		},
		"stars of messages": func(r *router.Router) {
			r.Message("[*]").To(nothing) // one may be without a child
			r.Message("[@id]").To(nothing)
			r.Message("").To(nothing)
		},
		"get and set": func(r *router.Router) { r.Get("*").To(nothing); r.Set("*[@id]").To(nothing) },
		"addresses": func(r *router.Router) {
			r.At("{x:\\d+}@", func(r *router.Router) { r.Message("").To(nothing) })
			r.At("{x:[a-z]+}@", func(r *router.Router) { r.Message("[body]").To(nothing) })
			r.At("{x}@/y", func(r *router.Router) { r.Message("[body]").To(nothing) })
			r.At("{x}@", func(r *router.Router) { r.Message("[body]").To(nothing) })
			r.At("x.org", func(r *router.Router) { r.Message("[body]").To(nothing) })
			r.Message("[body]").To(nothing)
		},
		"senders": func(r *router.Router) {
			r.From("a@b/c", func(r *router.Router) { r.Message("").To(nothing) })
			r.From("a@b", func(r *router.Router) { r.Message("[body]").To(nothing) })
			r.From("b", func(r *router.Router) { r.Message("[body]").To(nothing) })
			r.Message("[body]").To(nothing)
		},
	} {
		if _, err := router.Compile(routes); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCoveredHolds: of random pairs of routes of which one is said to take all
// that the other could, it does.
func TestCoveredHolds(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	var stanzas []*stanza.Stanza
	for range 800 {
		if s, err := stanza.ParseString(randomStanza(rnd)); err == nil {
			stanzas = append(stanzas, &s)
		}
	}
	one := func(seed uint64) func(r *router.Router) {
		return func(r *router.Router) { randomRoutes(rand.New(rand.NewPCG(seed, 1)), 1)(r) }
	}
	pairs, taken := 0, 0
	for range 2500 {
		a, b := one(rnd.Uint64N(1000)), one(rnd.Uint64N(1000))
		if _, err := router.Compile(a, b); err == nil || !strings.Contains(err.Error(), "takes every stanza") || strings.Contains(err.Error(), "\n") {
			continue
		}
		pairs++
		first, second := compile(t, a), compile(t, b)
		var m router.Match
		for _, s := range stanzas {
			e, err := second.Match(s, &m)
			if err != nil {
				t.Fatal(err)
			}
			if e == nil {
				continue
			}
			taken++
			if o, err := first.Match(s, &m); o == nil || err != nil || o.Guard != nil {
				t.Errorf("%s: %s takes it, and %v not", s.Node, e.Name, first)
			}
		}
	}
	if pairs < 30 || taken < 300 {
		t.Errorf("%d pairs, %d stanzas: that tests little", pairs, taken)
	}
}

// BenchmarkCompile is a table of 10,000 routes that differ in what they equal.
func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		if _, err := router.Compile(func(r *router.Router) {
			r.Namespace("t", tweets)
			for i := range 10_000 {
				switch i % 4 {
				case 0:
					r.Get(fmt.Sprintf("t:tweet[@id='%d'][t:text]", i)).To(nothing)
				case 1:
					r.Message(fmt.Sprintf("[@type='chat'][starts-with(body,'%d')]", i)).To(nothing)
				case 2:
					r.From(fmt.Sprintf("user%d@localhost", i), func(r *router.Router) { r.Message("[body]").To(nothing) })
				default:
					r.At(fmt.Sprintf("user%d@", i), func(r *router.Router) { r.Presence("[@type='subscribe' or @type='probe']").To(nothing) })
				}
			}
		}); err != nil {
			b.Fatal(err)
		}
	}
}
