package xpath

import (
	"math"
	"slices"
)

// compare evaluates a comparison (section 3.4).
func (r *run) compare(x *compare, c context) bool {
	switch x.mode {
	case compareBooleans:
		return (r.boolean(x.left, c) == r.boolean(x.right, c)) == (x.op == opEqual)
	case compareNumbers:
		return compareFloats(x.op, r.number(x.left, c), r.number(x.right, c))
	case compareTexts:
		made, text := x.left, x.right
		if _, ok := made.(*constant); ok {
			made, text = text, made
		}
		return r.equals(made, c, r.literal(text, c)) == (x.op == opEqual)
	case nodesWithText:
		return r.some(x.left, c, x.op, r.literal(x.right, c))
	case nodesWithNumber:
		s := sink{kind: sinkNumber, op: x.op, number: r.number(x.right, c)}
		return r.each(x.left, c, &s)
	}
	if left, right := isDirect(x.left), isDirect(x.right); left != nil && right != nil && (left.single || right.single) && x.op <= opNotEqual {
		return r.pair(left, right, c.node, x.op)
	}
	if x.pairwise() {
		s := sink{kind: sinkPairs, op: x.op, base: x.right, at: c}
		return r.each(x.left, c, &s)
	}
	switch x.op {
	case opEqual:
		return r.meet(x, c)
	case opNotEqual:
		return r.differ(x, c)
	}
	return r.extremes(x, c)
}

// some reports whether a node of x compares with the text by = or !=.
func (r *run) some(x expr, c context, op operator, text string) bool {
	if x := isDirect(x); x != nil {
		return r.meets(x, c.node, op, text)
	}
	s := sink{kind: sinkText, op: op, text: text}
	return r.each(x, c, &s)
}

// pairwise reports whether two node-sets are compared pair by pair: where one
// is a single node, as in item[@jid=/iq/@from], and where a hole must be bound
// by the pair that compares true. Else large sets would cost their product.
func (x *compare) pairwise() bool {
	single := func(x expr) bool {
		p, ok := x.(*path)
		return ok && p.single
	}
	return single(x.left) || single(x.right) || holesIn(x.left) || holesIn(x.right)
}

// meet reports whether the two sets have a string-value in common.
func (r *run) meet(x *compare, c context) bool {
	lo, scratch := len(r.texts), len(r.text)
	all := sink{kind: sinkTexts}
	r.each(x.right, c, &all)
	found := false
	switch n := len(r.texts) - lo; n {
	case 0:
	case 1:
		found = r.some(x.left, c, opEqual, r.texts[lo])
	default:
		r.spend(n)
		slices.Sort(r.texts[lo:])
		s := sink{kind: sinkMember, lo: int32(lo), hi: int32(len(r.texts))}
		found = r.each(x.left, c, &s)
	}
	r.texts, r.text = r.texts[:lo], r.text[:scratch]
	return found
}

// member reports whether text is among r.texts[lo:hi].
func (r *run) member(lo, hi int, text string) bool {
	_, found := slices.BinarySearch(r.texts[lo:hi], text)
	return found
}

// differ reports whether some node of one set and some node of the other have
// different string-values: they have not only if all of both are the same.
func (r *run) differ(x *compare, c context) bool {
	var a, b sink // sinkFirst
	if !r.each(x.left, c, &a) || !r.each(x.right, c, &b) {
		return false
	}
	scratch := len(r.text)
	text := r.stringValue(a.node)
	differ := r.some(x.right, c, opNotEqual, text) || r.some(x.left, c, opNotEqual, text)
	r.text = r.text[:scratch]
	return differ
}

// extremes compares the least of one set with the greatest of the other:
// some pair compares true if and only if these do.
func (r *run) extremes(x *compare, c context) bool {
	a := sink{kind: sinkExtremes, number: math.Inf(1), most: math.Inf(-1)}
	b := a
	r.each(x.left, c, &a)
	r.each(x.right, c, &b)
	if a.number > a.most || b.number > b.most { // no node of it is a number
		return false
	}
	if x.op == opLess || x.op == opLessEqual {
		return compareFloats(x.op, a.number, b.most)
	}
	return compareFloats(x.op, a.most, b.number)
}

// compareFloats is IEEE 754: NaN compares false, except with !=.
func compareFloats(op operator, a, b float64) bool {
	switch op {
	case opEqual:
		return a == b
	case opNotEqual:
		return a != b
	case opLess:
		return a < b
	case opLessEqual:
		return a <= b
	case opGreater:
		return a > b
	}
	return a >= b
}
