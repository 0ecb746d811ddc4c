package xpath

import (
	"slices"

	"github.com/emp-framework/emp/element"
)

// Node-sets are not made where they need not be: each yields the nodes of an
// expression to a sink, depth first, and stops when the sink has what it
// wants. A path goes on from each node before it looks for the next one, so
// that a route is decided by the first witness, with that witness's bindings.
//
// Where several contexts may lead to one node (plan.go knows where), a step
// keeps a set of the nodes it has seen and does not look at them again:
// whatever the path, each of its steps then sees a node at most once.

// each yields the nodes of the node-set x to s and reports whether s stopped
// it. The nodes are distinct, except those of a union.
func (r *run) each(x expr, c context, s *sink) bool {
	switch x := x.(type) {
	case *path:
		switch {
		case c.node.IsZero(): // no node, no tree
			return false
		case x.near:
			return r.step(x, 0, x.start(c.node), s)
		}
		return r.walk(x, c, s)
	case *filter:
		if x.list.nth != 0 && len(x.list.predicates) == 1 && inOrder(x.base) && !(x.holes && x.list.nth < 0) {
			return r.nth(x, c, s)
		}
		return r.list(x.base, c, &x.list, nil, s)
	case *union:
		if x.one != nil {
			return r.each(x.one, c, s)
		}
		mark := len(r.bound)
		for _, arg := range x.args {
			if r.each(arg, c, s) {
				return true
			}
			r.unbind(mark)
		}
	}
	return false
}

// eachInOrder is each in document order, without repetitions.
func (r *run) eachInOrder(x expr, c context, s *sink) bool {
	if inOrder(x) {
		return r.each(x, c, s)
	}
	return r.list(x, c, &everyNode, nil, s)
}

// everyNode takes all nodes of a list.
var everyNode = step{axis: axisList, test: test{kind: testNode}}

// start returns where a path without a base begins, from n.
func (x *path) start(n element.Node) element.Node {
	if x.absolute {
		return n.Document()
	}
	return n
}

// walk goes along the path x, which is not near.
func (r *run) walk(x *path, c context, s *sink) (stop bool) {
	sets := len(r.bits)
	s.sets = int32(r.openSets(x.dedupes, c.node))
	if x.base != nil {
		stop = r.list(x.base, c, &everyNode, x, s)
	} else {
		stop = r.step(x, 0, x.start(c.node), s)
	}
	r.bits = r.bits[:sets]
	return stop
}

// step goes from n along the steps of x from the k-th on.
func (r *run) step(x *path, k int, n element.Node, s *sink) bool {
	if k == len(x.steps) {
		return r.take(s, n)
	}
	switch st := &x.steps[k]; st.quick {
	case quickAttribute:
		return r.attribute(x, k, n, s)
	case quickSelf:
		return !r.spend(1) || st.test.matches(n) && r.onward(x, k, n, s)
	case quickChildren:
		return r.children(x, k, n, s)
	case quickChild:
		return r.child(x, k, n, s)
	case quickDescendants:
		return r.descendants(x, k, n, s)
	case quickParent:
		return r.parent(x, k, n, s)
	default:
		return r.along(x, k, n, s)
	}
}

// along is the step for any axis. (Apart, so that the quick ones do without
// the stack of its cursor.)
func (r *run) along(x *path, k int, n element.Node, s *sink) bool {
	var c cursor
	c.start(x.steps[k].axis, n)
	return r.scan(&x.steps[k], &c, nil, x, k, s)
}

// children is scan for the step that most paths are made of: child::name with
// predicates that do not count.
//
// Few calls lie between one such step and the next (what onward does is written out),
// since a processor foresees some sixteen returns only: each beyond costs more than
// the work of a call.
func (r *run) children(x *path, k int, from element.Node, s *sink) bool {
	st := &x.steps[k]
	for n := from.First(); !n.IsZero(); n = n.Next() {
		if !r.spend(1) {
			return true
		}
		if st.test.kind == testName {
			if !n.Is(st.test.space, st.test.local) {
				continue
			}
		} else if !st.test.matches(n) {
			continue
		}
		mark := len(r.bound)
		stop := true
		switch {
		case len(st.checks) > 0 && !r.all(st.checks, n):
			stop = r.left < 0
		case k+1 < len(x.steps) && x.steps[k+1].quick == quickChildren:
			stop = r.children(x, k+1, n, s)
		case k+1 < len(x.steps):
			stop = r.step(x, k+1, n, s)
		case s.kind == sinkFirst:
			s.node = n
		default:
			stop = r.take(s, n)
		}
		if stop {
			return true
		}
		r.unbind(mark)
	}
	return false
}

