package xpath

import (
	"math"
	"slices"
)

// order is what is known, before any stanza is seen, of the nodes that a path
// yields when its steps are walked depth first. It says where nodes must be
// sorted or kept from coming twice; most routes need neither.
type order struct {
	single  bool // at most one node
	flat    bool // none lies inside another
	ordered bool // in document order
}

// after returns the order behind a step, and whether the step can reach a node
// from two different contexts.
func (o order) after(s *step) (next order, repeats bool) {
	switch s.axis {
	case axisSelf:
		return o, false
	case axisAttribute: // attributes stand between their element and its children
		return order{o.single && s.test.kind == testName, true, o.ordered}, false
	case axisChild:
		return order{false, o.flat, o.ordered && o.flat}, false
	case axisParent:
		return order{o.single, o.single, o.single}, !o.single
	case axisDescendant, axisDescendantOrSelf:
		// What an outer context has yielded is skipped when the inner one's turn
		// comes, unless positions must be counted anew.
		return order{false, false, o.ordered && (o.flat || !s.positional)}, !o.flat
	case axisFollowing:
		return order{false, false, o.single}, !o.single
	case axisFollowingSibling:
		return order{false, o.single, o.single}, !o.single
	case axisPrecedingSibling:
		return order{false, o.single, false}, !o.single
	default: // ancestors, preceding: backwards
		return order{false, false, false}, !o.single
	}
}

// planPath simplifies a path's steps and fills in what evaluation wants to
// know of them. It may be called again after steps were added.
func planPath(x *path) *path {
	x.steps = simplify(x.steps)
	x.order = order{true, true, true}
	if x.base != nil {
		x.order = order{ordered: true}
	}
	x.dedupes = 0
	for i := range x.steps {
		s := &x.steps[i]
		s.planPredicates()
		s.test.plan()
		root := x.absolute && i == 0
		x.order, s.dedupe = x.order.after(s)
		if root && s.axis == axisChild && s.test.kind <= testAny {
			x.order.single = true // a document has one element
		}
		s.quick = s.quickForm()
		if s.dedupe {
			s.seen = x.dedupes
			x.dedupes++
		}
	}
	x.near = x.base == nil && x.dedupes == 0
	x.direct = x.directForm()
	return x
}

// simplify drops steps that go nowhere (a/./b) and turns
// descendant-or-self::node()/child::b, which is what //b stands for, into
// descendant::b where no position is counted among the children.
func simplify(steps []step) []step {
	out := steps[:0]
	for _, s := range steps {
		s.planPredicates()
		plain := s.test.kind == testNode && len(s.predicates) == 0
		if s.axis == axisSelf && plain {
			continue
		}
		if n := len(out); n > 0 && s.axis == axisChild && !s.positional {
			if l := &out[n-1]; l.axis == axisDescendantOrSelf && l.test.kind == testNode && len(l.predicates) == 0 {
				s.axis = axisDescendant
				out = out[:n-1]
			}
		}
		out = append(out, s)
	}
	return out
}

func (s *step) planPredicates() {
	s.positional = slices.ContainsFunc(s.predicates, func(p predicate) bool { return p.positional })
	s.nth, s.checks = 0, nil
	rest := s.predicates
	if len(rest) > 0 {
		if s.nth = rest[0].nth(); s.nth != 0 {
			rest = rest[1:]
		}
	}
	for i := range rest {
		if rest[i].positional {
			s.nth, s.checks = 0, nil
			return
		}
		s.checks = append(s.checks, newChecks(rest[i].x)...)
	}
}

// nth returns n of the predicates [n] and [position()=n], -1 of [last()] and
// [position()=last()], and 0 of others.
func (p *predicate) nth() int {
	x := p.x
	if eq, ok := x.(*compare); ok && eq.op == opEqual && isCallOf(eq.left, fnPosition) && eq.right.typ() == Number {
		x = eq.right
	} else if !p.number {
		return 0
	}
	if isCallOf(x, fnLast) {
		return -1
	}
	if n, ok := x.(*constant); ok && 1 <= n.number && n.number <= math.MaxInt32 && n.number == math.Trunc(n.number) {
		return int(n.number)
	}
	return 0
}

func isCallOf(x expr, code functionCode) bool {
	c, ok := x.(*call)
	return ok && c.fn.code == code
}

func planFilter(f *filter) *filter {
	f.list.planPredicates()
	return f
}

// planUnion joins the arguments, if they are paths that part in the name at their end
// only, as in //a | //b.
func planUnion(x *union) *union {
	x.one = nil
	first, ok := x.args[0].(*path)
	if !ok || first.base != nil || len(first.steps) == 0 {
		return x
	}
	end := len(first.steps) - 1
	one := &path{at: first.at, absolute: first.absolute, steps: slices.Clone(first.steps)}
	last := &one.steps[end]
	last.test = test{kind: testNames, principal: last.test.principal}
	for _, arg := range x.args {
		p, ok := arg.(*path)
		if !ok || p.base != nil || p.absolute != first.absolute || len(p.steps) != len(first.steps) {
			return x
		}
		for i := range p.steps {
			s, t := &p.steps[i], &first.steps[i]
			if s.axis != t.axis || len(s.predicates) > 0 || i < end && !s.test.same(&t.test) || i == end && s.test.kind != testName {
				return x
			}
		}
		last.test.names = append(last.test.names, &p.steps[end].test)
	}
	x.one = planPath(one)
	return x
}

