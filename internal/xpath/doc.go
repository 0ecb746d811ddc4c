// Package xpath is the XPath 1.0 engine of the routes: a parser that says what
// is wrong with an expression and where, and an evaluator that decides a match
// over an element tree in some hundred nanoseconds without an allocation.
//
// In:  an expression with its Options, once (Compile); then the document node
// of each stanza, from any number of goroutines (Expr.Match, Expr.Eval).
// Out: whether it matches, and what its holes captured (Match); or the whole
// result (Value).
//
// # The language
//
// XPath 1.0 (W3C recommendation of 16 November 1999), all of it that has a
// meaning in XMPP, and its semantics without exception:
//
//	/iq[@type='get']/p:tweet[@id={id:\d+}]     ✓ with p bound, holes allowed
//	message[@type='chat'][body]                ✓
//	message[starts-with(body, '!')]            ✓
//	(//p:item)[last()]/preceding-sibling::*    ✓
//	message[@id=$id]                           ✓ with a value for $id
//	message[body=1e999]                        ✗ numbers have no exponents
//	message[matches(body, 'x')]                ✗ an XPath 2 function
//	comment()                                  ✗ can never match (RFC 6120 section 11.1)
//	namespace::p, id('x')                      ✗ neither axis nor function is offered
//
// Names of elements without a prefix are in the namespace Options.Default,
// names of attributes without a prefix in none (RFC 6120 section 4.8); all
// others need a prefix of Options.Namespaces. This is the one departure from
// XPath, where a name without a prefix is in no namespace: nothing in XMPP is.
// Variables are strings, numbers and booleans, put in when the expression is
// compiled. Trees keep no prefixes: name() is local-name(), but for xml:lang.
// Text nodes are those of the tree; the parser of package element makes one of
// adjacent texts, a tree built by hand may have several.
//
// # Holes
//
// A hole stands alone on the right of = and captures what is on the left:
//
//	@id={id}           any value, if the attribute is there; the empty value too
//	@id={id:\d+}       a value that the whole regexp (RE2) matches from end to end
//
// A hole ends at the } that pairs with its {. Between them braces are counted,
// and a backslash takes the character behind it out of the count: {n:\d{2,3}}
// and {x:\p{L}+} are whole, and a brace that has no partner is written \{ or
// \}, inside character classes too: {x:[^\}]*}. A name is a letter or _, then
// letters, digits, _ and -, and occurs once in an expression.
//
// Against nodes the hole takes the string-value of the first one, in document
// order, that fills it; against anything else the string. Captures come from
// the nodes that make the match succeed: in item[@id={id}][@kind='a'] from the
// first item of that kind. What failed candidates bound is undone. In a or b
// only the first branch that is true binds. Inside the arguments of functions
// (not, count, string; boolean is transparent) and of arithmetic, and under a
// comparison with something else than nodes, a hole tests and binds nothing:
// Expr.Holes lists the ones that can.
//
// # Bounds
//
// Expressions have at most MaxLength bytes and nest MaxDepth deep, so parsing
// and evaluating may recurse over them; over trees nothing recurses. A path
// looks at a node at most once or twice for each of its steps, whatever the
// nesting (see plan.go); preceding:: also at the ancestors of each context. What
// a predicate asks that is the same at each node is found once a match, and
// searches along far axes are answered by places (see hold.go). What no plan
// keeps linear, such as [count(preceding::*) > 9] and [. = following::*], ends at
// Options.Budget with ErrBudget: a hostile stanza costs some milliseconds,
// and the caller knows that it has no answer. No expression reads a file, and
// none takes a time that is not bounded.
//
// # How it is made
//
//	token.go, lexer.go, names.go      text → tokens (section 3.7)
//	parser.go, parse_path.go          tokens → tree, names resolved, types known
//	hole.go, functions.go             holes; the function library
//	ast.go                            the tree: what analysis of routes reads
//	level.go, naming.go, dead.go      where in a stanza a path leads
//	clues.go, ways.go, path.go        what must hold for a match: what indexes ask
//	exact.go                          and whether that is all
//	plan.go                           what is known before any stanza is seen
//	hold.go, against.go, search.go    what predicates need to find only once
//	run.go, walk.go, axis.go, sink.go evaluation of node-sets, to the first witness
//	direct.go, check.go               the same for paths of one name, and conditions on them
//	eval.go, compare.go, equal.go     evaluation of everything else
//	strings.go, translate.go          the functions on strings
//	number.go                         those on numbers
//	determine.go, automaton.go        regexps of holes, as tables
//	explain.go                        why an expression is not true, for people
//	implied.go                        what follows from an expression
//	payload.go                        the namespaces that an expression looks for
//	draft.go                          a stanza of which an expression is true
//
// Section numbers in comments are those of the XPath recommendation.
package xpath
