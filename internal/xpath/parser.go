package xpath

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A parser turns tokens into a tree by recursive descent. Its recursion is
// bounded by MaxDepth: every way down leads through nest.
type parser struct {
	expr    string
	options *Options
	tokens  []token       // the rest; the last is tokenEnd
	last    int           // where the token ends that was taken last
	spans   map[expr]span // of operands, for Explain; nil: nobody asks
	depth   int
	holes   map[string]bool
}

// parse reads a whole expression.
func (p *parser) parse() (expr, *Error) {
	if p.peek().kind == tokenEnd {
		return nil, p.fail(0, "write * for any stanza", "the expression is empty")
	}
	x, err := p.expression()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokenEnd {
		return nil, p.unexpected("an operator or the end")
	}
	return x, nil
}

func (p *parser) peek() token { return p.tokens[0] }

// next takes a token; the end stays.
func (p *parser) next() token {
	t := p.tokens[0]
	if t.kind != tokenEnd {
		p.tokens = p.tokens[1:]
		p.last = t.end
	}
	return t
}

// since returns the span of what has been taken from off on.
func (p *parser) since(off int) span { return span{int32(off), int32(p.last)} }

// mark notes where x was written, if anybody asks.
func (p *parser) mark(x expr, off int) {
	if p.spans != nil {
		p.spans[x] = p.since(off)
	}
}

// expect takes a token of one kind. open is the token it would close.
func (p *parser) expect(kind tokenKind, what string, open token) *Error {
	if p.peek().kind != kind {
		if p.peek().kind == tokenEnd {
			return p.fail(open.off, fmt.Sprintf("close it with %s", what), "%s is not closed", p.expr[open.off:open.end])
		}
		return p.unexpected(what)
	}
	p.next()
	return nil
}

// expression reads an Expr (section 3.1), one level deeper than where it
// stands.
func (p *parser) expression() (expr, *Error) {
	if p.depth++; p.depth > MaxDepth {
		return nil, p.tooDeep(p.peek().off)
	}
	x, err := p.operators(1)
	p.depth--
	return x, err
}

func (p *parser) tooDeep(off int) *Error {
	return p.fail(off, "split it into several routes", "nested deeper than %d levels", MaxDepth)
}

// operators reads a chain of binary operators of at least the given precedence.
func (p *parser) operators(least int) (expr, *Error) {
	off := p.peek().off
	left, err := p.unary()
	for err == nil {
		p.mark(left, off)
		t := p.peek()
		b, ok := binary[t.kind]
		if !ok || b.precedence < least {
			return left, nil
		}
		p.next()
		if t.kind == tokenEqual && p.peek().kind == tokenHole {
			left, err = p.capture(t, left)
			continue
		}
		var right expr
		if right, err = p.operators(b.precedence + 1); err != nil {
			break
		}
		switch b.precedence {
		case 1, 2:
			left = newLogic(t.off, t.kind == tokenOr, left, right)
		case 3, 4:
			left = newCompare(t.off, b.op, left, right)
		default:
			left = &arith{at(t.off), b.op, left, right}
		}
	}
	return nil, err
}

func newLogic(off int, or bool, left, right expr) expr {
	if l, ok := left.(*logic); ok && l.or == or {
		l.args, l.weights = append(l.args, right), append(l.weights, weigh(right))
		return l
	}
	return &logic{at(off), or, []expr{left, right}, []int{weigh(left), weigh(right)}}
}

// newCompare picks the row of the table in section 3.4.
func newCompare(off int, op operator, left, right expr) expr {
	x := &compare{at: at(off), op: op, left: left, right: right}
	l, r := left.typ(), right.typ()
	equality := op == opEqual || op == opNotEqual
	switch {
	case l == NodeSet && r == NodeSet:
		x.mode = nodesWithNodes
	case l == NodeSet && r == Boolean:
		x.left = newCall(left.offset(), "boolean", left)
	case r == NodeSet && l == Boolean:
		x.right = newCall(right.offset(), "boolean", right)
	case l == NodeSet && r == String && equality:
		x.mode = nodesWithText
	case l == NodeSet:
		x.mode = nodesWithNumber
	case r == NodeSet:
		return newCompare(off, op.flipped(), right, left)
	case equality && l == String && r == String:
		x.mode = compareTexts
	}
	if x.mode == compareBooleans && (!equality || l != Boolean && r != Boolean) {
		x.mode = compareNumbers
	}
	return x
}