func (s *step) quickForm() quick {
	switch s.axis {
	case axisAttribute:
		if s.test.kind == testName && len(s.predicates) == 0 {
			return quickAttribute
		}
	case axisSelf:
		if !s.positional {
			return quickSelf
		}
	case axisChild: // children of several contexts are distinct: no dedupe
		switch {
		case !s.positional:
			return quickChildren
		case s.nth != 0:
			return quickChild
		}
	case axisDescendant:
		if !s.positional && !s.dedupe {
			return quickDescendants
		}
	case axisParent:
		if !s.positional {
			return quickParent
		}
	}
	return quickNone
}

// newPredicate finds out whether x looks at the position.
func newPredicate(x expr) predicate {
	p := predicate{x: x, number: x.typ() == Number, positional: x.typ() == Number, weight: weigh(x)}
	p.look(x)
	return p
}

// look searches x for position() and last(). Predicates inside x have positions
// of their own and are not searched.
func (p *predicate) look(x expr) {
	switch x := x.(type) {
	case *path:
		if x.base != nil {
			p.look(x.base)
		}
		return
	case *filter:
		p.look(x.base)
		return
	case *call:
		p.last = p.last || x.fn.code == fnLast
		p.positional = p.positional || x.fn.code == fnLast || x.fn.code == fnPosition
	}
	for _, part := range parts(x) {
		p.look(part)
	}
}

// weigh returns of how many expressions x is made: what it costs to ask, but for what
// it looks at, for predicates inside, and for the arguments of and and or: these cost
// when they are asked.
func weigh(x expr) int {
	weight := 1
	switch x := x.(type) {
	case *constant:
		return 1 + len(x.text)/bytesPerStep // it may be compared with
	case *logic:
		return 1
	case *path:
		if x.base != nil {
			weight += weigh(x.base)
		}
		return weight
	case *filter:
		return 1 + weigh(x.base)
	}
	for _, part := range parts(x) {
		weight += weigh(part)
	}
	return weight
}

// inOrder reports whether each yields the nodes of x in document order.
func inOrder(x expr) bool {
	switch x := x.(type) {
	case *path:
		return x.ordered
	case *union:
		return x.one != nil && x.one.ordered
	}
	return true
}

// depth returns the offset of the first expression that evaluation would reach
// more than left calls deep, -1 if there is none. A step is a call, as the walk
// goes one deeper with each.
func depth(x expr, left int) int {
	if left <= 0 {
		return x.offset()
	}
	switch x := x.(type) {
	case *path:
		return x.depth(left)
	case *compare:
		// The right is walked from inside the walk of the left.
		if off := depth(x.right, left-1-reach(x.left)); off >= 0 {
			return off
		}
	}
	for _, part := range parts(x) {
		if off := depth(part, left-1); off >= 0 {
			return off
		}
	}
	return -1
}

func (x *path) depth(left int) int {
	if len(x.steps) >= left {
		return x.offset()
	}
	if x.base != nil {
		if off := depth(x.base, left-1); off >= 0 {
			return off
		}
		// The steps are walked from inside the walk of the base.
		if left -= reach(x.base); len(x.steps) >= left {
			return x.offset()
		}
	}
	for i := range x.steps {
		for _, p := range x.steps[i].predicates {
			if off := depth(p.x, left-2-i); off >= 0 {
				return off
			}
		}
	}
	return -1
}

// reach returns how many calls deep the walk of x goes before it meets a node,
// 0 if x is not a node-set.
func reach(x expr) int {
	switch x := x.(type) {
	case *path:
		if x.base != nil {
			return reach(x.base) + len(x.steps) + 1
		}
		return len(x.steps) + 1
	case *filter:
		return reach(x.base) + 1
	case *union:
		deepest := 0
		for _, arg := range x.args {
			deepest = max(deepest, reach(arg)+1)
		}
		return deepest
	}
	return 0
}

// bind marks the captures that can bind, in x and below, and appends them to
// all. A hole binds where its being filled makes a node or a condition count,
// up to the whole expression: in predicates, and, or, boolean() and in
// node-sets that are compared. binds says whether x stands so.
func bind(x expr, binds bool, all []*capture) []*capture {
	before := len(all)
	switch x := x.(type) {
	case *capture:
		all = bind(x.value, binds && x.value.typ() == NodeSet, all)
		if binds {
			all = append(all, x)
		}
		return all
	case *compare:
		all = bind(x.left, binds && x.left.typ() == NodeSet, all)
		return bind(x.right, binds && x.right.typ() == NodeSet, all)
	case *arith, *negate:
		binds = false
	case *call:
		binds = binds && x.fn.code == fnBoolean
	}
	for _, part := range parts(x) {
		all = bind(part, binds && part.typ() != Number && part.typ() != String, all)
	}
	holes := len(all) > before
	switch x := x.(type) {
	case *path:
		x.holes = holes
	case *filter:
		x.holes = holes
	case *union:
		x.holes = holes
	}
	return all
}

// holesIn reports whether something in the node-set x may bind.
func holesIn(x expr) bool {
	switch x := x.(type) {
	case *path:
		return x.holes
	case *filter:
		return x.holes
	case *union:
		return x.holes
	}
	return false
}
