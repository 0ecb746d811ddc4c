package xpath

import (
	"slices"
	"strings"

	"github.com/emp-framework/emp/element"
)

// A deviation is something that antchfx/xpath v1.3.9 does otherwise than XPath
// 1.0 says. It explains a difference only in expressions where it can occur.
type deviation struct {
	name    string
	witness string // an expression in which it occurs
	reason  string // what the recommendation says, and where
	applies func(x expr, n element.Node) bool
}

var deviations = []deviation{
	{"p:* never matches", "//p:*", "section 2.3: prefix:* is any name in the namespace",
		inSteps(func(s *step) bool { return s.test.kind == testSpace })},
	{"positions are counted among siblings", "//p:c/ancestor::*[last()]", "section 2.4: the proximity position is counted along the axis, among what the predicates before let through",
		inSteps(func(s *step) bool {
			return s.positional && (s.axis != axisChild || len(s.predicates) > 1)
		})},
	{"positions outside predicates are among siblings too", "count(following-sibling::body) - last()", "section 1: the initial position and size are the caller's; here 1 and 1",
		func(x expr, _ element.Node) bool {
			var p predicate
			p.look(x)
			return p.positional
		}},
	{"two node-sets are compared where the last one led", "//node()[not(/descendant-or-self::p:n)] = *", "section 3.4: both are evaluated at the context node",
		anywhere(func(x expr) bool { c, ok := x.(*compare); return ok && c.mode == nodesWithNodes })},
	{"what follows a predicate is evaluated where it led", "concat(//*[boolean(*)], *)", "section 3.2: each argument is evaluated at the context node",
		anywhere(func(x expr) bool {
			all := parts(x)
			for i := 0; i < len(all)-1; i++ { // a later part sees what an earlier one left behind
				asText := anywhere(func(y expr) bool { return y.typ() == String && len(parts(y)) > 0 })(all[i], element.Node{})
				if (asText || isCall(x, fnConcat)) && inSteps(func(s *step) bool { return len(s.predicates) > 0 })(all[i], element.Node{}) {
					return true
				}
			}
			return false
		})},
	{"fractional positions are cut off", "message[1.5]", "section 2.4: [1.5] is position() = 1.5, never true",
		inSteps(func(s *step) bool {
			return slices.ContainsFunc(s.predicates, func(p predicate) bool {
				c, ok := p.x.(*constant) // what is calculated may come out fractional
				return p.number && (!ok || c.number != float64(int(c.number)))
			})
		})},
	{"a node-set on the right is its first node", "9 = //p:v", "section 3.4: true if there is a node in the node-set for which the comparison is true",
		anywhere(func(x expr) bool {
			c, ok := x.(*compare)
			return ok && (c.mode == nodesWithText || c.mode == nodesWithNumber) && c.left.offset() > c.right.offset()
		})},
	{"booleans compare as numbers", "true() = 'x'", "section 3.4: if one is a boolean, both are converted to booleans; < and > convert both to numbers",
		anywhere(func(x expr) bool {
			c, ok := x.(*compare)
			return ok && (c.left.typ() == Boolean || c.right.typ() == Boolean)
		})},
	{"NaN is true", "boolean(0 div 0)", "section 4.3: a number is true if and only if it is neither zero nor NaN",
		anywhere(func(x expr) bool { return isCall(x, fnBoolean) && argument(x).typ() == Number })},
	{"not() of a string or number is false", "not(0)", "section 4.3: not() converts its argument to a boolean",
		anywhere(func(x expr) bool { return isCall(x, fnNot) && argument(x).typ() != NodeSet })},
	{"arguments are not converted to strings", "contains(123, 2)", "section 3.2: an argument is converted to the type required; an empty node-set is the empty string",
		anywhere(func(x expr) bool {
			return isCall(x, fnContains, fnStartsWith, fnSubstringBefore, fnSubstringAfter) && anyArgument(x, func(a expr) bool { return a.typ() != String })
		})},
	{"arguments are not converted to numbers", "substring('12345', '2', '3')", "section 3.2: an argument is converted to the type required; section 4.2: substring() takes NaN",
		anywhere(func(x expr) bool { return isCall(x, fnSubstring) })},
	{"substring-after(s, '') is empty", "substring-after('abc', '')", "section 4.2: every string contains the empty string, before its first character",
		anywhere(func(x expr) bool { return isCall(x, fnSubstringAfter) })},
	{"numbers are read as Go reads them", "number('1e3')", "section 4.4: an optional minus sign and digits; neither 1e3 nor +1, inf, 1_0",
		func(x expr, n element.Node) bool {
			odd := func(s string) bool {
				return strings.ContainsAny(s, "+_eEiI\u00a0") && strings.ContainsAny(s, "0123456789iI")
			}
			data := false
			for i := range n.End() {
				data = data || odd(n.At(i).Value())
			}
			return data || anywhere(func(x expr) bool { c, ok := x.(*constant); return ok && odd(c.text) })(x, n)
		}},
	{"sum() leaves out what is no number", "sum(//body)", "section 4.1: sum() adds the numbers of all nodes, NaN among them",
		anywhere(func(x expr) bool { return isCall(x, fnSum) })},
	{"white space is Unicode's", "normalize-space('\u00a0a')", "section 3.7: white space is that of XML, without U+00A0",
		anywhere(func(x expr) bool { c, ok := x.(*constant); return ok && strings.Contains(c.text, "\u00a0") })},
	{"the first node is the first found", "string(//p:a/p:b)", "section 4.2: string() of a node-set is the string-value of the first in document order",
		anywhere(func(x expr) bool {
			// A predicate keeps it from merging // with the step behind it: then
			// it goes by parents, here it is one descendant step, in order.
			below := inSteps(func(s *step) bool { return s.axis == axisDescendant && len(s.predicates) > 0 })
			_, joins := x.(*union)
			return x.typ() == NodeSet && (joins || !inOrder(x) || below(x, element.Node{}))
		})},
	{"nodes are counted as often as they are reached", "count(//p:a//p:b)", "section 3.3: a node-set is an unordered collection of nodes without duplicates",
		anywhere(func(x expr) bool {
			p, ok := x.(*path)
			return ok && (p.dedupes > 0 || !p.ordered)
		})},
	{"an attribute has nothing following inside its element", "//@n/following::*", "section 2.2: following is what comes after in document order and is no descendant; section 5: attributes come before the children",
		inSteps(func(s *step) bool { return s.axis == axisFollowing })},
	{"attributes have attributes and siblings", "//@*/@*", "section 5.3: an attribute is no child of its element and has no attributes",
		func(x expr, n element.Node) bool {
			return n.Kind() == element.KindAttribute || anywhere(func(x expr) bool {
				p, ok := x.(*path)
				return ok && slices.ContainsFunc(p.steps, func(s step) bool { return s.axis == axisAttribute }) &&
					(len(p.steps) > 1 || len(p.steps[0].predicates) > 0)
			})(x, n)
		}},
	{"name() of an attribute in a namespace", "name(//@*[local-name() = 'x'])", "section 4.1 leaves the prefix open; trees here keep none",
		anywhere(func(x expr) bool { return isCall(x, fnName) })},
	{"there is no lang()", "lang('en')", "section 4.3", anywhere(func(x expr) bool { return isCall(x, fnLang) })},
	{"string-length() takes no context node", "string-length()", "section 4.2", anywhere(func(x expr) bool { return isCall(x, fnStringLength) })},
}

// explain names the first deviation that applies, "" if none does.
func explain(e *Expr, n element.Node) string {
	for _, d := range deviations {
		if d.applies(e.root, n) {
			return d.name
		}
	}
	return ""
}

// anywhere applies a test to every part of an expression.
func anywhere(test func(expr) bool) func(expr, element.Node) bool {
	var in func(x expr) bool
	in = func(x expr) bool { return test(x) || slices.ContainsFunc(parts(x), in) }
	return func(x expr, _ element.Node) bool { return in(x) }
}

// inSteps applies a test to every step, the lists of filters included.
func inSteps(test func(*step) bool) func(expr, element.Node) bool {
	return anywhere(func(x expr) bool {
		switch x := x.(type) {
		case *path:
			return slices.ContainsFunc(x.steps, func(s step) bool { return test(&s) })
		case *filter:
			return test(&x.list)
		}
		return false
	})
}

func isCall(x expr, codes ...functionCode) bool {
	c, ok := x.(*call)
	return ok && slices.Contains(codes, c.fn.code)
}

func argument(x expr) expr { return x.(*call).args[0] }

func anyArgument(x expr, test func(expr) bool) bool {
	return slices.ContainsFunc(x.(*call).args, test)
}
