package xpath

import (
	"fmt"
	"iter"
	"slices"

	"github.com/emp-framework/emp/element"
)

// A Draft is an element in the making: what expressions ask for, so far.
type Draft struct {
	Name     element.Name // its Local is "" while any stanza may do
	Attrs    []DraftAttr
	Children []*Draft
	Text     string
	HasText  bool // Text was asked for, else any may do

	up *Draft // nil for the document
}

// A DraftAttr is an attribute of a Draft.
type DraftAttr struct {
	Name  element.Name
	Value string
}

// A Goal is an expression to be made true, at the document or else at the
// stanza.
type Goal struct {
	Expr       *Expr
	AtDocument bool
}

// maxDrafts is how many alternatives Drafts goes through.
const maxDrafts = 256

// Drafts yields drafts of a stanza of which the goals are true, as far as they
// say how a stanza is made: by names of elements, equalities of attributes and
// texts with literals or with holes, which take their values from args, and by
// joining these with and, or and |. Everything else in them (functions, other
// comparisons, positions) is left to chance: whoever takes a draft looks whether
// it matches. For an alternative that contradicts itself, or needs a value that
// args do not have, there is an error instead.
//
// stanza makes the element to begin with. There are as many drafts as there are
// ways through the alternatives, in the order in which these are written, but
// for those beyond the first few hundred.
func Drafts(stanza func() *Draft, goals []Goal, args map[string]string) iter.Seq2[*Draft, error] {
	return func(yield func(*Draft, error) bool) {
		d := drafter{args: args}
		for range maxDrafts {
			root := stanza()
			document := &Draft{Children: []*Draft{root}}
			root.up = document
			var err error
			for _, g := range goals {
				at := spot{on: root}
				if g.AtDocument {
					at.on = document
				}
				if err = d.fulfil(g.Expr.root, at); err != nil {
					break
				}
			}
			if !yield(root, err) || !d.next() {
				return
			}
		}
	}
}

// A drafter goes one way through the alternatives at a time. Which way is a list
// of numbers, which it counts up: so nothing that was made has to be undone.
type drafter struct {
	args map[string]string
	way  []turn
	at   int // how many turns have been taken
}

// A turn is one of several alternatives.
type turn struct{ taken, of int }

// choose returns the alternative to take of n.
func (d *drafter) choose(n int) int {
	if n < 2 {
		return 0
	}
	if d.at == len(d.way) {
		d.way = append(d.way, turn{0, n})
	}
	d.at++
	return d.way[d.at-1].taken
}

// next goes to the next way, if there is one.
func (d *drafter) next() bool {
	d.at = 0
	for len(d.way) > 0 {
		last := &d.way[len(d.way)-1]
		if last.taken++; last.taken < last.of {
			return true
		}
		d.way = d.way[:len(d.way)-1]
	}
	return false
}

// A spot is a node of a draft: an element, or an attribute or the text on it.
type spot struct {
	on   *Draft
	attr element.Name // Local "": none
	text bool
}

func (s spot) element() bool { return s.attr.Local == "" && !s.text }

// set makes value the string-value of s.
func (s spot) set(value string) error {
	old, name := &s.on.Text, "the text of <"+s.on.Name.Local+">"
	switch {
	case s.on.up == nil:
		return nil // of the document: left to chance
	case s.attr.Local == "":
		if !s.on.HasText {
			s.on.HasText, s.on.Text = true, value
			return nil
		}
	default:
		name = "@" + s.attr.Local
		i := slices.IndexFunc(s.on.Attrs, func(a DraftAttr) bool { return a.Name == s.attr })
		if i < 0 {
			s.on.Attrs = append(s.on.Attrs, DraftAttr{s.attr, value})
			return nil
		}
		old = &s.on.Attrs[i].Value
	}
	if *old != value {
		return fmt.Errorf("%s is to be %q and %q", name, *old, value)
	}
	return nil
}

// fulfil makes x true at a spot. It recurses as deep as expressions nest.
func (d *drafter) fulfil(x expr, at spot) error {
	switch x := x.(type) {
	case *logic:
		if x.or {
			return d.fulfil(x.args[d.choose(len(x.args))], at)
		}
		for _, arg := range x.args {
			if err := d.fulfil(arg, at); err != nil {
				return err
			}
		}
	case *call:
		if x.fn.code == fnBoolean {
			return d.fulfil(x.args[0], at)
		}
	case *compare:
		if text, ok := x.right.(*constant); ok && x.op == opEqual && text.kind != Boolean {
			return d.assign(x.left, at, text.text)
		}
	case *capture:
		if x.slot < 0 {
			break // it only tests
		}
		value, ok := d.args[x.hole.name]
		if !ok {
			return fmt.Errorf("the argument %q is missing", x.hole.name)
		}
		if !x.hole.takes(value) {
			return fmt.Errorf("the argument %q is %q, and has to match %s", x.hole.name, value, x.hole.source)
		}
		return d.assign(x.value, at, value)
	case *path, *union:
		_, _, err := d.walk(x, at)
		return err
	}
	return nil // left to chance
}

