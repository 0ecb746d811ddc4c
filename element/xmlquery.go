package element

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/antchfx/xmlquery"
)

// XMLQuery returns a copy of the element n, or of the root of the document n,
// as a document of antchfx/xmlquery: for its functions, or to change it and
// bring it back with FromXMLQuery. It is nil if n is neither, or
// failed to be built.
//
// Each node has its NamespaceURI, so that expressions compiled with namespaces
// work; expressions without see no prefixes but xml and, for other attributes
// in a namespace, a1, a2 and so on. The declarations that its OutputXML needs
// are attributes, as in documents that xmlquery parses itself.
func (n Node) XMLQuery() *xmlquery.Node {
	if n.Kind() == KindDocument {
		n = n.Root()
	}
	if n.Kind() != KindElement || n.t.err != nil {
		return nil
	}
	doc := &xmlquery.Node{Type: xmlquery.DocumentNode}
	top := doc          // the innermost open element
	var ends []int      // of the open elements
	var around []string // the default namespace around each
	space := ""
	for i := n.Index(); i < n.End(); i++ {
		for len(ends) > 0 && ends[len(ends)-1] == i {
			top, space = top.Parent, around[len(around)-1]
			ends, around = ends[:len(ends)-1], around[:len(around)-1]
		}
		at := n.At(i)
		if at.Kind() == KindText {
			xmlquery.AddChild(top, &xmlquery.Node{Type: xmlquery.TextNode, Data: at.Value()})
			continue
		}
		el := &xmlquery.Node{Type: xmlquery.ElementNode, Data: at.Local(), NamespaceURI: at.Space()}
		ends, around = append(ends, at.End()), append(around, space)
		if at.Space() == NSXML {
			el.Prefix = "xml"
		} else if at.Space() != space {
			space = at.Space()
			el.Attr = append(el.Attr, declaration("", "xmlns", space))
		}
		for a := range at.Attrs() {
			el.Attr = appendAttr(el.Attr, a)
			i++
		}
		xmlquery.AddChild(top, el)
		top = el
	}
	return doc
}

// appendAttr appends an attribute, and before it the declaration of the prefix
// it needs.
func appendAttr(attrs []xmlquery.Attr, a Node) []xmlquery.Attr {
	out := xmlquery.Attr{Value: a.Value(), NamespaceURI: a.Space()}
	out.Name.Local = a.Local()
	switch out.NamespaceURI {
	case "":
	case NSXML:
		out.Name.Space = "xml"
	default:
		out.Name.Space = "a" + strconv.Itoa(len(attrs))
		attrs = append(attrs, declaration("xmlns", out.Name.Space, out.NamespaceURI))
	}
	return append(attrs, out)
}

// declaration returns the attribute that declares a namespace, as xmlquery has
// it.
func declaration(space, local, value string) xmlquery.Attr {
	d := xmlquery.Attr{Value: value, NamespaceURI: space}
	d.Name.Space, d.Name.Local = space, local
	return d
}

// FromXMLQuery returns the element x, or the root element of the document x,
// as a tree. Comments, processing instructions, declarations and the like are
// left out; CDATA is text.
//
// The namespace of a node is its NamespaceURI or, if that is empty, what a
// parser would find for its prefix: so nodes made by hand need none. Errors
// begin with "element: xmlquery": x is nil or of another kind, a document has
// no root or more than one, a prefix is not declared, or there is something
// that a Writer would refuse.
func FromXMLQuery(x *xmlquery.Node) (Node, error) {
	x, err := rootOf(x)
	if err != nil {
		return Node{}, fmt.Errorf("element: xmlquery: %w", err)
	}
	n, err := build(x)
	if err != nil {
		return Node{}, fmt.Errorf("element: xmlquery: %w", err)
	}
	var w Writer
	if w.Node(n); w.Err() != nil {
		return Node{}, fmt.Errorf("element: xmlquery: %w", w.Err())
	}
	return n, nil
}

// rootOf returns the element that FromXMLQuery is asked for.
func rootOf(x *xmlquery.Node) (*xmlquery.Node, error) {
	switch {
	case x == nil:
		return nil, errors.New("there is no node")
	case x.Type == xmlquery.ElementNode:
		return x, nil
	case x.Type != xmlquery.DocumentNode:
		return nil, errors.New("the node is neither an element nor a document")
	}
	var root *xmlquery.Node
	for c := x.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case xmlquery.ElementNode:
			if root != nil {
				return nil, fmt.Errorf("the document has a second root, <%s>", c.Data)
			}
			root = c
		case xmlquery.TextNode, xmlquery.CharDataNode:
			if strings.Trim(c.Data, " \t\r\n") != "" {
				return nil, errors.New("the document has text outside of its root")
			}
		}
	}
	if root == nil {
		return nil, errors.New("the document has no root")
	}
	return root, nil
}

