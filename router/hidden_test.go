package router_test

import (
	"context"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
)

// TestNotHidden: routes behind one that looks wider, but is not. An error here
// would keep a correct application from starting.
func TestNotHidden(t *testing.T) {
	for name, routes := range map[string]func(r *router.Router){
		"errors behind all messages": func(r *router.Router) {
			r.Message("").To(nothing)
			r.Message("[@type='error'][body]").To(nothing)
		},
		"errors by Where": func(r *router.Router) {
			r.Route("message[body]").To(nothing)
			r.Route("message[body]").Where("@type='error'").To(nothing)
		},
		"errors of presence": func(r *router.Router) {
			r.Presence("").To(nothing)
			r.Route("presence[@type='error']").To(nothing)
			r.Errors("").To(nothing)
		},
		"guard, where": func(r *router.Router) {
			r.Message("").If(always).To(nothing)
			r.Message("").Where("@id").To(nothing)
			r.Message("").To(nothing)
		},
		"sender and address": func(r *router.Router) {
			r.From("a@b", func(r *router.Router) { r.Message("").To(nothing) })
			r.From("a@c", func(r *router.Router) { r.Message("").To(nothing) })
			r.At("x@", func(r *router.Router) { r.Message("").To(nothing) })
			r.At("{x:a}@", func(r *router.Router) { r.Message("").To(nothing) })
			r.At("{x}@", func(r *router.Router) { r.Message("").To(nothing) })
			r.At("x.org", func(r *router.Router) { r.Message("").To(nothing) })
			r.Resource("x.org", func(r *router.Router) { r.Message("").To(nothing) })
		},
		"one prefix, two namespaces": func(r *router.Router) {
			r.Group(func(r *router.Router) { r.Namespace("p", "urn:1"); r.Get("p:q").To(nothing) })
			r.Group(func(r *router.Router) { r.Namespace("p", "urn:2"); r.Get("p:q").To(nothing) })
		},
		"one variable, two values": func(r *router.Router) {
			r.Message("[body=$x]").Var("x", 1).To(nothing)
			r.Message("[body=$x]").Var("x", "1").To(nothing)
		},
		"two regexps": func(r *router.Router) {
			r.Message(`[body={x:\d}]`).To(nothing)
			r.Message(`[body={x:\d+}]`).To(nothing)
			r.Message(`[body={x}]`).To(nothing)
		},
	} {
		if _, err := router.Compile(routes); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMistakesHideNothing: a route that is wider than meant, because of a
// mistake in it, is not said to hide others: that would be a second mistake
// reported for the first.
func TestMistakesHideNothing(t *testing.T) {
	for name, first := range map[string]func(r *router.Router){
		"address": func(r *router.Router) { r.At("a b@", func(r *router.Router) { r.Message("").To(nothing) }) },
		"address around": func(r *router.Router) {
			r.At("a b@", func(r *router.Router) { r.Group(func(r *router.Router) { r.Message("").To(nothing) }) })
		},
		"sender": func(r *router.Router) { r.From("@", func(r *router.Router) { r.Message("").To(nothing) }) },
		"guard":  func(r *router.Router) { r.Message("").If(nil).To(nothing) },
	} {
		_, err := router.Compile(func(r *router.Router) {
			first(r)
			r.Message("[body]").To(nothing)
		})
		if err == nil || strings.Contains(err.Error(), "takes every stanza") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func always(context.Context, *component.Request) bool { return true }
