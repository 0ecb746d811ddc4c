package xpath

import (
	"slices"

	"github.com/emp-framework/emp/element"
)

// Payloads returns the namespaces of the elements right inside the stanza that
// e looks for, in the order of the expression and each once. e is to be
// evaluated at the document, or else at the stanza. That of stanzas does not
// count, nor what stands in not() or count(): such an element need not be there.
func (e *Expr) Payloads(atDocument bool) []string {
	var spaces []string
	payloads(e.root, start(atDocument), func(space string) {
		if space != element.NSClient && space != "" && !slices.Contains(spaces, space) {
			spaces = append(spaces, space)
		}
	})
	return spaces
}

// payloads calls found with the namespaces in x, which is evaluated at l. It
// recurses as deep as expressions nest.
func payloads(x expr, l level, found func(space string)) {
	inside := func(s *step, l level) {
		for _, p := range s.predicates {
			payloads(p.x, l, found)
		}
	}
	switch x := x.(type) {
	case *path:
		if x.base != nil {
			payloads(x.base, l, found)
		}
		l = x.from(l)
		for i := range x.steps {
			s := &x.steps[i]
			if l == levelStanza && s.axis == axisChild && (s.test.kind == testName || s.test.kind == testSpace) {
				found(s.test.space)
			}
			l = l.after(s)
			inside(s, l)
		}
		return
	case *filter:
		payloads(x.base, l, found)
		inside(&x.list, levels(x.base, l))
		return
	case *call:
		if x.fn.code == fnNot || x.fn.code == fnCount {
			return
		}
	}
	for _, part := range parts(x) {
		payloads(part, l, found)
	}
}
