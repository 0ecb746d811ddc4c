package xpath

import (
	"math"
	"strings"
)

// boolean evaluates x as by boolean() (section 4.3).
func (r *run) boolean(x expr, c context) bool {
	switch x := x.(type) {
	case *path:
		if x.direct != directNone {
			return !r.find(x, c.node).IsZero()
		}
		s := sink{kind: sinkFirst}
		if x.near && !c.node.IsZero() {
			return r.step(x, 0, x.start(c.node), &s)
		}
		return r.each(x, c, &s)
	case *union, *filter:
		s := sink{kind: sinkFirst}
		return r.each(x, c, &s)
	case *compare:
		return r.compare(x, c)
	case *capture:
		return r.capture(x, c)
	case *logic:
		return r.logic(x, c)
	case *constant:
		return x.boolean
	case *call:
		switch x.fn.result {
		case Boolean:
			return r.booleanCall(x, c)
		case String:
			return r.string(x, c) != ""
		}
	case *held:
		switch x.kind {
		case Boolean:
			return r.held(x, c).boolean
		case String:
			return r.string(x, c) != ""
		}
	case *against:
		return r.against(x, c)
	case *search:
		return r.search(x, c)
	}
	return truth(r.number(x, c))
}

// number evaluates x as by number() (section 4.4).
func (r *run) number(x expr, c context) float64 {
	switch x := x.(type) {
	case *constant:
		return x.number
	case *arith:
		return calculate(x.op, r.number(x.left, c), r.number(x.right, c))
	case *negate:
		return -r.number(x.x, c)
	case *call:
		if x.fn.result == Number {
			return r.numberCall(x, c)
		}
	case *held:
		if x.kind == Number {
			return r.held(x, c).number
		}
	}
	if x.typ() == Boolean {
		return boolNumber(r.boolean(x, c))
	}
	s := r.string(x, c)
	r.read(len(s))
	return parseNumber(s)
}

// string evaluates x as by string() (section 4.2). The result may be a view
// of r.text.
func (r *run) string(x expr, c context) string {
	switch x := x.(type) {
	case *constant:
		return x.text
	case *path:
		switch x.direct {
		case directNone:
		case directAttribute:
			return r.named(&x.steps[0].test, c.node).Value()
		default:
			return r.stringValue(r.find(x, c.node))
		}
	case *call:
		switch x.fn.code {
		case fnLocalName:
			return r.first(x.args[0], c).Local()
		case fnNamespaceURI:
			return r.first(x.args[0], c).Space()
		case fnName:
			return r.name(r.first(x.args[0], c))
		case fnString:
			return r.string(x.args[0], c)
		case fnConcat:
			return r.concat(x.args, c)
		case fnNormalizeSpace:
			return r.normalizeSpace(r.string(x.args[0], c))
		case fnTranslate:
			return r.translate(x, c)
		case fnSubstring, fnSubstringBefore, fnSubstringAfter:
			s := r.string(x.args[0], c)
			r.read(len(s))
			return r.part(x, s, c)
		}
	case *held:
		if x.kind == String {
			return r.heldTexts[r.held(x, c).lo]
		}
	}
	switch x.typ() {
	case NodeSet:
		return r.stringValue(r.first(x, c))
	case Boolean:
		return boolText(r.boolean(x, c))
	}
	f, start := r.number(x, c), len(r.text)
	r.text = appendNumber(r.text, f)
	return r.view(start)
}

// literal is string for what is mostly written out.
func (r *run) literal(x expr, c context) string {
	if x, ok := x.(*constant); ok {
		return x.text
	}
	return r.string(x, c)
}

// part returns the part of s that substring(), substring-before() or substring-after()
// takes.
func (r *run) part(x *call, s string, c context) string {
	if x.fn.code == fnSubstring {
		if x.within != nil {
			return x.within.of(s)
		}
		i := interval{round(r.number(x.args[1], c)), math.Inf(1)}
		if len(x.args) == 3 {
			i.end = i.first + round(r.number(x.args[2], c))
		}
		return i.of(s)
	}
	before, after, found := strings.Cut(s, r.literal(x.args[1], c))
	switch {
	case x.fn.code == fnSubstringAfter:
		return after // "" if the mark is not in s
	case !found:
		return ""
	}
	return before
}

// logic stops at the first argument that decides. What an argument of or has
// bound before it failed is undone; a failed and is undone by who asked.
func (r *run) logic(x *logic, c context) bool {
	mark := len(r.bound)
	for i, arg := range x.args {
		r.spend(x.weights[i])
		if r.boolean(arg, c) == x.or {
			return x.or
		}
		if x.or {
			r.unbind(mark)
		}
	}
	return !x.or
}

func (r *run) capture(x *capture, c context) bool {
	if value := isDirect(x.value); value != nil {
		return r.fills(value, c.node, x)
	}
	if x.value.typ() == NodeSet {
		s := sink{kind: sinkHole, hole: x}
		return r.eachInOrder(x.value, c, &s)
	}
	scratch := len(r.text)
	text := r.string(x.value, c)
	if len(r.heldText) > 0 {
		scratch = -1 // it may be a view of that
	}
	return r.fill(x, text, scratch)
}

func calculate(op operator, a, b float64) float64 {
	switch op {
	case opAdd:
		return a + b
	case opSubtract:
		return a - b
	case opMultiply:
		return a * b
	case opDivide:
		return a / b
	}
	return math.Mod(a, b) // the sign is the dividend's (section 3.5)
}

func (r *run) booleanCall(x *call, c context) bool {
	switch x.fn.code {
	case fnBoolean:
		return r.boolean(x.args[0], c)
	case fnNot:
		return !r.boolean(x.args[0], c)
	case fnLang:
		return r.lang(c.node, r.string(x.args[0], c))
	}
	a, b := r.string(x.args[0], c), r.literal(x.args[1], c)
	r.read(len(a))
	if x.fn.code == fnStartsWith {
		return strings.HasPrefix(a, b)
	}
	return strings.Contains(a, b)
}

func (r *run) numberCall(x *call, c context) float64 {
	switch x.fn.code {
	case fnLast:
		return float64(c.last)
	case fnPosition:
		return float64(c.pos)
	case fnCount:
		s := sink{kind: sinkCount}
		r.eachInOrder(x.args[0], c, &s)
		return s.number
	case fnSum:
		s := sink{kind: sinkSum}
		r.eachInOrder(x.args[0], c, &s)
		return s.number
	case fnStringLength:
		s := r.string(x.args[0], c)
		r.read(len(s))
		return float64(countRunes(s))
	case fnFloor:
		return math.Floor(r.number(x.args[0], c))
	case fnCeiling:
		return math.Ceil(r.number(x.args[0], c))
	case fnRound:
		return round(r.number(x.args[0], c))
	}
	return r.number(x.args[0], c) // fnNumber
}