// child is scan for child::name[n] and child::name[last()], and whatever predicates
// there are behind.
func (r *run) child(x *path, k int, from element.Node, s *sink) bool {
	st := &x.steps[k]
	left, it := st.nth, element.Node{} // from -1 it never comes to 0
	for n := from.First(); !n.IsZero() && left != 0; n = n.Next() {
		if !r.spend(1) {
			return true
		}
		if st.test.matches(n) {
			it = n
			left--
		}
	}
	return left <= 0 && !it.IsZero() && r.onward(x, k, it, s)
}

// descendants is scan for descendant::name with predicates that do not count, where
// no other context leads to the same nodes. Kinds and the lengths of names tell most
// nodes without a call.
func (r *run) descendants(x *path, k int, from element.Node, s *sink) bool {
	st, lengths := &x.steps[k], x.steps[k].test.lengths
	elements := st.test.kind != testText && st.test.kind != testNode
	for i, end := from.Index()+1, from.End(); i < end; i++ {
		if !r.spend(1) {
			return true
		}
		n := from.At(i)
		if kind := n.Kind(); kind != element.KindElement && (elements || kind == element.KindAttribute) {
			continue
		}
		if lengths>>min(len(n.Local()), 63)&1 == 0 {
			continue
		}
		if st.test.kind == testName {
			if !n.Is(st.test.space, st.test.local) {
				continue
			}
		} else if !st.test.matches(n) {
			continue
		}
		if r.onward(x, k, n, s) {
			return true
		}
	}
	return false
}

// parent is the step to the one parent.
func (r *run) parent(x *path, k int, from element.Node, s *sink) bool {
	st, n := &x.steps[k], from.Parent()
	switch {
	case n.IsZero():
		return false
	case !r.spend(1):
		return true
	case st.dedupe && r.seen(int(s.sets)+st.seen*r.words, n):
		return false
	}
	return st.test.matches(n) && r.onward(x, k, n, s)
}

// onward goes on from n, where the k-th step has led, if its predicates, which do not
// count, let it.
func (r *run) onward(x *path, k int, n element.Node, s *sink) bool {
	st := &x.steps[k]
	mark := len(r.bound)
	stop := true
	switch {
	case len(st.checks) > 0 && !r.all(st.checks, n):
		stop = r.left < 0
	case k+1 < len(x.steps):
		stop = r.step(x, k+1, n, s)
	default:
		stop = r.take(s, n)
	}
	if !stop {
		r.unbind(mark)
	}
	return stop
}

// attributes returns how many attributes n has: what a look-up in vain costs.
func attributes(n element.Node) int {
	if first := n.First(); !first.IsZero() {
		return first.Index() - n.Index() - 1
	}
	return n.End() - n.Index() - 1
}

// attribute is the step @name, which needs no loop: there is one or none.
func (r *run) attribute(x *path, k int, n element.Node, s *sink) bool {
	a := r.named(&x.steps[k].test, n)
	return !a.IsZero() && r.step(x, k+1, a, s)
}

// named returns the attribute of n that has the test's name, none if there is none.
func (r *run) named(t *test, n element.Node) element.Node {
	a := n.AttrNode(t.space, t.local)
	if a.IsZero() {
		r.spend(1 + attributes(n)/8)
	}
	return a
}

// scan tries the nodes of the cursor and goes on from those that pass: along
// x behind its k-th step, or, without x, into s. If they come from a list, the
// way to each was lost in collecting: where it has holes to fill it is gone
// again, to that node alone.
func (r *run) scan(st *step, c *cursor, from *listing, x *path, k int, s *sink) bool {
	counts := len(r.counts)
	if st.positional {
		r.openCounts(st, *c)
	}
	stop := false
	for !stop {
		n := c.next(r.nodes)
		if n.IsZero() {
			break
		}
		if !r.spend(1 + c.passed) {
			stop = true
			break
		}
		c.passed = 0
		if st.dedupe && !st.positional && r.seen(int(s.sets)+st.seen*r.words, n) {
			if c.skip(n) {
				continue
			}
			break
		}
		if !st.test.matches(n) {
			continue
		}
		mark := len(r.bound)
		pass, over := true, false
		switch {
		case st.positional:
			pass, over = r.passes(st, len(st.predicates), n, counts)
		case len(st.checks) > 0:
			pass = r.all(st.checks, n)
		}
		switch {
		case over:
			r.unbind(mark)
			r.counts = r.counts[:counts]
			return false
		case !pass:
		case st.dedupe && st.positional && r.seen(int(s.sets)+st.seen*r.words, n):
		default:
			if from != nil && holesIn(from.base) {
				this := sink{kind: sinkThis, node: n}
				r.each(from.base, from.at, &this)
			}
			if x == nil {
				stop = r.take(s, n)
			} else {
				stop = r.step(x, k+1, n, s)
			}
		}
		if !stop {
			r.unbind(mark)
		}
	}
	r.counts = r.counts[:counts]
	return stop
}

