package router_test

import (
	"testing"

	"github.com/emp-framework/emp/router"
)

// TestErrorsReachNoActionByAccident: a stanza of type error reaches Errors and
// the alternatives of expressions that ask for the stanza's type to be error.
func TestErrorsReachNoActionByAccident(t *testing.T) {
	const bounce = "<message type='error' from='a@b' to='c'><body>x</body><log xmlns='urn:x' type='error'/><error type='cancel'/></message>"
	tests := []struct {
		name    string
		routes  func(r *router.Router)
		reaches bool
	}{
		{"Errors", func(r *router.Router) { r.Errors("[body]").To(nothing) }, true},
		{"named", func(r *router.Router) { r.Message("[@type='error'][body]").To(nothing) }, true},
		{"named in Where", func(r *router.Router) { r.Message("body").Where("@type='error'").To(nothing) }, true},
		{"named by a variable", func(r *router.Router) { r.Route("message[@type=$t]").Var("t", "error").To(nothing) }, true},
		{"named with another condition", func(r *router.Router) { r.Message("[subject or @type='error']").To(nothing) }, true},
		{"named twice", func(r *router.Router) {
			r.Route("presence[@type='error'] | message").Where("@type='error' or body='y'").To(nothing)
		}, true},
		{"not named", func(r *router.Router) { r.Route("message[body]").To(nothing) }, false},
		{"a hole for the type", func(r *router.Router) { r.Message("[@type={t}]").To(nothing) }, false},
		{"every type but one", func(r *router.Router) { r.Message("[@type!='chat']").To(nothing) }, false},
		{"excluded", func(r *router.Router) { r.Message("[not(@type='error')]").To(nothing) }, false},
		{"type of the payload", func(r *router.Router) { r.Message("[x:log[@type='error']]").To(nothing) }, false},
		{"type of the payload in Where", func(r *router.Router) { r.Message("[body]").Where("x:log/@type='error'").To(nothing) }, false},
		{"named for presence", func(r *router.Router) { r.Route("message[body] | presence[@type='error']").To(nothing) }, false},
		{"named for presence, with or", func(r *router.Router) { r.Route("message/body='x' or presence/@type='error'").To(nothing) }, false},
		{"named for another body", func(r *router.Router) { r.Message("body='x'").Where("body or @type='error' and body='y'").To(nothing) }, false},
	}
	for _, tt := range tests {
		table := compile(t, func(r *router.Router) {
			r.Namespace("x", "urn:x")
			r.Group(tt.routes)
		})
		if got := match(t, table, bounce) != ""; got != tt.reaches {
			t.Errorf("%s: reaches %v", tt.name, got)
		}
	}
}
