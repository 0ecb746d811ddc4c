package xpath

import (
	"math"
	"slices"
	"strings"

	"github.com/emp-framework/emp/element"
)

// A Path leads from a stanza to elements inside it, by the names of children,
// and perhaps to an attribute of those: body, p:tweet/@id, @from. The zero Path
// stays at the stanza.
type Path struct {
	names []element.Name
	attr  bool // the last is an attribute's
}

func (p Path) child(name element.Name) Path {
	return Path{append(p.names[:len(p.names):len(p.names)], name), false}
}

func (p Path) attribute(name element.Name) Path {
	return Path{append(p.names[:len(p.names):len(p.names)], name), true}
}

func (p Path) parent() Path { return Path{p.names[:len(p.names)-1], false} }

func (p Path) equal(q Path) bool { return p.attr == q.attr && slices.Equal(p.names, q.names) }

// StanzaAttr returns the path to an attribute of the stanza itself that is in
// no namespace.
func StanzaAttr(local string) Path { return Path{}.attribute(element.Name{Local: local}) }

// Names returns the names on the way, and whether the last one is that of an
// attribute. They must not be changed.
func (p Path) Names() (names []element.Name, attr bool) { return p.names, p.attr }

// String writes the path with namespaces in place of prefixes: names without
// are in the namespace of stanzas or, of attributes, in none. No other path is
// written the same.
func (p Path) String() string {
	var b strings.Builder
	for i, name := range p.names {
		if i > 0 {
			b.WriteByte('/')
		}
		if p.attr && i == len(p.names)-1 {
			b.WriteString(attributeName(name))
		} else {
			b.WriteString(elementName(name))
		}
	}
	return b.String()
}

func elementName(n element.Name) string {
	if n.Space == element.NSClient {
		return n.Local
	}
	return clark(n)
}

func attributeName(n element.Name) string {
	switch n.Space {
	case "":
		return "@" + n.Local
	case element.NSXML:
		return "@xml:" + n.Local
	}
	return "@" + clark(n)
}

// clark writes {namespace}local. A brace in the namespace is doubled, so that it
// does not look like its end.
func clark(n element.Name) string {
	return "{" + strings.ReplaceAll(n.Space, "}", "}}") + "}" + n.Local
}

// Texts reads the string-values of nodes at paths. It keeps the memory for
// that, so a Texts used again and again costs no allocation. The zero Texts is
// ready; it is for one goroutine at a time.
type Texts struct{ run run }

// Read reads the string-values of the nodes that p leads to from the stanza, in
// document order, and returns where Of has them until Reset.
func (t *Texts) Read(stanza element.Node, p Path) (from, to int) {
	from = len(t.run.texts)
	t.walk(stanza, p.names, p.attr)
	return from, len(t.run.texts)
}

// Of returns what was read.
func (t *Texts) Of(from, to int) []string { return t.run.texts[from:to] }

// walk recurses as deep as the path is long.
func (t *Texts) walk(n element.Node, names []element.Name, attr bool) {
	if len(names) == 0 {
		t.run.texts = append(t.run.texts, t.Value(n))
		return
	}
	name := &names[0]
	if attr && len(names) == 1 {
		if a := n.AttrNode(name.Space, name.Local); !a.IsZero() {
			t.run.texts = append(t.run.texts, a.Value())
		}
		return
	}
	for c := n.First(); !c.IsZero(); c = c.Next() {
		if c.Is(name.Space, name.Local) {
			t.walk(c, names[1:], attr)
		}
	}
}

// Value returns the string-value of an element. It lasts until Reset.
func (t *Texts) Value(n element.Node) string {
	switch first := n.First(); {
	case first.IsZero():
		return ""
	case first.Kind() == element.KindText && first.End() == n.End():
		return first.Value()
	}
	t.run.left = math.MaxInt // each node is looked at once: no budget is needed
	return t.run.stringValue(n)
}

// Reset forgets all texts: they are parts of the stanza, which is kept in
// memory as long as they are.
func (t *Texts) Reset() {
	if len(t.run.texts)+len(t.run.text) > 0 {
		t.run.finish()
		t.run.texts, t.run.text = t.run.texts[:0], t.run.text[:0]
	}
}
