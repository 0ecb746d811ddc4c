package element

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/antchfx/xpath"
)

// A Query is an XPath 1.0 expression, compiled by antchfx/xpath, for ad-hoc
// questions to a tree. Compile it once and keep it: it is safe for concurrent
// use.
//
//	var tweets = element.MustQuery("//t:tweet[@id]", map[string]string{"t": NS})
//
//	nodes, err := tweets.All(iq)
//
// An expression is evaluated with the given node as its context: "a/b" begins
// at its children, ".//b" below it, "//b" and "/a" at the document that it is
// in.
//
// The library departs from XPath 1.0 in many corners without an error: where
// an answer decides something, prefer a route, whose XPath has no such corners.
// Likely to be met are:
//
//   - an unprefixed name matches elements of any namespace, unless
//     CompileQuery is told which;
//   - comparing with a node-set on the right looks at its first node only:
//     write @id = 'x', not 'x' = @id;
//   - where two node-sets are compared, and in concat, what stands behind one
//     with a predicate is evaluated where that predicate led;
//   - last() and position() on other axes than child count among siblings;
//   - count and sum take a node as often as it is reached: All does not;
//   - not() of a string or number is false, boolean() of NaN is true;
//   - number() takes what Go takes for a number, such as 1e3;
//   - name() knows no prefixes: use local-name() and namespace-uri();
//   - of two attributes of one element that differ in their namespace only, the
//     union operator | loses one;
//   - a name of XML 1.0's fifth edition only is not a name.
//
// "p:*" never matches there, so CompileQuery refuses it: write
// *[namespace-uri()='…'].
//
// Its functions contains and starts-with refuse a node-set as second
// argument: write contains(., string(@x)). Beyond XPath 1.0 it has ends-with,
// lower-case, matches, replace, reverse and string-join; matches and replace
// cache each regular expression, so give them constants.
type Query struct {
	expr     string
	prefixes map[string]string
	unpre    *string // see Navigator
	isSet    bool
	pool     sync.Pool // of *compiled
}

// compiled is what one evaluation uses. The library's expressions hold the
// state of their evaluation, some of them even behind a copy (string-join): so
// no two goroutines may have the same.
type compiled struct {
	expr                   *xpath.Expr
	boolean, number, asStr *xpath.Expr // of the expression; what they are given is fresh each time
}

// CompileQuery compiles an XPath expression. namespaces are those of the
// prefixes in it, and for the prefix "" of its unprefixed element names: with
// {"": element.NSClient} they mean what they mean in routes. The prefix xml is
// known.
//
// Errors begin with "element: query". Beside what the library refuses, these
// are refused because it would take them for something else: anything behind
// the end of the expression, "p:*", the axis namespace::,
// processing-instruction(), and more than 100 brackets within each other.
func CompileQuery(expr string, namespaces map[string]string) (*Query, error) {
	q := &Query{expr: expr, prefixes: map[string]string{"xml": NSXML}}
	maps.Copy(q.prefixes, namespaces)
	if space, ok := namespaces[""]; ok {
		q.unpre = &space
		delete(q.prefixes, "")
	}
	if err := scanExpr(expr); err != nil {
		return nil, q.fail(err)
	}
	c, err := q.compile()
	if err != nil {
		return nil, q.fail(err)
	}
	if err := q.try(c); err != nil {
		return nil, q.fail(err)
	}
	q.pool.Put(c)
	return q, nil
}

// MustQuery is CompileQuery for expressions that stand in the program. It
// panics if one cannot be compiled.
func MustQuery(expr string, namespaces map[string]string) *Query {
	q, err := CompileQuery(expr, namespaces)
	if err != nil {
		panic(err)
	}
	return q
}

// Query compiles an expression and returns the nodes it selects, like
// CompileQuery and Query.All. Compiling takes longer than most evaluations:
// where it is asked more than once, keep a Query.
func (n Node) Query(expr string, namespaces map[string]string) ([]Node, error) {
	q, err := CompileQuery(expr, namespaces)
	if err != nil {
		return nil, err
	}
	return q.All(n)
}

