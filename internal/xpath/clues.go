package xpath

import (
	"fmt"
	"slices"
	"strings"

	"github.com/emp-framework/emp/element"
)

// A Clue is something that must hold of a stanza for an expression to be
// true of it. That it holds is not enough, unless [Expr.Exact] says so: an index
// rules out by it, and the expression decides.
type Clue struct {
	Asks Question
	Path Path         // of AsksText and AsksStart
	Name element.Name // of AsksChild
	Text string       // of all others
	// Offset is where the expression asks it, in bytes. Clues that differ in
	// nothing else are the same.
	Offset int
}

// A Question is what a Clue asks.
type Question uint8

// What a Clue can ask of a stanza.
const (
	AsksKind  Question = iota // its local name is Text: message, presence or iq
	AsksChild                 // a child of it is called Name
	AsksText                  // a node at Path has the string-value Text
	AsksStart                 // a node at Path has a string-value that begins with Text
)

// String writes the clue in words, as in "payload {urn:x}tweet",
// "@from = 'a@b'" or "starts-with(body, '!')".
func (c Clue) String() string {
	switch c.Asks {
	case AsksKind:
		return c.Text
	case AsksChild:
		return "payload " + elementName(c.Name)
	case AsksText:
		return fmt.Sprintf("%s = %s", c.Path, literal(c.Text))
	}
	return fmt.Sprintf("starts-with(%s, %s)", c.Path, literal(c.Text))
}

// literal writes s as a literal of XPath. What has both quotes in it has none.
func literal(s string) string {
	if strings.Contains(s, "'") {
		return `"` + s + `"`
	}
	return "'" + s + "'"
}

// equal reports whether c and d say the same.
func (c Clue) equal(d Clue) bool {
	return c.Asks == d.Asks && c.Name == d.Name && c.Text == d.Text && c.Path.equal(d.Path)
}

// Clues returns what must hold of a stanza for e to be true of it, in
// disjunctive form: all that one of the alternatives has. An alternative
// without a clue says nothing; no alternative at all, that e is true of no
// stanza. e is to be evaluated at the document, or else at the stanza.
//
// What is there is certain, what is not there is not: of what e says, all that
// is hard to ask is left out, and all under a not() is.
func (e *Expr) Clues(atDocument bool) [][]Clue {
	at := place{kind: placeStanza}
	if atDocument {
		at.kind = placeDocument
	}
	return holds(e.root, at)
}

// maxAlternatives bounds the disjunctive form, which could grow exponentially.
const maxAlternatives = 64

// anything is the form that says nothing.
func anything() [][]Clue { return [][]Clue{nil} }

// holds returns what must hold for x to be true, as by boolean(), at a node at
// that place.
func holds(x expr, at place) [][]Clue {
	switch x := x.(type) {
	case *path, *filter, *union:
		return found(nodes(x, at))
	case *constant:
		if !x.boolean {
			return nil
		}
	case *logic:
		if x.or {
			var any [][]Clue
			for _, arg := range x.args {
				any = append(any, holds(arg, at)...)
			}
			return bounded(any)
		}
		all := anything()
		for _, arg := range x.args {
			all = both(all, holds(arg, at))
		}
		return all
	case *compare:
		return x.holds(at)
	case *capture:
		if x.value.typ() == NodeSet {
			return found(texts(nodes(x.value, at), x.hole.prefix, x.hole.whole, x.value.offset()))
		}
	case *call:
		return x.holds(at)
	}
	return anything()
}

func (x *compare) holds(at place) [][]Clue {
	switch x.mode {
	case nodesWithText:
		if text, ok := x.right.(*constant); ok && x.op == opEqual {
			return found(texts(nodes(x.left, at), text.text, true, x.begins()))
		}
		return found(nodes(x.left, at))
	case nodesWithNumber:
		return found(nodes(x.left, at))
	case nodesWithNodes:
		return both(found(nodes(x.left, at)), found(nodes(x.right, at)))
	case compareTexts:
		left, right := x.left, x.right
		if _, ok := left.(*constant); ok {
			left, right = right, left
		}
		// string() of no node is "", which only an empty text equals
		if text, ok := right.(*constant); ok && x.op == opEqual && text.text != "" && nodesOf(left) != nil {
			return found(texts(nodes(nodesOf(left), at), text.text, true, x.begins()))
		}
	}
	return anything()
}

// begins returns where x begins to be written.
func (x *compare) begins() int { return min(x.left.offset(), x.right.offset()) }

func (x *call) holds(at place) [][]Clue {
	switch x.fn.code {
	case fnBoolean:
		return holds(x.args[0], at)
	case fnString:
		if set := nodesOf(x); set != nil {
			return found(nodes(set, at))
		}
	case fnStartsWith, fnContains:
		text, ok := x.args[1].(*constant)
		set := nodesOf(x.args[0])
		if !ok || text.text == "" || set == nil {
			break
		}
		// They look at the first node only; that there is one like that is true
		// all the same.
		if x.fn.code == fnContains {
			return found(nodes(set, at))
		}
		return found(texts(nodes(set, at), text.text, false, x.offset()))
	}
	return anything()
}

// nodesOf returns the nodes whose first one the text x is the string-value of,
// nil if x is another text.
func nodesOf(x expr) expr {
	if x.typ() == NodeSet {
		return x
	}
	if c, ok := x.(*call); ok && c.fn.code == fnString && c.args[0].typ() == NodeSet {
		return c.args[0]
	}
	return nil
}

// both returns the form for "a and b". Where that has too many alternatives, it
// is one of the two, the one that says more.
func both(a, b [][]Clue) [][]Clue {
	if len(a)*len(b) > maxAlternatives {
		if weight(a) < weight(b) || weight(a) == weight(b) && len(a) > len(b) {
			return b
		}
		return a
	}
	all := make([][]Clue, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			all = append(all, slices.Concat(x, y))
		}
	}
	return all
}

// weight says how much can be told by the alternative that says the least.
func weight(form [][]Clue) int {
	least := int(AsksStart) + 1
	for _, all := range form {
		most := -1
		for _, c := range all {
			most = max(most, int(c.Asks))
		}
		least = min(least, most)
	}
	return least
}

// bounded returns form or, if it has too many alternatives, what all of them
// have in common.
func bounded(form [][]Clue) [][]Clue {
	if len(form) <= maxAlternatives {
		return form
	}
	return [][]Clue{common(form)}
}

func common(form [][]Clue) (all []Clue) {
	for _, c := range form[0] {
		in := func(other []Clue) bool { return slices.ContainsFunc(other, c.equal) }
		if !slices.ContainsFunc(form[1:], func(other []Clue) bool { return !in(other) }) {
			all = append(all, c)
		}
	}
	return all
}