// build makes a tree of the element x. It trusts no pointer but FirstChild and
// NextSibling.
func build(x *xmlquery.Node) (Node, error) {
	type frame struct {
		b    *Builder
		x    *xmlquery.Node
		next *xmlquery.Node // the child to come
		def  string         // the default namespace in it
	}
	var stack []frame
	var text strings.Builder // may stand in pieces around what is left out
	lookup := func(prefix string) (string, bool) {
		if prefix == "" {
			return stack[len(stack)-1].def, true
		}
		for i := len(stack) - 1; i >= 0; i-- {
			if space, ok := declared(stack[i].x, prefix); ok {
				return space, true
			}
		}
		return declaredAround(x, prefix)
	}
	open := func(x *xmlquery.Node, around string) (*Builder, error) {
		b := New("", x.Data)
		if space, ok := declared(x, ""); ok {
			around = space
		}
		stack = append(stack, frame{b, x, x.FirstChild, around})
		var err error
		if b.name.Space, err = spaceOf(x.Prefix, x.NamespaceURI, lookup); err == nil {
			err = setAttrs(b, x.Attr, lookup)
		}
		if err != nil {
			err = fmt.Errorf("<%s>: %w", x.Data, err)
		}
		return b, err
	}
	around, _ := declaredAround(x, "")
	root, err := open(x, around)
	for len(stack) > 0 && err == nil {
		top := &stack[len(stack)-1]
		c := top.next
		if c == nil || c.Type == xmlquery.ElementNode {
			top.b.Text(text.String())
			text.Reset()
		}
		if c == nil {
			stack = stack[:len(stack)-1]
			continue
		}
		top.next = c.NextSibling
		switch c.Type {
		case xmlquery.TextNode, xmlquery.CharDataNode:
			text.WriteString(c.Data)
		case xmlquery.ElementNode:
			parent := top.b
			var child *Builder
			child, err = open(c, top.def)
			parent.parts = append(parent.parts, part{child: child})
		}
	}
	if err != nil {
		return Node{}, err
	}
	return root.Node(), nil
}

// setAttrs sets the attributes that declare no namespace.
func setAttrs(b *Builder, attrs []xmlquery.Attr, lookup func(string) (string, bool)) error {
	seen := make(map[Name]bool, len(attrs))
	for _, a := range attrs {
		if _, ok := declares(a); ok {
			continue
		}
		name := Name{a.NamespaceURI, a.Name.Local}
		if a.NamespaceURI == "" && a.Name.Space != "" {
			var err error
			if name.Space, err = spaceOf(a.Name.Space, "", lookup); err != nil {
				return fmt.Errorf("attribute %s: %w", a.Name.Local, err)
			}
		}
		if seen[name] {
			return fmt.Errorf("attribute %s stands twice", name)
		}
		seen[name] = true
		b.attrs = append(b.attrs, attr{name, a.Value})
	}
	return nil
}

// spaceOf returns the namespace of a node.
func spaceOf(prefix, uri string, lookup func(string) (string, bool)) (string, error) {
	if uri != "" {
		return uri, nil
	}
	space, ok := lookup(prefix)
	if !ok {
		return "", fmt.Errorf("prefix %q is not declared", prefix)
	}
	return space, nil
}

// declared returns what x itself declares a prefix to be.
func declared(x *xmlquery.Node, prefix string) (string, bool) {
	for _, a := range x.Attr {
		if p, ok := declares(a); ok && p == prefix {
			return a.Value, true
		}
	}
	return "", false
}

// declaredAround returns what a prefix is outside of x.
func declaredAround(x *xmlquery.Node, prefix string) (string, bool) {
	for up := x.Parent; up != nil; up = up.Parent {
		if space, ok := declared(up, prefix); ok {
			return space, true
		}
	}
	if prefix == "xml" {
		return NSXML, true
	}
	return "", false
}

// declares returns the prefix that an attribute declares, if it does.
func declares(a xmlquery.Attr) (prefix string, ok bool) {
	switch {
	case a.Name.Space == "xmlns":
		return a.Name.Local, true
	case a.Name.Space == "" && a.NamespaceURI == "" && a.Name.Local == "xmlns":
		return "", true
	}
	return "", false
}