// String returns the expression.
func (q *Query) String() string { return q.expr }

// All returns the nodes that the expression selects from n, in document order
// and each once. It is an error if the expression gives no nodes but a string,
// a number or a boolean, or if the library cannot evaluate it here. From the
// zero Node nothing is selected.
func (q *Query) All(n Node) (nodes []Node, err error) {
	if !q.isSet {
		return nil, q.fail(errors.New("it gives a value, not nodes"))
	}
	if n.IsZero() {
		return nil, nil
	}
	defer q.recover(&err)
	c, err := q.get()
	if err != nil {
		return nil, q.fail(err)
	}
	for it := c.expr.Select(q.at(n)); it.MoveNext(); {
		nodes = append(nodes, it.Current().(*Navigator).n)
	}
	q.pool.Put(c)
	slices.SortFunc(nodes, func(a, b Node) int { return cmp.Compare(a.i, b.i) })
	return slices.Compact(nodes), nil
}

// First returns the first node, in document order, of those that All returns,
// and the zero Node if there are none.
func (q *Query) First(n Node) (Node, error) {
	nodes, err := q.All(n)
	if len(nodes) == 0 {
		return Node{}, err
	}
	return nodes[0], nil
}

// Bool returns the value of the expression at n as a boolean (XPath section
// 4.3): of nodes, whether there are any. For the zero Node it is false.
func (q *Query) Bool(n Node) (bool, error) {
	if q.isSet {
		first, err := q.First(n)
		return !first.IsZero(), err
	}
	b, err := q.value(n, func(c *compiled) *xpath.Expr { return c.boolean })
	v, _ := b.(bool)
	return v, err
}

// Number returns the value of the expression at n as a number (XPath section
// 4.4): of nodes, that of the first one's string-value; NaN if it is none. For
// the zero Node it is NaN.
func (q *Query) Number(n Node) (float64, error) {
	if q.isSet {
		first, err := q.First(n)
		return number(first.StringValue()), err
	}
	f, err := q.value(n, func(c *compiled) *xpath.Expr { return c.number })
	if v, ok := f.(float64); ok {
		return v, err
	}
	return math.NaN(), err
}

// StringValue returns the value of the expression at n as a string (XPath
// section 4.2): of nodes, the first one's string-value. For the zero Node it
// is "".
func (q *Query) StringValue(n Node) (string, error) {
	if q.isSet {
		first, err := q.First(n)
		return first.StringValue(), err
	}
	s, err := q.value(n, func(c *compiled) *xpath.Expr { return c.asStr })
	v, _ := s.(string)
	return v, err
}

// value evaluates an expression that gives no nodes.
func (q *Query) value(n Node, as func(*compiled) *xpath.Expr) (v any, err error) {
	if n.IsZero() {
		return nil, nil
	}
	defer q.recover(&err)
	c, err := q.get()
	if err != nil {
		return nil, q.fail(err)
	}
	v = as(c).Evaluate(q.at(n))
	q.pool.Put(c)
	return v, nil
}

func (q *Query) at(n Node) *Navigator { return &Navigator{n: n, unprefixed: q.unpre} }

func (q *Query) get() (*compiled, error) {
	if c, ok := q.pool.Get().(*compiled); ok {
		return c, nil
	}
	return q.compile()
}

// compile compiles the expression alone and as the argument of the functions
// that convert it. Those functions evaluate a copy of their argument, free of
// what the last evaluation left behind, and the parser wants their closing
// bracket where the expression must end.
func (q *Query) compile() (*compiled, error) {
	var c compiled
	for _, form := range []struct {
		to             **xpath.Expr
		before, behind string
	}{{&c.expr, "", ""}, {&c.boolean, "boolean(", ")"}, {&c.number, "number(", ")"}, {&c.asStr, "string(", ")"}} {
		e, err := xpath.CompileWithNS(form.before+q.expr+form.behind, q.prefixes)
		switch {
		case err != nil && form.before != "":
			return nil, errors.New("there is something behind the end of the expression")
		case err != nil:
			return nil, plain(err)
		}
		*form.to = e
	}
	return &c, nil
}

