package xpath

import (
	"fmt"
	"slices"
	"strings"

	"github.com/emp-framework/emp/element"
)

// A Miss is why an expression is not true at a node: the first condition on the
// way of a path that nothing fulfils.
type Miss struct {
	// Offset and End are where the condition stands in the expression, in bytes:
	// a step, a predicate, or a part of one that and joins to others.
	Offset, End int
	// Has says what is there instead, as in `@type is "set"`; it may quote the
	// tree, cut to a few characters. It is "" where that takes too many steps.
	Has string
	// Passed is how many steps and predicates before it were fulfilled.
	Passed int
}

// Explain returns why e is not true at n, nil if it is. Where alternatives
// failed (of | or or) it speaks of the one that came furthest. The error is nil
// or ErrBudget, as Match has it.
//
// It is for people who wait for the answer: it compiles the expression again, to
// know where its parts were written, and makes node-sets that Match does not.
func (e *Expr) Explain(n element.Node) (*Miss, error) {
	ok, err := e.Match(n, nil)
	if ok || err != nil {
		return nil, err
	}
	x := explainer{source: e.source, spans: map[expr]span{}}
	root, _, bad := compile(e.source, &e.options, x.spans)
	if bad != nil { // it was compiled before
		return nil, bad
	}
	x.start(e.budget)
	m := x.miss(root, context{n, 1, 1})
	if x.left < 0 {
		m = Miss{Offset: 0, End: len(e.source)}
	}
	return &m, nil
}

// An explainer is an evaluation that goes over whole node-sets, step by step, so
// that it sees where the last node is lost. It recurses as deep as expressions
// nest.
type explainer struct {
	run
	source string
	spans  map[expr]span
}

// miss says why x, which is false, is so.
func (e *explainer) miss(x expr, c context) Miss {
	switch x := x.(type) {
	case *path, *filter:
		if _, m := e.set(x, c); m != nil {
			return *m
		}
	case *union:
		return e.furthest(x.args, c)
	case *logic:
		if x.or {
			return e.furthest(x.args, c)
		}
		for i, arg := range x.args {
			if !e.isTrue(arg, c) {
				m := e.miss(arg, c)
				m.Passed += i
				return m
			}
		}
	case *compare:
		return e.operands(x, c, x.left, x.right)
	case *capture:
		return e.operands(x, c, x.value)
	case *call:
		if x.fn.code == fnBoolean {
			return e.miss(x.args[0], c)
		}
		return e.operands(x, c, x.args...)
	}
	return e.at(x, e.is(x, c))
}

// at makes the Miss of x as a whole.
func (e *explainer) at(x expr, has string) Miss {
	s := e.spans[x]
	return Miss{Offset: int(s.off), End: int(s.end), Has: has}
}

// furthest explains the alternative that passed the most.
func (e *explainer) furthest(args []expr, c context) Miss {
	best := e.miss(args[0], c)
	for _, arg := range args[1:] {
		if m := e.miss(arg, c); m.Passed > best.Passed {
			best = m
		}
	}
	return best
}

// operands explains x by what it was made of: by the node that is not there, or
// by the values that were.
func (e *explainer) operands(x expr, c context, args ...expr) Miss {
	var has []string
	for _, arg := range args {
		if _, ok := arg.(*constant); ok {
			continue // the expression says it
		}
		if arg.typ() == NodeSet && !e.isTrue(arg, c) {
			m := e.miss(arg, c)
			whole := e.at(x, m.Has)
			whole.Passed = m.Passed
			return whole
		}
		has = append(has, e.is(arg, c))
	}
	return e.at(x, strings.Join(has, ", "))
}

// isTrue is boolean without what it leaves in the stacks.
func (e *explainer) isTrue(x expr, c context) bool {
	bound, text := len(e.bound), len(e.text)
	e.spend(1)
	ok := e.boolean(x, c)
	e.unbind(bound)
	e.text = e.text[:text]
	return ok
}

// set returns the node-set of x or, if it is empty, why it is.
func (e *explainer) set(x expr, c context) ([]element.Node, *Miss) {
	switch x := x.(type) {
	case *filter:
		from, m := e.set(x.base, c)
		if m != nil {
			return nil, m
		}
		return e.keep(&x.list, [][]element.Node{from}, 1)
	case *path:
		from := []element.Node{c.node}
		if x.absolute {
			from[0] = c.node.Document()
		}
		if x.base != nil {
			var m *Miss
			if from, m = e.set(x.base, c); m != nil {
				return nil, m
			}
		}
		passed := 0
		for i := range x.steps {
			st := &x.steps[i]
			next, m := e.step(st, from)
			if m != nil {
				m.Passed += passed
				return nil, m
			}
			from = next
			passed += 1 + len(st.predicates)
		}
		return from, nil
	}
	if all := e.all(x, c); len(all) > 0 {
		return all, nil
	}
	m := e.miss(x, c)
	return nil, &m
}

// all returns the nodes of x in document order.
func (e *explainer) all(x expr, c context) (all []element.Node) {
	lo := e.collect(x, c)
	for _, i := range e.nodes[lo:] {
		all = append(all, c.node.At(int(i)))
	}
	e.nodes = e.nodes[:lo]
	return all
}

