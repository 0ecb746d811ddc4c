package xpath

import (
	"math"
	"slices"
)

// An against is a comparison with a set that is the same at each node. The set is held
// sorted, its texts or its numbers, and each node asks of it what can be seen there.
type against struct {
	*compare        // as it was written
	other, set expr // its sides
	op         operator
	hold       int
}

// compare rewrites a comparison.
func (h *holder) compare(x *compare, asked bool) expr {
	y := *x
	y.left, y.right = h.rewrite(x.left, asked, NodeSet), h.rewrite(x.right, asked, NodeSet)
	a := against{compare: &y, other: y.left, set: y.right, op: y.op}
	switch {
	case !asked || holesIn(x.left) || holesIn(x.right):
		return &y
	case x.right.typ() == NodeSet && independent(x.right):
	case x.left.typ() == NodeSet && independent(x.left):
		a.other, a.set, a.op = y.right, y.left, y.op.flipped()
	case x.mode >= nodesWithText && independent(x.right):
		return h.meets(&y, &y.left)
	default:
		return &y
	}
	a.hold = h.next()
	return h.meets(&a, &a.other)
}

// numbers reports whether numbers are compared, else texts.
func (x *against) numbers() bool { return x.mode == nodesWithNumber || x.op > opNotEqual }

// against evaluates the comparison, by the set when that pays.
func (r *run) against(x *against, c context) bool {
	h := r.hold(x.hold)
	if !h.known {
		if !h.pays(c) {
			before := r.left
			found := r.compare(x.compare, c)
			h.spent += before - r.left
			return found
		}
		r.holdSet(x, h, c)
	}
	if h.lo == h.hi {
		return false // there is nothing to compare with
	}
	if x.other.typ() == NodeSet {
		s := sink{kind: sinkAgainstTexts, op: x.op, lo: h.lo, hi: h.hi}
		if x.numbers() {
			s.kind = sinkAgainstNumbers
		}
		return r.each(x.other, c, &s)
	}
	if x.numbers() {
		return meetsNumber(r.heldNumbers[h.lo:h.hi], x.op, r.number(x.other, c))
	}
	scratch := len(r.text)
	text := r.string(x.other, c)
	met := r.read(len(text)) && meetsText(r.heldTexts[h.lo:h.hi], x.op, text)
	r.text = r.text[:scratch]
	return met
}

// holdSet makes the set known.
func (r *run) holdSet(x *against, h *hold, c context) {
	lo, scratch := len(r.texts), len(r.text)
	all := sink{kind: sinkTexts}
	r.each(x.set, c, &all)
	texts := r.texts[lo:]
	r.spend(len(texts))
	if x.numbers() {
		h.lo = int32(len(r.heldNumbers))
		for _, text := range texts {
			if f := parseNumber(text); x.op == opNotEqual || !math.IsNaN(f) { // else it compares false
				r.heldNumbers = append(r.heldNumbers, f)
			}
		}
		slices.Sort(r.heldNumbers[h.lo:])
		h.hi = int32(len(r.heldNumbers))
	} else {
		slices.Sort(texts)
		h.lo = int32(len(r.heldTexts))
		for _, text := range texts {
			r.heldTexts = append(r.heldTexts, r.keep(text, scratch))
		}
		h.hi = int32(len(r.heldTexts))
	}
	r.texts, r.text = r.texts[:lo], r.text[:scratch]
	h.known, r.grown = true, true
}

// meetsText reports whether a text and some one of the sorted texts, of which there are some, compare by = or !=.
func meetsText(set []string, op operator, text string) bool {
	if op == opEqual {
		_, found := slices.BinarySearch(set, text)
		return found
	}
	return set[0] != text || set[len(set)-1] != text
}

// meetsNumber reports whether a number and some one of the sorted numbers, of which there are some, compare by op.
// If any does but by =, the least or the greatest does; NaN, which is only there for !=,
// is the least.
func meetsNumber(set []float64, op operator, f float64) bool {
	if op == opEqual {
		_, found := slices.BinarySearch(set, f)
		return found
	}
	return compareFloats(op, f, set[0]) || compareFloats(op, f, set[len(set)-1])
}
