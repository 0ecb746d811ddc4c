package xpath

import "math"

// Type is the type of an expression or of its Value. XPath 1.0 without
// node-set variables is statically typed: the parser knows every type, and no
// conversion is left to be discovered in evaluation.
type Type uint8

// The four types of XPath 1.0 (section 1).
const (
	NodeSet Type = iota
	String
	Number
	Boolean
)

var typeNames = [...]string{"nodes", "a string", "a number", "a boolean"}

// String says what an expression of the type gives, with its article: it is
// made for messages.
func (t Type) String() string { return typeNames[t] }

// An expr is a node of the syntax tree. The tree is made by the parser,
// planned once (plan.go) and never changed afterwards. The kinds:
//
//	*constant  'x', 12, true(), $name   a variable is its value
//	*logic     a or b or c              and, or: flat, two or more arguments
//	*compare   a = b                    = != < <= > >=; nodes stand on the left
//	*capture   a = {name:regexp}        the hole is always on the right
//	*arith     a + b                    + - * div mod
//	*negate    -a
//	*call      contains(a, b)           left-out arguments are filled in
//	*path      /a/b[c]                  location path, or (base)/b
//	*filter    (base)[1]                predicates over a set in document order
//	*union     a | b | c                flat
//
// and in what is evaluated those of hold.go.
type expr interface {
	typ() Type
	offset() int // in the expression, in bytes
}

// at is the offset of the token an expr is named for.
type at int

func (a at) offset() int { return int(a) }

// A span is where something was written: the offsets of its first byte and
// behind its last.
type span struct{ off, end int32 }

// A constant carries its value in all three forms, so that no conversion is
// made at a match.
type constant struct {
	at
	kind    Type
	text    string
	number  float64
	boolean bool
}

func textConstant(off int, s string) *constant {
	return &constant{at(off), String, s, parseNumber(s), s != ""}
}

func numberConstant(off int, f float64) *constant {
	return &constant{at(off), Number, string(appendNumber(nil, f)), f, truth(f)}
}

func booleanConstant(off int, b bool) *constant {
	return &constant{at(off), Boolean, boolText(b), boolNumber(b), b}
}

// truth is boolean() of a number (section 4.3).
func truth(f float64) bool { return f != 0 && !math.IsNaN(f) }

func boolText(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

func boolNumber(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// logic is a chain of one operator. Flat, because a long chain must not cost
// depth, and because analysis wants the conjuncts side by side.
type logic struct {
	at
	or      bool // else and
	args    []expr
	weights []int // what each costs to ask
}

// An operator compares or calculates.
type operator uint8

const (
	opEqual operator = iota
	opNotEqual
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
	opAdd
	opSubtract
	opMultiply
	opDivide
	opModulo
)

// flipped is the operator that says the same with its sides exchanged.
func (op operator) flipped() operator {
	switch op {
	case opLess:
		return opGreater
	case opLessEqual:
		return opGreaterEqual
	case opGreater:
		return opLess
	case opGreaterEqual:
		return opLessEqual
	}
	return op
}

// compare compares as its mode says. If one side only is a node-set it is the
// left; node-sets compared with a boolean are wrapped in boolean().
type compare struct {
	at
	op          operator
	left, right expr
	mode        compareMode
}

// A compareMode is a row of the table in section 3.4, picked by the types.
type compareMode uint8

const (
	compareBooleans compareMode = iota
	compareNumbers
	compareTexts
	nodesWithText   // some node's string-value compares true with the text
	nodesWithNumber // some node's number compares true with the number
	nodesWithNodes  // some pair compares true
)

// capture is an equality with a hole: true of the first value the hole takes.
type capture struct {
	at
	value expr
	hole  *hole
	slot  int // in Expr.holes; -1 inside a function's argument, where nothing binds
}

type arith struct {
	at
	op          operator
	left, right expr
}

type negate struct {
	at
	x expr
}

type call struct {
	at
	fn     *function
	args   []expr
	table  *translation // of translate(), where the characters are written out
	within *interval    // of substring(), where the numbers are
}

// path is a location path: steps from the root (absolute), from the nodes of
// base (if not nil), or else from the context node.
type path struct {
	at
	absolute bool
	base     expr
	steps    []step
	holes    bool // something in it may bind
	near     bool // without a base and sets of nodes seen
	direct   direct

	order       // of what comes out of the last step
	dedupes int // how many steps need a set of nodes seen
}

// A step is axis::test[predicate]...
type step struct {
	span       span // without its predicates; empty for what // stands for
	axis       axis
	test       test
	predicates []predicate

	positional bool    // some predicate looks at position() or last()
	nth        int     // n of a first predicate [n], -1 of [last()], if none behind it looks
	checks     []check // what the predicates, but for that one, ask where none looks
	dedupe     bool    // may reach one node from several contexts
	seen       int     // which of the path's sets of nodes seen is this step's
	quick      quick
}

// quick says that a step is of a form the evaluator has a shorter way for.
type quick uint8

const (
	quickNone        quick = iota
	quickAttribute         // @name, which is there or not
	quickSelf              // self::node()[...] where no predicate counts
	quickChildren          // name, *, name[...] where none counts
	quickChild             // name[2], *[last()][...]: one of the children
	quickDescendants       // //name where none counts, and from one context
	quickParent            // .., parent::name[...] where none counts
)

// A predicate keeps the nodes for which x is true or, if x is a number, the
// node at that position.
type predicate struct {
	span       span // with its brackets
	x          expr
	number     bool // x is a number: the position of the node to keep
	positional bool // x depends on the position
	last       bool // x looks at last()
	weight     int  // what x costs to ask
}

// filter is predicates over a whole node-set in document order, as in (//a)[1].
// Its list step has no axis of its own: it runs over the nodes of base.
type filter struct {
	at
	base  expr
	list  step
	holes bool
}

type union struct {
	at
	args  []expr
	holes bool
	one   *path // that yields the nodes of all, in one walk; nil if none does
}

func (x *constant) typ() Type { return x.kind }
func (x *logic) typ() Type    { return Boolean }
func (x *compare) typ() Type  { return Boolean }
func (x *capture) typ() Type  { return Boolean }
func (x *arith) typ() Type    { return Number }
func (x *negate) typ() Type   { return Number }
func (x *call) typ() Type     { return x.fn.result }
func (x *path) typ() Type     { return NodeSet }
func (x *filter) typ() Type   { return NodeSet }
func (x *union) typ() Type    { return NodeSet }

// parts returns the expressions directly inside x, those in predicates
// included.
func parts(x expr) []expr {
	switch x := x.(type) {
	case *logic:
		return x.args
	case *compare:
		return []expr{x.left, x.right}
	case *capture:
		return []expr{x.value}
	case *arith:
		return []expr{x.left, x.right}
	case *negate:
		return []expr{x.x}
	case *call:
		return x.args
	case *union:
		return x.args
	case *filter:
		return inPredicates([]expr{x.base}, &x.list)
	case *against:
		return []expr{x.left, x.right}
	case *path:
		var all []expr
		if x.base != nil {
			all = append(all, x.base)
		}
		for i := range x.steps {
			all = inPredicates(all, &x.steps[i])
		}
		return all
	}
	return nil
}

func inPredicates(all []expr, s *step) []expr {
	for _, p := range s.predicates {
		all = append(all, p.x)
	}
	return all
}
