package xpath

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/emp-framework/emp/element"
)

// This file is how a router sees that one route asks for no more than another:
// each says what it asks for as a set of conditions in one spelling, and also
// what follows from them.

// Conditions are what an expression asks of a stanza, all of them.
type Conditions struct {
	// Stanza is the name of the stanza's element, "" for any.
	Stanza string
	// All is the conditions, each in the one spelling of all that mean the same:
	// names resolved, abbreviations and names of holes gone.
	All []string
	// Implied is All, and conditions that hold wherever these do: not all of
	// them, but a few dozen of the most obvious.
	Implied []string
}

// Conditions returns what e, evaluated at the document or else at the stanza,
// asks for; ok is false if that cannot be said in this form.
func (e *Expr) Conditions(atDocument bool) (c Conditions, ok bool) {
	var conds []expr
	if !atDocument {
		conds, ok = conjuncts(e.root, nil)
	} else if p, is := e.root.(*path); is && p.base == nil && len(p.steps) > 0 {
		first := &p.steps[0]
		stanza := first.axis == axisChild && (first.test.kind == testAny ||
			first.test.kind == testName && first.test.space == element.NSClient && isStanza(first.test.local))
		if stanza {
			c.Stanza = first.test.local
			if first.test.kind == testAny {
				c.Stanza = ""
			}
			conds, ok = atStanza(p, nil)
		}
	}
	if !ok {
		return Conditions{}, false
	}
	for _, x := range conds {
		texts := implied(x)
		c.All = append(c.All, texts[0])
		c.Implied = append(c.Implied, texts...)
	}
	return c, true
}

// conjuncts appends the conditions that x, evaluated at the stanza, is made of.
func conjuncts(x expr, all []expr) (_ []expr, ok bool) {
	switch x := x.(type) {
	case *logic:
		if x.or {
			break
		}
		for _, arg := range x.args {
			if all, ok = conjuncts(arg, all); !ok {
				return nil, false
			}
		}
		return all, true
	case *path:
		if len(x.steps) > 0 && !x.absolute && x.base == nil && x.steps[0].axis == axisSelf && x.steps[0].test.kind == testNode {
			return atStanza(x, all)
		}
	}
	return append(all, x), true
}

// atStanza appends the conditions of a path whose first step leads to the stanza:
// those of its predicates, and the rest of the path.
func atStanza(x *path, all []expr) (_ []expr, ok bool) {
	for _, p := range x.steps[0].predicates {
		if p.positional {
			return nil, false // there is one stanza: nobody writes that
		}
		if all, ok = conjuncts(p.x, all); !ok {
			return nil, false
		}
	}
	if len(x.steps) > 1 {
		all = append(all, &path{steps: x.steps[1:]})
	}
	return all, true
}

// maxImplied bounds what is said to follow from one condition.
const maxImplied = 64

// implied returns conditions that hold where x does, x itself first, as canonical
// texts.
func implied(x expr) []string {
	var texts []string
	for queue := []expr{x}; len(queue) > 0 && len(texts) < maxImplied; queue = queue[1:] {
		text := canonical(queue[0])
		if slices.Contains(texts, text) {
			continue
		}
		texts = append(texts, text)
		queue = append(queue, weaker(queue[0])...)
	}
	return texts
}

// weaker returns conditions that ask for one thing less than x. It recurses as
// deep as expressions nest.
func weaker(x expr) []expr {
	switch x := x.(type) {
	case *compare:
		if x.left.typ() == NodeSet && x.mode != compareBooleans { // of no node nothing is true
			return []expr{x.left}
		}
	case *capture:
		if x.value.typ() == NodeSet {
			return []expr{x.value}
		}
	case *call:
		if code := x.fn.code; code == fnStartsWith || code == fnContains {
			if text, ok := x.args[1].(*constant); ok && text.text != "" && x.args[0].typ() == NodeSet {
				return x.args[:1]
			}
		}
	case *path:
		return x.weaker()
	}
	return nil
}

