package xpath

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/emp-framework/emp/element"
)

// anyNode is the step that // stands for (section 2.5).
func anyNode() step {
	return step{axis: axisDescendantOrSelf, test: test{kind: testNode}}
}

// path reads a PathExpr (section 3.3): a location path, or an expression with
// predicates and steps behind it.
func (p *parser) path() (expr, *Error) {
	t := p.peek()
	switch t.kind {
	case tokenLiteral, tokenNumber, tokenVariable, tokenFunction, tokenOpen:
		return p.filterPath()
	case tokenSlash:
		p.next()
		x := &path{at: at(t.off), absolute: true}
		if !p.startsStep() {
			return planPath(x), nil
		}
		return p.steps(x)
	case tokenSlashes:
		p.next()
		return p.steps(&path{at: at(t.off), absolute: true, steps: []step{anyNode()}})
	}
	if !p.startsStep() {
		return nil, p.unexpected("an expression")
	}
	return p.steps(&path{at: at(t.off)})
}

// filterPath reads FilterExpr, and the steps that follow it.
func (p *parser) filterPath() (expr, *Error) {
	off := p.peek().off
	x, err := p.primary()
	if err != nil {
		return nil, err
	}
	next := p.peek()
	if next.kind != tokenBracket && next.kind != tokenSlash && next.kind != tokenSlashes {
		return x, nil
	}
	if x.typ() != NodeSet {
		return nil, p.fail(next.off, "only nodes have predicates and steps", "%s cannot follow %s", p.expr[next.off:next.end], x.typ())
	}
	if next.kind == tokenBracket {
		f := &filter{at: at(off), base: x}
		if f.list, err = p.predicates(step{axis: axisList, test: test{kind: testNode}}); err != nil {
			return nil, err
		}
		x = planFilter(f)
	}
	next = p.peek()
	if next.kind != tokenSlash && next.kind != tokenSlashes {
		return x, nil
	}
	// (a/b)/c is a/b/c: only a set with predicates of its own is a base.
	whole, ok := x.(*path)
	if !ok {
		whole = &path{at: at(off), base: x}
	}
	p.next()
	if next.kind == tokenSlashes {
		whole.steps = append(whole.steps, anyNode())
	}
	return p.steps(whole)
}

// startsStep reports whether a Step can begin here.
func (p *parser) startsStep() bool {
	switch p.peek().kind {
	case tokenName, tokenNodeType, tokenAxis, tokenAt, tokenDot, tokenDotDot:
		return true
	}
	return false
}

// steps reads a RelativeLocationPath onto x.
func (p *parser) steps(x *path) (expr, *Error) {
	for {
		s, err := p.step()
		if err != nil {
			return nil, err
		}
		x.steps = append(x.steps, s)
		switch p.peek().kind {
		case tokenSlash:
			p.next()
		case tokenSlashes:
			p.next()
			x.steps = append(x.steps, anyNode())
		default:
			return planPath(x), nil
		}
	}
}

// step reads a Step (section 2.1).
func (p *parser) step() (step, *Error) {
	off := p.peek().off
	switch t := p.peek(); t.kind {
	case tokenDot, tokenDotDot:
		p.next()
		s := step{span: p.since(off), axis: axisSelf, test: test{kind: testNode}}
		if t.kind == tokenDotDot {
			s.axis = axisParent
		}
		if b := p.peek(); b.kind == tokenBracket {
			return s, p.fail(b.off, fmt.Sprintf("write %s::node()[...]", axisNames[s.axis]), "%s takes no predicate", t.text)
		}
		return s, nil
	}
	a := axisChild
	switch t := p.peek(); t.kind {
	case tokenAt:
		p.next()
		a = axisAttribute
	case tokenAxis:
		p.next()
		var err *Error
		if a, err = p.axis(t); err != nil {
			return step{}, err
		}
		p.next() // ::
	}
	s := step{axis: a}
	var err *Error
	if s.test, err = p.test(a); err != nil {
		return s, err
	}
	s.span = p.since(off)
	return p.predicates(s)
}

// axis finds the axis of a name.
func (p *parser) axis(t token) (axis, *Error) {
	name := p.expr[t.off:t.end]
	if i := slices.Index(axisNames[:axisList], name); i >= 0 {
		return axis(i), nil
	}
	if name == "namespace" {
		return 0, p.fail(t.off, "compare namespace-uri(), or give the namespace a prefix", "the namespace axis is not offered")
	}
	cure := "the axes are " + strings.Join(axisNames[:axisList], ", ")
	if near := nearest(name, axisNames[:axisList]); near != "" {
		cure = fmt.Sprintf("did you mean %s::?", near)
	}
	return 0, p.fail(t.off, cure, "unknown axis %s::", name)
}

// test reads a NodeTest (section 2.3) and resolves its prefix.
func (p *parser) test(a axis) (test, *Error) {
	t := p.peek()
	if t.kind == tokenNodeType {
		return p.nodeType(p.next())
	}
	if t.kind != tokenName {
		return test{}, p.unexpected("a name, * or node()")
	}
	p.next()
	r := test{kind: testName, local: t.text, principal: element.KindElement}
	if a == axisAttribute {
		r.principal = element.KindAttribute
	}
	switch {
	case t.prefix != "":
		var err *Error
		if r.space, err = p.namespace(t); err != nil {
			return r, err
		}
	case t.text == "*":
		r.kind = testAny
		return r, nil
	case a != axisAttribute:
		r.space = p.options.Default
	}
	if t.text == "*" {
		r.kind = testSpace
	}
	return r, nil
}

// nodeType reads text() or node().
func (p *parser) nodeType(t token) (test, *Error) {
	if t.text == "comment" || t.text == "processing-instruction" {
		return test{}, p.fail(t.off, "remove it: XMPP forbids them (RFC 6120 section 11.1)", "%s() can never match", t.text)
	}
	open := p.next()
	if p.peek().kind != tokenClose && p.peek().kind != tokenEnd {
		return test{}, p.fail(p.peek().off, "leave the parentheses empty", "%s() takes no argument", t.text)
	}
	if err := p.expectClose(open); err != nil {
		return test{}, err
	}
	if t.text == "text" {
		return test{kind: testText}, nil
	}
	return test{kind: testNode}, nil
}

// namespace resolves a prefix.
func (p *parser) namespace(t token) (string, *Error) {
	if t.prefix == "xml" {
		return element.NSXML, nil
	}
	space, ok := p.options.Namespaces[t.prefix]
	if !ok || t.prefix == "xmlns" {
		cure := fmt.Sprintf(`bind it first, as in r.Namespace(%q, "urn:…")`, t.prefix)
		if near := nearest(t.prefix, slices.Sorted(maps.Keys(p.options.Namespaces))); near != "" {
			cure = fmt.Sprintf("did you mean %s:? Else %s", near, cure)
		}
		return "", p.fail(t.off, cure, "prefix %s: has no namespace", t.prefix)
	}
	if space == "" {
		return "", p.fail(t.off, "bind it to a namespace", "prefix %s: is bound to the empty namespace", t.prefix)
	}
	return space, nil
}

// predicates reads [a][b] onto s.
func (p *parser) predicates(s step) (step, *Error) {
	for p.peek().kind == tokenBracket {
		open := p.next()
		x, err := p.expression()
		if err != nil {
			return s, err
		}
		if err := p.expect(tokenUnbracket, "]", open); err != nil {
			return s, err
		}
		one := newPredicate(x)
		one.span = p.since(open.off)
		s.predicates = append(s.predicates, one)
	}
	return s, nil
}