// assign makes value the string-value of a node of x.
func (d *drafter) assign(x expr, at spot, value string) error {
	if c, ok := x.(*call); ok && c.fn.code == fnString {
		x = c.args[0]
	}
	to, found, err := d.walk(x, at)
	if err != nil || !found {
		return err
	}
	return to.set(value)
}

// walk goes where x leads and makes what is not there on the way. found is false
// if it cannot say where that is.
func (d *drafter) walk(x expr, at spot) (to spot, found bool, err error) {
	switch x := x.(type) {
	case *union:
		return d.walk(x.args[d.choose(len(x.args))], at)
	case *path:
		found = true
		if x.base != nil {
			at, found, err = d.walk(x.base, at)
		} else if x.absolute {
			for at = (spot{on: at.on}); at.on.up != nil; {
				at.on = at.on.up
			}
		}
		for i := range x.steps {
			if !found || err != nil {
				break
			}
			at, found, err = d.step(&x.steps[i], at)
		}
		return at, found, err
	}
	return at, false, nil
}

// step goes one step, into the spot it returns.
func (d *drafter) step(s *step, at spot) (to spot, found bool, err error) {
	switch s.axis {
	case axisSelf:
		to, found = at, true
	case axisParent:
		to, found = spot{on: at.on}, true
		if at.element() {
			to.on = at.on.up
		}
	case axisAttribute:
		to, found = spot{on: at.on, attr: element.Name{Space: s.test.space, Local: s.test.local}}, at.element() && s.test.kind == testName
	case axisChild, axisDescendant, axisDescendantOrSelf:
		if found = at.element(); found {
			to, found = d.child(s, at.on)
		}
	}
	if !found || to.on == nil {
		return to, false, nil
	}
	if err := to.named(&s.test); err != nil {
		return to, false, err
	}
	for _, p := range s.predicates {
		if err := d.fulfil(p.x, to); err != nil {
			return to, false, err
		}
	}
	return to, true, nil
}

// child goes to a child that is there, or makes one.
func (d *drafter) child(s *step, on *Draft) (to spot, found bool) {
	if s.test.kind == testText {
		return spot{on: on, text: true}, s.axis == axisChild
	}
	if on.up == nil { // the document has one child
		root := on.Children[0]
		if s.axis == axisChild || s.test.kind == testName && s.test.space == element.NSClient && isStanza(s.test.local) {
			return spot{on: root}, true
		}
		on = root
	}
	var fit []*Draft
	for _, c := range on.Children {
		if (spot{on: c}).named(&s.test) == nil {
			fit = append(fit, c)
		}
	}
	if s.test.kind != testName { // any will do, and there is no name for a new one
		if len(fit) == 0 {
			return spot{}, false
		}
		return spot{on: fit[d.choose(len(fit))]}, true
	}
	i := d.choose(len(fit) + 1)
	if i < len(fit) {
		return spot{on: fit[i]}, true
	}
	c := &Draft{Name: element.Name{Space: s.test.space, Local: s.test.local}, up: on}
	on.Children = append(on.Children, c)
	return spot{on: c}, true
}

// named reports, as an error, that s is not what a test is for. A stanza whose
// name is open gets the test's.
func (s spot) named(t *test) error {
	name := s.on.Name
	switch {
	case s.attr.Local != "":
		name = s.attr
	case s.text:
		if t.kind == testText || t.kind == testNode {
			return nil
		}
	case t.kind == testNode:
		return nil
	case s.on.Name.Local == "" && s.on.up != nil && s.on.up.up == nil && t.kind == testName && t.principal == element.KindElement:
		s.on.Name = element.Name{Space: t.space, Local: t.local}
		return nil
	}
	switch {
	case t.kind == testNode, t.kind == testAny, t.kind == testSpace && name.Space == t.space,
		t.kind == testName && name.Space == t.space && name.Local == t.local:
		return nil
	}
	return fmt.Errorf("<%s> is to be <%s> as well", name.Local, t.local)
}
