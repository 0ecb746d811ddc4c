package element

import (
	"encoding/xml"
	"fmt"
	"io"
)

// Marshal makes an element of a Go value by the rules of [xml.Marshal]: a
// struct with xml tags, mostly.
//
//	type Item struct {
//		XMLName xml.Name `xml:"urn:example:shop item"`
//		ID      int      `xml:"id,attr"`
//		Title   string   `xml:"title"`
//	}
//
// A field without a namespace in its tag is in the namespace of the element
// around it: title above is in urn:example:shop. A stanza is in NSClient. A
// Part, so a Node or a *Builder, is taken as it is; a field may be a Node.
//
// It is an error, prefixed "element: marshal", if xml.Marshal fails or writes
// what is not one element of XMPP's XML: a nil pointer, a slice, a comment, an innerxml field
// with broken XML in it. Characters that XML does not know are U+FFFD in the
// element, as xml.Marshal has it.
func Marshal(v any) (Node, error) {
	if p, ok := v.(Part); ok {
		return p.Node(), nil
	}
	b, err := xml.Marshal(v)
	if err != nil {
		return Node{}, fmt.Errorf("element: marshal %T: %w", v, err)
	}
	if len(b) == 0 {
		return Node{}, fmt.Errorf("element: marshal %T: there is nothing to make an element of", v)
	}
	p := Parser{Fragments: true, Limits: ownLimits}
	n, err := p.only(b)
	if err != nil {
		return Node{}, fmt.Errorf("element: marshal %T: %w", v, err)
	}
	return n, nil
}

// ownLimits are those for XML of our own making: what fits into a tree.
var ownLimits = Limits{Bytes: 1 << 30, Depth: 1 << 20, Attrs: 1 << 16, Elements: 1 << 26, Name: 1 << 16}

// From makes a child for a Builder of a Go value, as Marshal does:
//
//	element.New(NS, "items").Add(element.From(item))
//
// As with all that is being built, an error is reported when the element is
// written or sent; call Marshal to have it at once.
func From(v any) Node {
	n, err := Marshal(v)
	if err != nil {
		return failed(err)
	}
	return n
}

// failed returns an element that cannot be written, for the reason err.
func failed(err error) Node {
	n := New("", "").Node()
	n.t.origin = &origin{err: err}
	return n
}

// MarshalXML implements [xml.Marshaler]: a Node in a struct is written as it
// is, under its own name, and the zero Node not at all.
func (n Node) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	if n.Kind() == KindDocument {
		n = n.Root()
	}
	switch {
	case n.IsZero():
		return nil
	case n.Kind() == KindAttribute:
		return fmt.Errorf("element: marshal: the attribute %s is not in an element", n.Local())
	case n.t.err != nil:
		return n.t.err
	}
	for r := (&tokens{n: n, next: n.i}); ; {
		tok, err := r.Token()
		if err == io.EOF {
			return nil
		}
		if start, ok := tok.(xml.StartElement); ok && start.Name.Space == "" {
			start.Attr = append(start.Attr, xml.Attr{Name: xml.Name{Local: "xmlns"}}) // xml.Encoder leaves it to what is around
			tok = start
		}
		if err := e.EncodeToken(tok); err != nil {
			return err
		}
	}
}
