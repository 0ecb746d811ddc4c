package xpath

import (
	"strings"

	"github.com/emp-framework/emp/element"
)

// Most of what routes ask is of one name: @type, body, self::p:item. Such a path is
// direct: its nodes are looked up without a walk and its sink, in document order.

// A direct is a form of direct path.
type direct uint8

const (
	directNone      direct = iota
	directHere             // .
	directSelf             // self::name
	directAttribute        // @name
	directChild            // name, *, text()
)

// directForm returns the form of a planned path.
func (x *path) directForm() direct {
	if !x.near || x.absolute || len(x.steps) > 1 {
		return directNone
	}
	if len(x.steps) == 0 {
		return directHere
	}
	s := &x.steps[0]
	if len(s.predicates) > 0 {
		return directNone
	}
	switch s.quick {
	case quickAttribute:
		return directAttribute
	case quickSelf:
		return directSelf
	case quickChildren:
		return directChild
	}
	return directNone
}

// find returns the first node of the direct path x from n, none if there is none.
func (r *run) find(x *path, n element.Node) element.Node {
	switch x.direct {
	case directHere:
		return n
	case directAttribute:
		return r.named(&x.steps[0].test, n)
	case directChild:
		return r.among(&x.steps[0].test, n.First())
	default:
		if r.spend(1) && x.steps[0].test.matches(n) {
			return n
		}
		return element.Node{}
	}
}

// findNext returns the node of the direct path x behind n, which is one of them.
func (r *run) findNext(x *path, n element.Node) element.Node {
	if x.direct != directChild {
		return element.Node{}
	}
	return r.among(&x.steps[0].test, n.Next())
}

// among returns the first of n and its siblings that the test lets through.
func (r *run) among(t *test, n element.Node) element.Node {
	for ; !n.IsZero() && r.spend(1); n = n.Next() {
		if t.kind == testName {
			if n.Is(t.space, t.local) {
				return n
			}
		} else if t.matches(n) {
			return n
		}
	}
	return element.Node{}
}

// isDirect returns x as a direct path, nil if it is none.
func isDirect(x expr) *path {
	if p, ok := x.(*path); ok && p.direct != directNone {
		return p
	}
	return nil
}

// meets reports whether a node of the direct path x compares with the text by = or !=.
func (r *run) meets(x *path, n element.Node, op operator, text string) bool {
	if x.direct == directAttribute {
		a := r.named(&x.steps[0].test, n)
		return !a.IsZero() && (a.Value() == text) == (op == opEqual)
	}
	for n = r.find(x, n); !n.IsZero(); n = r.findNext(x, n) {
		if r.hasText(n, text) == (op == opEqual) {
			return true
		}
	}
	return false
}

// hasText reports whether the text is the string-value of n. It makes no string of
// several texts.
func (r *run) hasText(n element.Node, text string) bool {
	if one, ok := simpleText(n); ok {
		return one == text && r.read(len(text))
	}
	for i, end := n.First().Index(), n.End(); i < end && r.spend(1); i++ {
		t := n.At(i)
		if t.Kind() != element.KindText {
			continue
		}
		var ok bool
		if text, ok = strings.CutPrefix(text, t.Value()); !ok || !r.read(len(t.Value())) {
			return false
		}
	}
	return text == "" && r.left >= 0
}

// fills reports whether a node of the direct path x fills the hole of h.
func (r *run) fills(x *path, n element.Node, h *capture) bool {
	if x.direct == directAttribute {
		a := r.named(&x.steps[0].test, n)
		return !a.IsZero() && r.fill(h, a.Value(), len(r.text))
	}
	for n = r.find(x, n); !n.IsZero(); n = r.findNext(x, n) {
		scratch := len(r.text)
		filled := r.fill(h, r.stringValue(n), scratch)
		r.text = r.text[:scratch]
		if filled || r.left < 0 {
			return filled
		}
	}
	return false
}

// pair reports whether a node of left and a node of right compare by = or !=. One of
// the direct paths has one node at most, or this would cost the product.
func (r *run) pair(left, right *path, n element.Node, op operator) bool {
	for m := r.find(left, n); !m.IsZero(); m = r.findNext(left, m) {
		scratch := len(r.text)
		met := r.meets(right, n, op, r.stringValue(m))
		r.text = r.text[:scratch]
		if met {
			return true
		}
	}
	return false
}
