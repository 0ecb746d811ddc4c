package router_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestTransient: the promise holds for an action with nothing of the application's around it.
func TestTransient(t *testing.T) {
	around := func(next component.Action) component.Action { return next }
	broken := errors.New("broken")
	for name, tc := range map[string]struct {
		write func(r *router.Router)
		want  bool
	}{
		"alone":      {func(r *router.Router) { r.Message("").To(nothing).Transient() }, true},
		"no promise": {func(r *router.Router) { r.Message("").To(nothing) }, false},
		"a filter":   {func(r *router.Router) { r.Use(around); r.Message("").To(nothing).Transient() }, false},
		"a filter of up": {func(r *router.Router) {
			r.Use(around)
			r.Group(func(r *router.Router) { r.Message("").To(nothing).Transient() })
		}, false},
		"a filter that promises": {func(r *router.Router) {
			r.Use(around).Transient()
			r.Message("").To(nothing).Transient()
		}, true},
		"one of two filters": {func(r *router.Router) {
			r.Use(around)
			r.Use(around).Transient()
			r.Message("").To(nothing).Transient()
		}, false},
		"a filter's promise alone": {func(r *router.Router) {
			r.Use(around).Transient()
			r.Message("").To(nothing)
		}, false},
		"another's filter": {func(r *router.Router) {
			r.Use(around).Only("other")
			r.Message("").To(nothing).Transient().Name("mine")
			r.Presence("").To(nothing).Name("other")
		}, true},
		"a rescue": {func(r *router.Router) { r.Rescue(broken, stanza.Forbidden); r.Message("").To(nothing).Transient() }, false},
		"a guard": {func(r *router.Router) {
			r.Message("").If(func(context.Context, *component.Request) bool { return true }).To(nothing).Transient()
		}, false},
	} {
		table, err := router.Compile(tc.write)
		if err != nil {
			t.Fatal(name, err)
		}
		for e := range table.Routes() {
			if e.Name != "other" && e.Transient != tc.want {
				t.Errorf("%s: %t", name, e.Transient)
			}
		}
	}
}

// A filter may keep what it likes, so a route inside it promises nothing unless both do.
func ExampleRoute_Transient() {
	table, _ := router.Compile(func(r *router.Router) {
		r.Presence("").To(answer).Transient()
		r.Group(func(r *router.Router) {
			r.Use(func(next component.Action) component.Action { return next })
			r.Message("").To(answer).Transient()
		})
	})
	for e := range table.Routes() {
		fmt.Println(e.Name, e.Transient)
	}
	// Output:
	// Presence true
	// Message false
}

func ExampleFilter_Transient() {
	table, _ := router.Compile(func(r *router.Router) {
		r.Use(func(next component.Action) component.Action { return next }).Transient()
		r.Presence("").To(answer).Transient()
		r.Message("").To(answer)
	})
	for e := range table.Routes() {
		fmt.Println(e.Name, e.Transient)
	}
	// Output:
	// Presence true
	// Message false
}
