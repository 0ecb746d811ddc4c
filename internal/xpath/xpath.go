package xpath

import (
	"fmt"
	"slices"

	"github.com/emp-framework/emp/element"
)

// Limits of an expression. They are what lets parser and evaluator recurse.
const (
	// MaxLength is the length of the longest expression, in bytes.
	MaxLength = 4096
	// MaxDepth is how deep expressions may nest. Brackets, parentheses,
	// arguments and operators count one each, and so does each step of a path.
	MaxDepth = 64
)

// DefaultBudget bounds one evaluation where Options.Budget does not: some
// milliseconds. The routes that applications write cost a few dozen steps, on
// the largest stanzas a few times their number of nodes.
const DefaultBudget = 1 << 20

// Options say what the names of an expression mean.
type Options struct {
	// Default is the namespace of element names without a prefix:
	// element.NSClient for routes. Attribute names without a prefix are in no
	// namespace.
	Default string
	// Namespaces binds prefixes. xml is bound already.
	Namespaces map[string]string
	// Vars are the values of $name: string, bool, int or float64. They are put
	// into the expression when it is compiled.
	Vars map[string]any
	// Holes allows {name} and {name:regexp} on the right of =.
	Holes bool
	// Budget is the most steps that one evaluation may take: nodes looked at,
	// and 32 bytes of text read count one. 0 is DefaultBudget.
	Budget int
}

// An Expr is a compiled expression. It is immutable: any number of goroutines
// may use it at once.
type Expr struct {
	source  string
	root    expr     // what was written: what analysis reads
	eval    expr     // the same with what is held: what is evaluated
	holds   int      // of eval
	holes   []string // names, by slot
	budget  int
	options Options // it was compiled with, for Explain
}

// Compile parses an expression and plans its evaluation. Its error is an
// *Error.
func Compile(expression string, o Options) (*Expr, error) {
	root, captures, err := compile(expression, &o, nil)
	if err != nil {
		return nil, err // not returned as it is: a nil *Error is no nil error
	}
	e := &Expr{source: expression, root: root, budget: o.Budget, options: o}
	if e.budget <= 0 {
		e.budget = DefaultBudget
	}
	for i, c := range captures {
		c.slot = i
		e.holes = append(e.holes, c.hole.name)
	}
	e.eval, e.holds = planHolds(root)
	return e, nil
}

func compile(expression string, o *Options, spans map[expr]span) (expr, []*capture, *Error) {
	if len(expression) > MaxLength {
		return nil, nil, &Error{expression, MaxLength, fmt.Sprintf("expression of %d bytes, more than %d", len(expression), MaxLength), "split it into several routes"}
	}
	if space, ok := o.Namespaces["xml"]; ok && space != element.NSXML {
		return nil, nil, &Error{expression, 0, "prefix xml: is bound to " + space, "leave xml: alone, it is bound already"}
	}
	tokens, err := lex(expression)
	if err != nil {
		return nil, nil, err
	}
	p := parser{expr: expression, options: o, tokens: tokens, holes: map[string]bool{}, spans: spans}
	root, err := p.parse()
	if err != nil {
		return nil, nil, err
	}
	if off := depth(root, MaxDepth); off >= 0 {
		return nil, nil, p.tooDeep(off)
	}
	captures := bind(root, true, nil)
	slices.SortFunc(captures, func(a, b *capture) int { return a.offset() - b.offset() })
	return root, captures, nil
}

// String returns the expression as it was written.
func (e *Expr) String() string { return e.source }

// Type returns what Eval gives.
func (e *Expr) Type() Type { return e.root.typ() }

// Holes returns the names of the holes that a match can fill, in the order of
// the expression. Holes that only test, inside the arguments of functions, are
// not among them.
func (e *Expr) Holes() []string { return slices.Clone(e.holes) }
