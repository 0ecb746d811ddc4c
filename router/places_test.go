package router_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/emp-framework/emp/router"
)

// get is what helpers of applications may look like.
func get[T ~string](r *router.Router, expr T) { r.Get(string(expr)).To(nothing) }

type wrong struct{}

func (wrong) Routes(r *router.Router) { r.Get("a7").To(nothing) }

// TestPlaces: whatever way a route is written, its error has the line of the
// call into this package.
func TestPlaces(t *testing.T) {
	_, _, line, _ := runtime.Caller(0)
	_, err := router.Compile(func(r *router.Router) {
		method := r.Get
		method("a1").To(nothing) // line + 3
		expression := (*router.Router).Get
		expression(r, "a2").To(nothing) // line + 5
		var in interface {
			Get(expr string) *router.Route
		} = r
		in.Get("a3").To(nothing) // line + 9
		func() {
			defer r.Get("a4") // runs at line + 12: no action, and no prefix
		}()
		r.Message("").
			Where("@a5=").       // line + 14
			If(nil).             // line + 15
			To(nothing).Name("") // line + 16
		get(r, "a6")     // line - 9
		r.Mount(wrong{}) // line - 5
		r.Group(func(r *router.Router) {
			r.Group(func(r *router.Router) {
				r.From("@", func(*router.Router) {}) // line + 21
			})
		})
	})
	var got []int
	for l := range strings.Lines(err.Error()) {
		var n int
		if _, err := fmt.Sscanf(l, "router: places_test.go:%d: ", &n); err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		got = append(got, n-line)
	}
	if want := []int{-9, -5, 3, 5, 9, 12, 12, 14, 15, 16, 21}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v\n%v", got, want, err)
	}
}
