package xpath

import "github.com/emp-framework/emp/element"

// Most of what routes ask is of one name: @type, body, self::p:item. Such a path is
// direct: its nodes are looked up without a walk and its sink, in document order.

// find returns the first node of the direct path x from n, none if there is none.
func (r *run) find(x *path, n element.Node) element.Node {
	if len(x.steps) == 0 { // .
		return n
	}
	switch st := &x.steps[0]; st.quick {
	case quickChildren:
		return r.among(&st.test, n.First())
	case quickAttribute:
		return r.named(&st.test, n)
	default:
		if r.spend(1) && st.test.matches(n) {
			return n
		}
		return element.Node{}
	}
}

// findNext returns the node of the direct path x behind n, which is one of them.
func (r *run) findNext(x *path, n element.Node) element.Node {
	if len(x.steps) == 0 || x.steps[0].quick != quickChildren {
		return element.Node{}
	}
	return r.among(&x.steps[0].test, n.Next())
}

// among returns the first of n and its siblings that the test, for a child, lets
// through.
func (r *run) among(t *test, n element.Node) element.Node {
	for ; !n.IsZero() && r.spend(1); n = n.Next() {
		if t.child(n) {
			return n
		}
	}
	return element.Node{}
}

// isDirect returns x as a direct path, nil if it is none.
func isDirect(x expr) *path {
	if p, ok := x.(*path); ok && p.direct {
		return p
	}
	return nil
}

// meets reports whether a node of the direct path x compares with the text by = or !=.
func (r *run) meets(x *path, c context, op operator, text string) bool {
	for n := r.find(x, c.node); !n.IsZero(); n = r.findNext(x, n) {
		scratch := len(r.text)
		value := r.stringValue(n)
		met := !r.read(len(value)) || (value == text) == (op == opEqual)
		r.text = r.text[:scratch]
		if met {
			return true
		}
	}
	return false
}

// fills reports whether a node of the direct path x fills the hole of h.
func (r *run) fills(x *path, c context, h *capture) bool {
	for n := r.find(x, c.node); !n.IsZero(); n = r.findNext(x, n) {
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
func (r *run) pair(left, right *path, c context, op operator) bool {
	for n := r.find(left, c.node); !n.IsZero(); n = r.findNext(left, n) {
		scratch := len(r.text)
		met := r.meets(right, c, op, r.stringValue(n))
		r.text = r.text[:scratch]
		if met {
			return true
		}
	}
	return false
}
