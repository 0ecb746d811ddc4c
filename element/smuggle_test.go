package element

import (
	"strings"
	"testing"
)

// TestX02Declaration: an XML declaration in the content of the input's first
// element does not begin the input anew.
func TestX02Declaration(t *testing.T) {
	const decl = "<?xml version='1.0'?>"
	for _, in := range []string{
		"<a>" + decl + "<b/>", "<a>" + decl + "</a>", "<a>x" + decl + "</a>",
		"\uFEFF<a>" + decl + "<b/>", "<a><b>" + decl + "<c/>",
	} {
		for _, limits := range []Limits{{}, {Bytes: 3}, {Depth: 1}} {
			for _, size := range []int{len(in), 1} {
				got := events(&Parser{Fragments: true, Limits: limits}, in, size)
				if !strings.HasPrefix(got, "error element: not-well-formed") {
					t.Errorf("%s in pieces of %d, %+v: %s", in, size, limits, got)
				}
			}
		}
	}
}
