package xpath

import (
	"math"
	"slices"

	"github.com/emp-framework/emp/element"
)

// A search is whether an axis that leads far has a node that passes, as in [.//x:b],
// [preceding::x:end] and [following-sibling::item/@id='0']: where the nodes that pass
// are known, each node has its answer by their places in document order.
type search struct {
	expr // as it was written
	axis axis
	all  *path // to the nodes that pass, wherever they are
	hold int
}

func (x *search) typ() Type { return Boolean }

// path rewrites a path of which is asked whether it leads anywhere.
func (h *holder) path(x *path) expr {
	return h.far(x, x, func(rest *path) expr {
		if len(rest.steps) == 0 {
			return nil
		}
		return h.path(rest)
	})
}

// meets rewrites a comparison that asks for some node of what side, which is in it,
// leads to, the other side being the same at each node.
func (h *holder) meets(x expr, side *expr) expr {
	p, ok := (*side).(*path)
	if !ok {
		return x
	}
	return h.far(x, p, func(rest *path) expr {
		if a, ok := x.(*against); ok {
			b, y := *a, *a.compare
			b.compare = &y
			if y.left == a.other {
				y.left = rest
			} else {
				y.right = rest
			}
			b.other = rest
			return h.meets(&b, &b.other)
		}
		y := *x.(*compare)
		y.left = rest
		return h.meets(&y, &y.left)
	})
}

// far makes x, which asks for a node at the end of p, a search if p begins with a far
// step. onward returns what is asked behind that step, nil for nothing.
func (h *holder) far(x expr, p *path, onward func(rest *path) expr) expr {
	if p.absolute || p.base != nil || p.holes || len(p.steps) == 0 || p.steps[0].positional {
		return x
	}
	first := p.steps[0]
	switch first.axis {
	case axisDescendant, axisFollowing, axisPreceding, axisFollowingSibling, axisPrecedingSibling:
	default:
		return x
	}
	s := &search{expr: x, axis: first.axis, hold: h.next()}
	rest := planPath(&path{at: p.at, steps: slices.Clone(p.steps[1:])})
	if then := onward(rest); then != nil {
		first.predicates = append(slices.Clone(first.predicates), newPredicate(then))
	}
	first.axis = axisDescendant
	s.all = planPath(&path{at: p.at, absolute: true, steps: []step{first}})
	return s
}

// search reports whether there is such a node, by those that pass when that pays.
func (r *run) search(x *search, c context) bool {
	h, n := r.hold(x.hold), c.node
	if !h.known {
		if !h.pays(c) {
			before := r.left
			found := r.boolean(x.expr, c)
			h.spent += before - r.left
			return found
		}
		r.holdPlaces(x, h, c)
	}
	switch x.axis {
	case axisFollowing:
		return int(h.edge) >= n.End()
	case axisPreceding:
		return int(h.edge) <= n.Index()
	case axisDescendant:
		inside := r.heldNodes[h.lo:h.hi]
		i, _ := slices.BinarySearch(inside, int32(n.Index()+1))
		return i < len(inside) && int(inside[i]) < n.End()
	}
	up := n.Parent()
	if up.IsZero() || n.Kind() == element.KindAttribute {
		return false
	}
	outermost := int(r.heldNodes[int(h.lo)+up.Index()])
	if x.axis == axisFollowingSibling {
		return outermost > n.Index()
	}
	return outermost < n.Index()
}

// holdPlaces makes known where the nodes are that pass, as the axis asks for it: the
// last one; the end of the one that ends first; all; or of the children of each node
// the last one or the first.
func (r *run) holdPlaces(x *search, h *hold, c context) {
	lo := r.collect(x.all, c)
	all := r.nodes[lo:]
	h.lo = int32(len(r.heldNodes))
	switch x.axis {
	case axisFollowing:
		h.edge = -1
		if len(all) > 0 {
			h.edge = all[len(all)-1]
		}
	case axisPreceding:
		h.edge = math.MaxInt32
		for _, i := range all {
			h.edge = min(h.edge, int32(c.node.At(int(i)).End()))
		}
	case axisDescendant:
		r.heldNodes = append(r.heldNodes, all...)
	default:
		r.holdSiblings(x.axis, all, c.node)
	}
	h.hi = int32(len(r.heldNodes))
	r.nodes = r.nodes[:lo]
	h.known, r.grown = true, true
}

// holdSiblings appends for each node of the tree which one of all comes first among its
// children or, for following-sibling::, last.
func (r *run) holdSiblings(a axis, all []int32, at element.Node) {
	end := at.Document().End()
	r.spend(end / 8)
	none := int32(math.MaxInt32)
	if a == axisFollowingSibling {
		none = -1
	}
	lo := len(r.heldNodes)
	for range end {
		r.heldNodes = append(r.heldNodes, none)
	}
	for _, i := range all {
		of := &r.heldNodes[lo+at.At(int(i)).Parent().Index()]
		if a == axisFollowingSibling || *of == none {
			*of = i
		}
	}
}