// step returns where st leads from the nodes or, if that is nowhere, why.
func (e *explainer) step(st *step, from []element.Node) ([]element.Node, *Miss) {
	var lists [][]element.Node // by context: positions are counted in each
	for _, n := range from {
		var list []element.Node
		var c cursor
		c.start(st.axis, n)
		for to := c.next(nil); !to.IsZero() && e.spend(1); to = c.next(nil) {
			if st.test.matches(to) {
				list = append(list, to)
			}
		}
		if len(list) > 0 {
			lists = append(lists, list)
		}
	}
	if len(lists) == 0 {
		return nil, &Miss{Offset: int(st.span.off), End: int(st.span.end), Has: around(st, from[0])}
	}
	return e.keep(st, lists, 1)
}

// keep returns the nodes of the lists that pass the predicates of st or, if none
// does, why. passed is what has been passed before them.
func (e *explainer) keep(st *step, lists [][]element.Node, passed int) ([]element.Node, *Miss) {
	for i := range st.predicates {
		p := &st.predicates[i]
		kept := make([][]element.Node, 0, len(lists))
		for _, list := range lists {
			var some []element.Node
			for j, n := range list {
				if e.spend(1) && e.holds(p, context{n, int32(j + 1), int32(len(list))}) {
					some = append(some, n)
				}
			}
			if len(some) > 0 {
				kept = append(kept, some)
			}
		}
		if len(kept) == 0 {
			m := e.fails(p, lists)
			m.Passed += passed + i
			return nil, &m
		}
		lists = kept
	}
	all := slices.Concat(lists...)
	slices.SortFunc(all, func(a, b element.Node) int { return a.Index() - b.Index() })
	return slices.Compact(all), nil
}

func (e *explainer) holds(p *predicate, c context) bool {
	if !p.number {
		return e.isTrue(p.x, c)
	}
	text := len(e.text)
	f := e.number(p.x, c)
	e.text = e.text[:text]
	return f == float64(c.pos)
}

// fails says why the first node of the lists does not pass p; none does.
func (e *explainer) fails(p *predicate, lists [][]element.Node) Miss {
	first, n := lists[0], 0
	for _, list := range lists {
		n += len(list)
	}
	whole := Miss{Offset: int(p.span.off), End: int(p.span.end)}
	if p.number {
		whole.Has = fmt.Sprintf("there are %d", len(first))
		if len(first) == 1 {
			whole.Has = "there is 1"
		}
		return whole
	}
	m := e.miss(p.x, context{first[0], 1, int32(len(first))})
	if s := e.spans[p.x]; m.Offset == int(s.off) && m.End == int(s.end) {
		m.Offset, m.End = whole.Offset, whole.End
	}
	if n > 1 && m.Has != "" {
		m.Has += fmt.Sprintf(", in the first of %d", n)
	}
	return m
}

// is says what an operand is, as it was written.
func (e *explainer) is(x expr, c context) string {
	s := e.spans[x]
	written, note := e.source[s.off:s.end], ""
	var value string
	text := len(e.text)
	switch x.typ() {
	case NodeSet:
		all := e.all(x, c)
		if len(all) == 0 {
			return written + " is not there"
		}
		if len(all) > 1 {
			note = fmt.Sprintf(" (the first of %d)", len(all))
		}
		value = quoted(e.stringValue(all[0]))
	case String:
		value = quoted(e.string(x, c))
	default:
		value = e.string(x, c)
	}
	e.text = e.text[:text]
	return written + " is " + value + note
}

// around says what there is where st found nothing.
func around(st *step, from element.Node) string {
	switch {
	case from.Kind() == element.KindDocument && st.axis == axisChild:
		return "the stanza is " + tag(from.Root())
	case st.axis == axisChild && st.test.kind == testText:
		return tag(from) + " holds no text"
	case st.axis == axisChild:
		has := tag(from) + " holds " + some(from.Children(), tag, "no element")
		if a := from.AttrNode("", st.test.local); !a.IsZero() { // the @ was forgotten, mostly
			has += ", and has " + attribute(a)
		}
		return has
	case st.axis == axisAttribute:
		has := tag(from) + " has " + some(from.Attrs(), attribute, "no attribute")
		for c := range from.Children() {
			if c.Local() == st.test.local {
				return has + ", and holds " + tag(c)
			}
		}
		return has
	case from.Kind() == element.KindElement:
		return "there is none from " + tag(from)
	}
	return "there is none"
}

// some lists the first few nodes.
func some(nodes func(func(element.Node) bool), name func(element.Node) string, none string) string {
	const few = 4
	var names []string
	for n := range nodes {
		if len(names) == few {
			names = append(names, "…")
			break
		}
		names = append(names, name(n))
	}
	if len(names) == 0 {
		return none
	}
	return strings.Join(names, " ")
}

// tag is the start tag of an element, without its attributes.
func tag(n element.Node) string {
	switch {
	case n.Kind() == element.KindText:
		return "text"
	case n.Kind() == element.KindAttribute:
		return attribute(n)
	case n.Space() == element.NSClient:
		return "<" + cut(n.Local()) + ">"
	}
	return fmt.Sprintf("<%s xmlns=%s>", cut(n.Local()), quoted(n.Space()))
}

func attribute(n element.Node) string {
	if n.Space() == element.NSXML {
		return "@xml:" + cut(n.Local())
	}
	return "@" + cut(n.Local())
}

func quoted(s string) string { return fmt.Sprintf("%q", cut(s)) }

// cut shortens a text to what a line of a message has room for.
func cut(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most-1], "") + "…"
}
