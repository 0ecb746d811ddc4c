package router

import (
	"fmt"
	"testing"
)

// TestProofsAreOfOneChild: where what is asked of one child is true of two
// together, nothing is proved.
func TestProofsAreOfOneChild(t *testing.T) {
	table, err := Compile(func(r *Router) {
		r.Namespace("p", "urn:p")
		for a := range 10 {
			for b := range 10 {
				r.Message(fmt.Sprintf("p:q[@a='%d'][@b='%d']", a, b)).To(ignore)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for payload, takes := range map[string]bool{
		"<q xmlns='urn:p' a='3' b='4'/>":                         true,
		"<q xmlns='urn:p' a='3'/><q xmlns='urn:p' b='4'/>":       false,
		"<q xmlns='urn:p' a='3'/><q xmlns='urn:p' a='3' b='4'/>": true,
	} {
		s := parsed(t, "<message from='a@b/c' to='d'>"+payload+"</message>")
		if s.Kind == 0 {
			t.Fatalf("%s is no message", payload)
		}
		var m Match
		if e, err := table.Match(&s, &m); err != nil || (e != nil) != takes {
			t.Errorf("%s: %s, %v", payload, of(e), err)
		}
	}
}