// capture reads the hole behind the equals sign t.
func (p *parser) capture(t token, left expr) (expr, *Error) {
	open := p.next()
	if !p.options.Holes {
		return nil, p.fail(open.off, "compare with a value or a variable", "holes stand in routes only")
	}
	h, err := p.parseHole(open)
	if err != nil {
		return nil, err
	}
	if p.holes[h.name] {
		return nil, p.fail(open.off, "give each hole its own name", "hole {%s} occurs twice", h.name)
	}
	p.holes[h.name] = true
	if after := p.peek(); binary[after.kind].precedence > binary[tokenEqual].precedence {
		return nil, p.fail(after.off, "compare the capture in the action", "a hole stands alone on the right of =")
	}
	return &capture{at: at(t.off), value: left, hole: h, slot: -1}, nil
}

// unary reads a UnaryExpr (section 3.5). A row of minus signs is one or two.
func (p *parser) unary() (expr, *Error) {
	off, signs := p.peek().off, 0
	for p.peek().kind == tokenMinus {
		p.next()
		signs++
	}
	x, err := p.union()
	if err != nil || signs == 0 {
		return x, err
	}
	if c, ok := x.(*constant); ok && c.kind == Number && signs == 1 {
		return numberConstant(off, -c.number), nil
	}
	x = &negate{at(off), x}
	if signs%2 == 0 {
		x = &negate{at(off), x}
	}
	return x, nil
}

// union reads a UnionExpr (section 3.3).
func (p *parser) union() (expr, *Error) {
	off := p.peek().off
	x, err := p.path()
	if err != nil || p.peek().kind != tokenUnion {
		return x, err
	}
	u := &union{at: at(p.peek().off)}
	for {
		p.mark(x, off)
		if x.typ() != NodeSet {
			return nil, p.fail(x.offset(), "| joins nodes only", "| cannot join %s", x.typ())
		}
		u.args = append(u.args, x)
		if p.peek().kind != tokenUnion {
			return planUnion(u), nil
		}
		p.next()
		off = p.peek().off
		if x, err = p.path(); err != nil {
			return nil, err
		}
	}
}

// primary reads a PrimaryExpr (section 3.1).
func (p *parser) primary() (expr, *Error) {
	switch t := p.next(); t.kind {
	case tokenLiteral:
		return textConstant(t.off, t.text), nil
	case tokenNumber:
		f, _ := strconv.ParseFloat(t.text, 64) // too big is infinity
		return numberConstant(t.off, f), nil
	case tokenVariable:
		return p.variable(t)
	case tokenFunction:
		return p.call(t)
	default: // tokenOpen: path lets nothing else through
		x, err := p.expression()
		if err != nil {
			return nil, err
		}
		return x, p.expectClose(t)
	}
}

func (p *parser) expectClose(open token) *Error { return p.expect(tokenClose, ")", open) }

// variable puts the value in the place of the name.
func (p *parser) variable(t token) (expr, *Error) {
	name := t.text
	if t.prefix != "" {
		name = t.prefix + ":" + name
	}
	value, ok := p.options.Vars[name]
	if !ok {
		cure := fmt.Sprintf("give it a value, as in .Var(%q, value)", name)
		if near := nearest(name, slices.Sorted(maps.Keys(p.options.Vars))); near != "" {
			cure = fmt.Sprintf("did you mean $%s? Else %s", near, cure)
		}
		return nil, p.fail(t.off, cure, "variable $%s has no value", name)
	}
	switch v := value.(type) {
	case string:
		return textConstant(t.off, v), nil
	case bool:
		return booleanConstant(t.off, v), nil
	case float64:
		return numberConstant(t.off, v), nil
	case int:
		return numberConstant(t.off, float64(v)), nil
	}
	return nil, p.fail(t.off, "give it a string, a bool, an int or a float64", "variable $%s is a %T", name, value)
}