func (x *path) weaker() (all []expr) {
	with := func(k int, s step) {
		less := *x
		less.steps = slices.Clone(x.steps)
		less.steps[k] = s
		all = append(all, &less)
	}
	for k := range x.steps {
		s := x.steps[k]
		if s.positional { // with a predicate less the positions are others: all or none
			s.predicates, s.positional = nil, false
			with(k, s)
			continue
		}
		s.predicates = split(s.predicates)
		for i, p := range s.predicates {
			less := s
			less.predicates = slices.Delete(slices.Clone(s.predicates), i, i+1)
			with(k, less)
			for _, w := range weaker(p.x) {
				less.predicates = slices.Clone(s.predicates)
				less.predicates[i] = newPredicate(w)
				with(k, less)
			}
		}
	}
	if n := len(x.steps); n > 1 {
		less := *x
		less.steps = x.steps[:n-1]
		all = append(all, &less)
	}
	if len(x.steps) == 1 && len(x.steps[0].predicates) == 0 {
		if s := x.steps[0]; s.test.widen() {
			with(0, s)
		}
	}
	return all
}

// widen makes p:* of p:name, and * of p:*: what catch-alls ask. It is false for other
// tests.
func (t *test) widen() bool {
	switch {
	case t.principal != element.KindElement:
		return false
	case t.kind == testName:
		t.kind, t.local = testSpace, "*"
	case t.kind == testSpace:
		t.kind, t.space = testAny, ""
	default:
		return false
	}
	return true
}

// split makes [a and b] two predicates: without positions that is the same.
func split(predicates []predicate) (all []predicate) {
	for _, p := range predicates {
		l, ok := p.x.(*logic)
		if !ok || l.or {
			all = append(all, p)
			continue
		}
		for _, arg := range l.args {
			all = append(all, split([]predicate{newPredicate(arg)})...)
		}
	}
	return all
}

// canonical writes x in the spelling that all expressions of its meaning share,
// as far as they differ in nothing but abbreviations, prefixes, quotes, space,
// variables, names of holes, and the order of conditions. It recurses as deep as
// expressions nest.
func canonical(x expr) string {
	switch x := x.(type) {
	case *constant:
		return strconv.Itoa(int(x.kind)) + ":" + strconv.Quote(x.text)
	case *logic:
		name := "and"
		if x.or {
			name = "or"
		}
		args := canonicals(x.args)
		slices.Sort(args)
		return name + "(" + strings.Join(slices.Compact(args), ",") + ")"
	case *compare:
		left, right := canonical(x.left), canonical(x.right)
		op := x.op
		if right < left {
			left, right, op = right, left, op.flipped()
		}
		return "compare(" + strconv.Itoa(int(op)) + "," + left + "," + right + ")"
	case *capture:
		value := canonical(x.value)
		if x.hole.source == "" && x.value.typ() == NodeSet {
			return value // it takes any node
		}
		return "hole(" + value + "," + strconv.Quote(x.hole.source) + ")"
	case *arith:
		return "arith(" + strconv.Itoa(int(x.op)) + "," + canonical(x.left) + "," + canonical(x.right) + ")"
	case *negate:
		return "negate(" + canonical(x.x) + ")"
	case *call:
		return x.fn.name + "(" + strings.Join(canonicals(x.args), ",") + ")"
	case *union:
		args := canonicals(x.args)
		slices.Sort(args)
		return "union(" + strings.Join(slices.Compact(args), ",") + ")"
	case *filter:
		return "(" + canonical(x.base) + ")" + x.list.canonical()
	case *path:
		var b strings.Builder
		if x.absolute {
			b.WriteString("/")
		}
		if x.base != nil {
			b.WriteString("(" + canonical(x.base) + ")")
		}
		for i := range x.steps {
			b.WriteString("/" + x.steps[i].canonical())
		}
		return b.String()
	}
	panic(fmt.Sprintf("xpath: no spelling for %T", x))
}

func canonicals(all []expr) []string {
	texts := make([]string, len(all))
	for i, x := range all {
		texts[i] = canonical(x)
	}
	return texts
}

func (s *step) canonical() string {
	predicates := s.predicates
	if !s.positional {
		predicates = split(predicates)
	}
	texts := make([]string, len(predicates))
	for i, p := range predicates {
		texts[i] = "[" + canonical(p.x) + "]"
	}
	if !s.positional {
		slices.Sort(texts)
		texts = slices.Compact(texts)
	}
	return axisNames[s.axis] + "::" + strconv.Itoa(int(s.test.kind)) + "{" + s.test.space + "}" + s.test.local + strings.Join(texts, "")
}
