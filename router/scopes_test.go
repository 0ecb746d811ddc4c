package router_test

import (
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
)

func same(next component.Action) component.Action { return next }

// TestWithLivesInItsScope: what With returns is good for as long as the scope
// it was made in, and no outer r comes in through it.
func TestWithLivesInItsScope(t *testing.T) {
	tests := []struct {
		name   string
		routes func(r *router.Router)
		want   string // "" for no mistake
	}{
		{"made outside, used inside", func(r *router.Router) {
			with := r.With(same)
			r.Group(func(*router.Router) { with.Message("").To(nothing) })
		}, `Message: the r of an outer scope is used inside a closure`},
		{"outer r inside a closure of With", func(r *router.Router) {
			r.With(same).Group(func(*router.Router) { r.Message("").To(nothing) })
		}, `Message: the r of an outer scope is used inside a closure`},
		{"outer r inside a closure of With of With", func(r *router.Router) {
			r.With(same).With(same).Group(func(*router.Router) { r.With(same).Message("").To(nothing) })
		}, `Message: the r of an outer scope is used inside a closure`},
		{"kept behind the end", func(r *router.Router) {
			var kept *router.Router
			r.Group(func(r *router.Router) { kept = r.With(same) })
			kept.Message("").To(nothing)
		}, `Message: its scope has ended`},
		{"twice", func(r *router.Router) {
			with := r.With(same)
			with.Message("[a]").To(nothing)
			with.Group(func(r *router.Router) { r.With(same).Message("[b]").To(nothing) })
			r.Message("[c]").To(nothing)
			with.Message("[d]").To(nothing)
		}, ""},
	}
	for _, tt := range tests {
		_, err := router.Compile(tt.routes)
		switch {
		case tt.want == "" && err != nil:
			t.Errorf("%s: %v", tt.name, err)
		case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n")):
			t.Errorf("%s:\n got %v\nwant %s, once", tt.name, err, tt.want)
		}
	}
}

// TestWithCopiesItsList: two scopes made of one list do not write into it.
func TestWithCopiesItsList(t *testing.T) {
	var ran string
	mw := func(name string) component.Middleware {
		return func(next component.Action) component.Action { ran += name; return next }
	}
	compile(t, func(r *router.Router) {
		list := append(make([]component.Middleware, 0, 4), mw("1"))
		a, b := r.With(list...), r.With(list...)
		a.Use(mw("a"))
		b.Use(mw("b"))
		a.Message("").To(nothing)
		b.Presence("").To(nothing)
	})
	if ran != "a1b1" {
		t.Errorf("ran %s", ran)
	}
}
