package xpath

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/emp-framework/emp/element"
)

// The reference evaluates the tree of an expression as XPath 1.0 says it, step
// by step over whole node-sets: no walk, no early end, no plan, no scratch. It
// is slow and obvious, and shares with the evaluator the parser and the
// conversions of numbers only.
type reference struct{}

// set is a node-set in document order, as indexes.
type set []int

func (reference) value(x expr, c context) Value {
	ref := reference{}
	v := Value{kind: x.typ()}
	switch x.typ() {
	case NodeSet:
		for _, i := range ref.nodes(x, c) {
			v.nodes = append(v.nodes, c.node.At(i))
		}
	case String:
		v.text = ref.text(x, c)
	case Number:
		v.number = ref.number(x, c)
	case Boolean:
		v.boolean = ref.boolean(x, c)
	}
	return v
}

func (ref reference) nodes(x expr, c context) set {
	var out set
	switch x := x.(type) {
	case *union:
		for _, arg := range x.args {
			out = append(out, ref.nodes(arg, c)...)
		}
	case *filter:
		return ref.keep(ref.nodes(x.base, c), x.list.predicates, c.node)
	case *path:
		at := set{c.node.Index()}
		if x.absolute {
			at = set{0}
		}
		if x.base != nil {
			at = ref.nodes(x.base, c)
		}
		for i := range x.steps {
			var next set
			for _, from := range at {
				next = append(next, ref.step(&x.steps[i], c.node.At(from))...)
			}
			slices.Sort(next)
			at = slices.Compact(next)
		}
		out = at
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// step returns the nodes of an axis, in its order, that pass.
func (ref reference) step(s *step, from element.Node) set {
	var on set
	for i := range from.Document().End() {
		if n := from.At(i); onAxis(s.axis, from, n) && s.test.matches(n) {
			on = append(on, i)
		}
	}
	switch s.axis {
	case axisAncestor, axisAncestorOrSelf, axisPreceding, axisPrecedingSibling:
		slices.Reverse(on)
	}
	return ref.keep(on, s.predicates, from)
}

// onAxis is the definitions of section 2.2.
func onAxis(a axis, from, n element.Node) bool {
	attribute := n.Kind() == element.KindAttribute
	inside := func(n, of element.Node) bool { // n is a descendant, or an attribute of one or of it
		for p := n.Parent(); !p.IsZero(); p = p.Parent() {
			if p == of {
				return true
			}
		}
		return false
	}
	switch a {
	case axisChild:
		return n.Parent() == from && !attribute
	case axisDescendant:
		return inside(n, from) && !attribute
	case axisDescendantOrSelf:
		return n == from || inside(n, from) && !attribute
	case axisParent:
		return from.Parent() == n
	case axisAncestor:
		return inside(from, n)
	case axisAncestorOrSelf:
		return n == from || inside(from, n)
	case axisFollowing:
		return n.Index() > from.Index() && !attribute && !inside(n, from)
	case axisPreceding:
		return n.Index() < from.Index() && !attribute && !inside(from, n)
	case axisFollowingSibling, axisPrecedingSibling:
		return !attribute && from.Kind() != element.KindAttribute && n.Parent() == from.Parent() && n != from &&
			(n.Index() > from.Index()) == (a == axisFollowingSibling)
	case axisAttribute:
		return attribute && n.Parent() == from
	}
	return n == from
}

func (ref reference) keep(on set, predicates []predicate, at element.Node) set {
	for _, p := range predicates {
		var kept set
		for i, n := range on {
			c := context{at.At(n), int32(i + 1), int32(len(on))}
			if p.x.typ() == Number && ref.number(p.x, c) == float64(i+1) || p.x.typ() != Number && ref.boolean(p.x, c) {
				kept = append(kept, n)
			}
		}
		on = kept
	}
	return on
}

func (ref reference) boolean(x expr, c context) bool {
	switch x := x.(type) {
	case *logic:
		for _, arg := range x.args {
			if ref.boolean(arg, c) == x.or {
				return x.or
			}
		}
		return !x.or
	case *compare:
		return ref.compare(x, c)
	case *call:
		switch x.fn.code {
		case fnNot:
			return !ref.boolean(x.args[0], c)
		case fnBoolean:
			return ref.boolean(x.args[0], c)
		case fnContains:
			return strings.Contains(ref.text(x.args[0], c), ref.text(x.args[1], c))
		case fnStartsWith:
			return strings.HasPrefix(ref.text(x.args[0], c), ref.text(x.args[1], c))
		case fnLang:
			want := strings.ToLower(ref.text(x.args[0], c))
			for n := c.node; !n.IsZero(); n = n.Parent() {
				if a := n.AttrNode(element.NSXML, "lang"); n.Kind() == element.KindElement && !a.IsZero() {
					got := strings.ToLower(a.Value())
					return got == want || strings.HasPrefix(got, want+"-")
				}
			}
			return false
		}
	case *constant:
		return x.boolean
	}
	switch x.typ() {
	case NodeSet:
		return len(ref.nodes(x, c)) > 0
	case String:
		return ref.text(x, c) != ""
	}
	f := ref.number(x, c)
	return f != 0 && f == f
}

// compare follows section 3.4 clause by clause.
func (ref reference) compare(x *compare, c context) bool {
	texts := func(x expr) []string {
		var all []string
		for _, i := range ref.nodes(x, c) {
			all = append(all, c.node.At(i).StringValue())
		}
		return all
	}
	l, r := x.left.typ(), x.right.typ()
	lefts, rights := []string{""}, []string{""}
	if l == NodeSet {
		lefts = texts(x.left)
	} else if l != Boolean {
		lefts[0] = ref.text(x.left, c)
	}
	if r == NodeSet {
		rights = texts(x.right)
	} else if r != Boolean {
		rights[0] = ref.text(x.right, c)
	}
	equality := x.op <= opNotEqual
	switch {
	case l == Boolean || r == Boolean:
		a, b := ref.boolean(x.left, c), ref.boolean(x.right, c)
		if equality {
			return compareFloats(x.op, boolNumber(a), boolNumber(b))
		}
		return compareFloats(x.op, ref.number(x.left, c), ref.number(x.right, c))
	case l == Number || r == Number || !equality:
		for _, a := range lefts {
			for _, b := range rights {
				if compareFloats(x.op, parseReference(a), parseReference(b)) {
					return true
				}
			}
		}
	default:
		for _, a := range lefts {
			for _, b := range rights {
				if (a == b) == (x.op == opEqual) {
					return true
				}
			}
		}
	}
	return false
}

// parseReference knows what string() makes of infinities, as comparisons here
// go through strings.
func parseReference(s string) float64 {
	switch s {
	case "Infinity":
		return math.Inf(1)
	case "-Infinity":
		return math.Inf(-1)
	}
	return parseNumber(s)
}

func (ref reference) number(x expr, c context) float64 {
	switch x := x.(type) {
	case *constant:
		return x.number
	case *negate:
		return -ref.number(x.x, c)
	case *arith:
		return calculate(x.op, ref.number(x.left, c), ref.number(x.right, c))
	case *call:
		switch x.fn.code {
		case fnLast:
			return float64(c.last)
		case fnPosition:
			return float64(c.pos)
		case fnCount:
			return float64(len(ref.nodes(x.args[0], c)))
		case fnSum:
			sum := 0.0
			for _, i := range ref.nodes(x.args[0], c) {
				sum += parseNumber(c.node.At(i).StringValue())
			}
			return sum
		case fnStringLength:
			return float64(utf8.RuneCountInString(ref.text(x.args[0], c)))
		case fnFloor:
			return math.Floor(ref.number(x.args[0], c))
		case fnCeiling:
			return math.Ceil(ref.number(x.args[0], c))
		case fnRound:
			return round(ref.number(x.args[0], c))
		case fnNumber:
			return ref.number(x.args[0], c)
		}
	}
	if x.typ() == Boolean {
		return boolNumber(ref.boolean(x, c))
	}
	return parseNumber(ref.text(x, c))
}

func (ref reference) text(x expr, c context) string {
	switch x.typ() {
	case NodeSet:
		if nodes := ref.nodes(x, c); len(nodes) > 0 {
			return c.node.At(nodes[0]).StringValue()
		}
		return ""
	case Boolean:
		return boolText(ref.boolean(x, c))
	case Number:
		return string(appendNumber(nil, ref.number(x, c)))
	}
	if x, ok := x.(*constant); ok {
		return x.text
	}
	f := x.(*call)
	arg := func(i int) string { return ref.text(f.args[i], c) }
	switch f.fn.code {
	case fnString:
		return arg(0)
	case fnConcat:
		s := ""
		for i := range f.args {
			s += arg(i)
		}
		return s
	case fnNormalizeSpace:
		return strings.Join(strings.FieldsFunc(arg(0), func(c rune) bool { return strings.ContainsRune(space, c) }), " ")
	case fnTranslate:
		from, to, out := []rune(arg(1)), []rune(arg(2)), ""
		for _, c := range arg(0) {
			switch i := slices.Index(from, c); {
			case i < 0:
				out += string(c)
			case i < len(to):
				out += string(to[i])
			}
		}
		return out
	case fnSubstring:
		out, first := "", round(ref.number(f.args[1], c))
		for i, char := range []rune(arg(0)) {
			p := float64(i + 1)
			if p >= first && (len(f.args) == 2 || p < first+round(ref.number(f.args[2], c))) {
				out += string(char)
			}
		}
		return out
	case fnSubstringBefore, fnSubstringAfter:
		i := strings.Index(arg(0), arg(1))
		switch {
		case i < 0:
			return ""
		case f.fn.code == fnSubstringBefore:
			return arg(0)[:i]
		}
		return arg(0)[i+len(arg(1)):]
	}
	nodes := ref.nodes(f.args[0], c)
	if len(nodes) == 0 {
		return ""
	}
	n := c.node.At(nodes[0])
	switch {
	case f.fn.code == fnNamespaceURI:
		return n.Space()
	case f.fn.code == fnName && n.Space() == element.NSXML:
		return "xml:" + n.Local()
	}
	return n.Local()
}