// plain says in plainer words what the library refuses most.
func plain(err error) error {
	msg := err.Error()
	switch {
	case msg == "expression must evaluate to a node-set":
		return errors.New("a name or a value is missing")
	case strings.HasPrefix(msg, "prefix ") && strings.HasSuffix(msg, " not defined."):
		return fmt.Errorf("%s: say in namespaces what it stands for", strings.TrimSuffix(msg, "."))
	}
	return err
}

// probe is a document to try expressions on.
var probe = New("", "probe").Attr("a", "1").Text("1").Node()

// try evaluates the expression once, to learn what it gives and to find early
// what the library cannot do whatever the tree.
func (q *Query) try(c *compiled) (err error) {
	defer func() {
		if r := recover(); r != nil {
			if _, ofInput := r.(interface{ RuntimeError() }); !ofInput || q.isSet {
				err = fmt.Errorf("it cannot be evaluated: %v", r)
			}
		}
	}()
	_, q.isSet = c.expr.Evaluate(q.at(probe)).(*xpath.NodeIterator)
	if q.isSet {
		for it := c.expr.Select(q.at(probe)); it.MoveNext(); {
		}
	}
	return nil
}

// recover makes a panic of the library an error. What panicked is not used
// again.
func (q *Query) recover(err *error) {
	if r := recover(); r != nil {
		*err = q.fail(fmt.Errorf("%v", r))
	}
}

func (q *Query) fail(err error) error {
	return fmt.Errorf("element: query %q: %w", q.expr, err)
}

// number converts a string to a number as XPath has it (section 4.4).
func number(s string) float64 {
	s = strings.Trim(s, " \t\r\n")
	if strings.Trim(s, "-.0123456789") != "" || s == "" {
		return math.NaN()
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return math.NaN()
	}
	return f
}

// maxNesting bounds brackets within each other: the library's parser recurses.
const maxNesting = 100

// scanExpr refuses what the library would take for something else. It looks
// at an expression as at a row of words, literals and brackets.
func scanExpr(expr string) error {
	var open []int  // where the brackets stand that are not closed
	var word string // the name that ends here, or behind some space
	for i := 0; i < len(expr); i++ {
		c := expr[i]
		switch {
		case c == '"' || c == '\'':
			end := strings.IndexByte(expr[i+1:], c)
			if end < 0 {
				return fmt.Errorf("the literal at byte %d has no end", i)
			}
			i += end + 1
		case c == '(' || c == '[':
			if word == "processing-instruction" {
				return errors.New("processing-instruction() would match elements; there are none in XMPP")
			}
			if open = append(open, i); len(open) > maxNesting {
				return fmt.Errorf("more than %d brackets within each other", maxNesting)
			}
		case c == ')' || c == ']':
			if n := len(open); n == 0 || (expr[open[n-1]] == '(') != (c == ')') {
				return fmt.Errorf("a bracket at byte %d closes none", i)
			}
			open = open[:len(open)-1]
		case c == ':' && strings.HasPrefix(expr[i:], "::"):
			if word == "namespace" {
				return errors.New("the axis namespace:: is not supported")
			}
			i++
		case c == ':' && strings.HasPrefix(expr[i:], ":*"):
			return fmt.Errorf("%s:* would match nothing: write *[namespace-uri()='…']", word)
		case c == 0:
			return fmt.Errorf("a NUL at byte %d", i)
		case strings.IndexByte(" \t\r\n", c) >= 0:
			continue
		case byteClass[c]&isName != 0:
			start := i
			for i+1 < len(expr) && byteClass[expr[i+1]]&isName != 0 {
				i++
			}
			word = expr[start : i+1]
			continue
		}
		word = ""
	}
	switch {
	case len(open) > 0:
		return fmt.Errorf("the bracket at byte %d is not closed", open[len(open)-1])
	case strings.Trim(expr, " \t\r\n") == "":
		return errors.New("the expression is empty")
	}
	return nil
}