// call reads a FunctionCall (section 3.2).
func (p *parser) call(t token) (expr, *Error) {
	name := p.expr[t.off:t.end]
	fn := lookup(name)
	if fn == nil {
		return nil, p.unknownFunction(t.off, name)
	}
	open := p.next()
	var args []expr
	for p.peek().kind != tokenClose {
		if len(args) > 0 {
			if err := p.expect(tokenComma, ")", open); err != nil {
				return nil, err
			}
		}
		x, err := p.expression()
		if err != nil {
			return nil, err
		}
		if fn.nodes && x.typ() != NodeSet {
			return nil, p.fail(x.offset(), "write a path", "%s() takes nodes, not %s", name, x.typ())
		}
		args = append(args, x)
	}
	if err := p.expectClose(open); err != nil {
		return nil, err
	}
	if len(args) < fn.min || fn.max >= 0 && len(args) > fn.max {
		return nil, p.fail(t.off, fn.usage(), "%s() takes %s, not %d", name, fn.arity(), len(args))
	}
	return newCall(t.off, name, args...), nil
}

// arity says how many arguments f takes.
func (f *function) arity() string {
	switch {
	case f.max < 0:
		return fmt.Sprintf("%d arguments or more", f.min)
	case f.min != f.max:
		return fmt.Sprintf("%d or %d arguments", f.min, f.max)
	case f.max == 0:
		return "no argument"
	case f.max == 1:
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", f.max)
}

// newCall fills in the context node where an argument is left out, and makes
// true() and false() constants.
func newCall(off int, name string, args ...expr) expr {
	fn := lookup(name)
	switch {
	case fn.code == fnTrue || fn.code == fnFalse:
		return booleanConstant(off, fn.code == fnTrue)
	case fn.self && len(args) == 0:
		self := &path{at: at(off), steps: []step{{axis: axisSelf, test: test{kind: testNode}}}}
		args = []expr{planPath(self)}
	}
	x := &call{at: at(off), fn: fn, args: args}
	switch fn.code {
	case fnTranslate:
		from, known := args[1].(*constant)
		if to, ok := args[2].(*constant); ok && known {
			x.table = new(translation)
			x.table.set(from.text, to.text)
		}
	case fnSubstring:
		x.within = newInterval(args)
	}
	return x
}

func (p *parser) unknownFunction(off int, name string) *Error {
	bare := strings.TrimPrefix(name, "fn:")
	if cure, ok := elsewhere[bare]; ok {
		return p.fail(off, cure, "%s() is not a function of routes", name)
	}
	names := make([]string, len(library))
	for i := range library {
		names[i] = library[i].name
	}
	cure := "the functions are those of XPath 1.0, section 4"
	if near := nearest(bare, names); near != "" {
		cure = fmt.Sprintf("did you mean %s()?", near)
	}
	return p.fail(off, cure, "unknown function %s()", name)
}

// unexpected says what stands where something else should.
func (p *parser) unexpected(want string) *Error {
	t := p.peek()
	switch t.kind {
	case tokenEnd:
		return p.fail(t.off, cureFor(want), "expected %s, not the end of the expression", want)
	case tokenBracket:
		return p.fail(t.off, "join the conditions inside one pair of brackets, as in [a or b]; those of another element stand behind its name, as in a[b]", "expected %s, not [", want)
	case tokenHole:
		return p.fail(t.off, "write the hole alone on the right of =, as in @id={id}; a name is captured by local-name()={name}", "a hole cannot stand here")
	}
	return p.fail(t.off, cureFor(want), "expected %s, not %s", want, p.expr[t.off:t.end])
}

// cureFor says what to do where something else was expected.
func cureFor(want string) string {
	switch want {
	case "an expression":
		return "write what to look at, as in body, @id, 'text' or contains(body, 'x')"
	case "an operator or the end":
		return "join conditions with and, or or brackets, steps with /"
	case "a name, * or node()":
		return "write what the step looks for, as in body, p:item or *"
	}
	return "write " + want + " there"
}

func (p *parser) fail(off int, cure, format string, args ...any) *Error {
	return &Error{Expr: p.expr, Offset: off, Msg: fmt.Sprintf(format, args...), Cure: cure}
}
