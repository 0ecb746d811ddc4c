package emptest

import (
	"iter"
	"slices"
	"strings"

	"github.com/emp-framework/emp/element"
)

// A token is a part of an element in its canonical form, which is a flat list:
// start tag, attributes by name, content, end tag. So nothing that looks at two
// elements recurses, and where two lists begin to differ is the difference.
//
// Not in the list, so of no account, are prefixes, the order of attributes, how
// characters are escaped, and white space between elements. An element without
// child elements has exactly one text, perhaps "": there every space counts.
type token struct {
	kind  element.Kind
	end   bool         // of an element
	name  element.Name // of an element or attribute
	value string       // of an attribute or text
}

func outline(root element.Node) []token {
	var tokens []token
	for n, end := range steps(root) {
		switch {
		case n.Kind() == element.KindText:
			if n.Parent().FirstElement().IsZero() {
				break // in one with its element
			}
			if strings.Trim(n.Value(), " \t\r\n") != "" {
				tokens = append(tokens, token{kind: element.KindText, value: n.Value()})
			}
		case end:
			tokens = append(tokens, token{kind: element.KindElement, end: true, name: n.Name()})
		default:
			tokens = append(tokens, token{kind: element.KindElement, name: n.Name()})
			first := len(tokens)
			for a := range n.Attrs() {
				tokens = append(tokens, token{kind: element.KindAttribute, name: a.Name(), value: a.Value()})
			}
			slices.SortFunc(tokens[first:], func(a, b token) int { return compareNames(a.name, b.name) })
			if n.FirstElement().IsZero() {
				tokens = append(tokens, token{kind: element.KindText, value: n.Text()})
			}
		}
	}
	return tokens
}

func compareNames(a, b element.Name) int {
	if c := strings.Compare(a.Space, b.Space); c != 0 {
		return c
	}
	return strings.Compare(a.Local, b.Local)
}

// steps walks over an element in document order: each element twice, at its
// start and its end, each text once.
func steps(root element.Node) iter.Seq2[element.Node, bool] {
	return func(yield func(n element.Node, end bool) bool) {
		for n := root; ; {
			if !yield(n, false) {
				return
			}
			if first := n.First(); !first.IsZero() {
				n = first
				continue
			}
			for { // up to where there is a next one
				if n.Kind() == element.KindElement && !yield(n, true) {
					return
				}
				if n == root {
					return
				}
				if next := n.Next(); !next.IsZero() {
					n = next
					break
				}
				n = n.Parent()
			}
		}
	}
}