// openCounts makes room for position and size of each predicate and finds the
// sizes that are asked for: what last() is to one predicate are the nodes that
// the predicates before it let through.
func (r *run) openCounts(st *step, start cursor) {
	counts := len(r.counts)
	for range st.predicates {
		r.counts = append(r.counts, 0, 0)
	}
	mark := len(r.bound)
	for i := range st.predicates {
		if !st.predicates[i].last {
			continue
		}
		size := int32(0)
		c := start
		for n := c.next(r.nodes); !n.IsZero() && r.spend(1+c.passed); n = c.next(r.nodes) {
			c.passed = 0
			if !st.test.matches(n) {
				continue
			}
			if pass, _ := r.passes(st, i, n, counts); pass {
				size++
			}
			r.unbind(mark)
		}
		for j := range i {
			r.counts[counts+2*j] = 0
		}
		r.counts[counts+2*i+1] = size
	}
}

// passes reports whether n passes the first k predicates of a step; over says
// that nothing behind n will. Their counts begin at r.counts[counts].
func (r *run) passes(st *step, k int, n element.Node, counts int) (pass, over bool) {
	c := context{node: n}
	for i := range k {
		p := &st.predicates[i]
		r.counts[counts+2*i]++
		c.pos, c.last = r.counts[counts+2*i], r.counts[counts+2*i+1]
		r.spend(p.weight)
		if !p.number {
			scratch := len(r.text)
			pass = r.boolean(p.x, c)
			r.text = r.text[:scratch]
		} else if x, ok := p.x.(*constant); ok {
			pass = float64(c.pos) == x.number
			over = float64(c.pos) > x.number
		} else {
			scratch := len(r.text)
			pass = float64(c.pos) == r.number(p.x, c)
			r.text = r.text[:scratch]
		}
		if !pass {
			return false, over
		}
	}
	return true, false
}

// A listing is where the nodes of a list come from.
type listing struct {
	base expr
	at   context // where base is evaluated
}

// list collects the nodes of base and tries them by st, in document order. It
// goes on along x, or, without x, into s.
func (r *run) list(base expr, c context, st *step, x *path, s *sink) bool {
	lo := r.collect(base, c)
	hi := len(r.nodes)
	over := cursor{axis: axisList, from: c.node, i: lo, stop: hi}
	if st.nth != 0 && len(st.predicates) == 1 {
		if over.i += st.nth - 1; st.nth < 0 {
			over.i = max(hi-1, lo)
		}
		st, over.i, over.stop = &everyNode, min(over.i, hi), min(over.i+1, hi)
	}
	stop := r.scan(st, &over, &listing{base, c}, x, -1, s)
	// What s has collected lies behind the list and moves into its place.
	n := copy(r.nodes[lo:], r.nodes[hi:])
	r.nodes = r.nodes[:lo+n]
	return stop
}

// nth yields the one node of (...)[n] or (...)[last()], which is found without a list
// where the nodes come in order and the last has nothing to bind.
func (r *run) nth(x *filter, c context, s *sink) bool {
	mark := len(r.bound)
	it := sink{kind: sinkNth, left: x.list.nth}
	r.each(x.base, c, &it)
	switch {
	case r.left < 0:
		return true
	case it.left <= 0 && !it.node.IsZero() && r.take(s, it.node):
		return true
	}
	r.unbind(mark)
	return false
}

// collect appends the nodes of x, in document order and each once, to r.nodes
// and returns where they begin. No binding is kept.
func (r *run) collect(x expr, c context) (lo int) {
	lo = len(r.nodes)
	mark := len(r.bound)
	s := sink{kind: sinkCollect}
	r.each(x, c, &s)
	r.unbind(mark)
	if !inOrder(x) {
		all := r.nodes[lo:]
		r.spend(len(all))
		slices.Sort(all)
		r.nodes = r.nodes[:lo+len(slices.Compact(all))]
	}
	return lo
}

// first returns the first node of x in document order, the zero Node if there
// is none.
func (r *run) first(x expr, c context) element.Node {
	if x := isDirect(x); x != nil {
		return r.find(x, c.node)
	}
	s := sink{kind: sinkFirst}
	r.eachInOrder(x, c, &s)
	return s.node
}
