package xpath

import (
	"math"

	"github.com/emp-framework/emp/element"
)

// An axis is a direction to go from a node (section 2.2).
type axis uint8

const (
	axisChild axis = iota
	axisDescendant
	axisDescendantOrSelf
	axisParent
	axisAncestor
	axisAncestorOrSelf
	axisFollowing
	axisFollowingSibling
	axisPreceding
	axisPrecedingSibling
	axisAttribute
	axisSelf
	axisList // not XPath's: the nodes of a filter's base, in document order
)

var axisNames = []string{
	"child", "descendant", "descendant-or-self", "parent", "ancestor", "ancestor-or-self",
	"following", "following-sibling", "preceding", "preceding-sibling", "attribute", "self", "list",
}

// A testKind is a kind of node test (section 2.3).
type testKind uint8

const (
	testName  testKind = iota // a, p:a
	testSpace                 // p:*
	testAny                   // *
	testText                  // text()
	testNode                  // node()
	testNames                 // one of several names: of a union
)

// A test decides by kind and name. The names were resolved by the parser.
type test struct {
	kind         testKind
	principal    element.Kind // what a name names: attributes on their axis, else elements
	space, local string
	names        []*test // of testNames
	lengths      uint64  // bit n: a name of n bytes may pass, bit 63 longer ones too
}

// plan sets what is known of a test beforehand.
func (t *test) plan() {
	switch t.kind {
	case testName:
		t.lengths = 1 << min(len(t.local), 63)
	case testNames:
		t.lengths = 0
		for _, name := range t.names {
			t.lengths |= 1 << min(len(name.local), 63)
		}
	default:
		t.lengths = math.MaxUint64
	}
}

// same reports whether t and o, of which none is of a union, are the same.
func (t *test) same(o *test) bool {
	return t.kind == o.kind && t.principal == o.principal && t.space == o.space && t.local == o.local
}

func (t *test) matches(n element.Node) bool {
	switch t.kind {
	case testName:
		return n.Is(t.space, t.local) && n.Kind() == t.principal
	case testSpace:
		return n.Kind() == t.principal && n.Space() == t.space
	case testAny:
		return n.Kind() == t.principal
	case testText:
		return n.Kind() == element.KindText
	case testNames:
		for _, name := range t.names {
			if n.Is(name.space, name.local) {
				return n.Kind() == t.principal
			}
		}
		return false
	}
	return true
}

// A cursor yields the nodes of an axis, nearest first: reverse axes run
// against document order (section 2.4), and nothing recurses.
type cursor struct {
	axis    axis
	started bool
	up      bool         // axisPreceding: of what is left all are ancestors of at
	from    element.Node // the context node
	at      element.Node // what was yielded last
	i, stop int          // axes that run over the indexes of the tree, or of a list
	passed  int          // nodes gone over without being yielded: they cost too
}

// start puts the zero cursor before the first node of the axis.
func (c *cursor) start(a axis, from element.Node) {
	c.axis, c.from = a, from
	switch a {
	case axisDescendant, axisDescendantOrSelf:
		c.i, c.stop = from.Index()+1, from.End()
	case axisFollowing:
		c.i, c.stop = from.End(), from.Document().End()
	case axisPreceding:
		c.i = from.Index()
	}
}

// next returns the next node, the zero Node after the last. list is what an
// axisList runs over.
func (c *cursor) next(list []int32) element.Node {
	first := !c.started
	c.started = true
	switch c.axis {
	case axisChild:
		if first {
			c.at = c.from.First()
		} else {
			c.at = c.at.Next()
		}
	case axisAttribute:
		if first {
			c.at = c.from.FirstAttr()
		} else {
			c.at = c.at.NextAttr()
		}
	case axisSelf:
		c.at = c.once(first, c.from)
	case axisParent:
		c.at = c.once(first, c.from.Parent())
	case axisAncestor, axisAncestorOrSelf:
		switch {
		case !first:
			c.at = c.at.Parent()
		case c.axis == axisAncestor:
			c.at = c.from.Parent()
		default:
			c.at = c.from
		}
	case axisDescendantOrSelf:
		if first {
			c.at = c.from
		} else {
			c.forward()
		}
	case axisDescendant, axisFollowing:
		c.forward()
	case axisPreceding:
		c.backward()
	case axisFollowingSibling:
		if first {
			c.at = c.from
		}
		c.at = c.at.Next()
	case axisPrecedingSibling:
		if first {
			c.at = c.from
		}
		c.previous()
	case axisList:
		c.at = element.Node{}
		if c.i < c.stop {
			c.at = c.from.At(int(list[c.i]))
			c.i++
		}
	}
	return c.at
}

func (c *cursor) once(first bool, n element.Node) element.Node {
	if first {
		return n
	}
	return element.Node{}
}

// forward goes to the next node in document order that is no attribute.
func (c *cursor) forward() {
	for ; c.i < c.stop; c.passed++ {
		c.at = c.from.At(c.i)
		c.i++
		if c.at.Kind() != element.KindAttribute {
			return
		}
	}
	c.at = element.Node{}
}

// backward goes to the previous node in document order that is neither
// attribute nor ancestor of the context node.
func (c *cursor) backward() {
	if c.up {
		if c.at = c.at.Parent(); c.at.End() > c.from.Index() { // an ancestor of the context node too
			c.at = element.Node{}
		}
		return
	}
	for ; c.i > 0; c.passed++ {
		c.i--
		c.at = c.from.At(c.i)
		if c.at.Kind() != element.KindAttribute && c.at.End() <= c.from.Index() {
			return
		}
	}
	c.at = element.Node{}
}

// previous goes to the previous sibling. It is Node.Prev with its cost counted.
func (c *cursor) previous() {
	before := c.at.Index() - 1
	if c.at = c.at.Prev(); !c.at.IsZero() {
		c.passed += min(before-c.at.Index(), 64)
	}
}

// skip is told that n, just yielded, was yielded to this step before, from
// another context, and with it everything behind n that the axis reaches
// through it. It goes past that, and reports whether anything can be left.
func (c *cursor) skip(n element.Node) bool {
	switch c.axis {
	case axisDescendant, axisDescendantOrSelf:
		c.i = n.End()
		return true
	case axisPreceding:
		// Whoever came by here yielded all before n but his ancestors, which are n's too.
		c.up = true
		return true
	}
	return false // siblings, ancestors, following: whoever came by here went on to the end
}
