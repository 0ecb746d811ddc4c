package element

import (
	"bytes"
	"encoding"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
)

// Decode stores the element n, or the root of the document n, in the Go value
// that v points to, by the rules of [xml.Unmarshal]: in a struct with xml tags,
// mostly. Fields may be of any type that has UnmarshalText, as jid.JID, or a Node.
//
//	var item struct {
//		XMLName xml.Name `xml:"urn:example:shop item"`
//		ID      int      `xml:"id,attr"`
//		Title   string   `xml:"urn:example:shop title"`
//	}
//	err := payload.Decode(&item)
//
// A tag without a namespace fits any. The namespace of a stanza and of its
// body is NSClient, whatever the stream calls it.
//
// Names and texts go to encoding/xml as tokens, without bytes in between, so
// prefixes and namespace declarations do not show. Only where bytes may be
// asked for, by a field tagged innerxml, a type with UnmarshalXML or a pointer
// in an interface, n is written for them; declarations are then attributes to
// a field tagged ",any,attr", and what a Writer refuses is an error.
//
// Errors begin with "element: decode" and wrap what encoding/xml says, such as
// an xml.UnmarshalError for another element than the XMLName of v asks for.
func (n Node) Decode(v any) error {
	if n.Kind() == KindDocument {
		n = n.Root()
	}
	if n.Kind() != KindElement {
		return errors.New("element: decode: there is no element")
	}
	if n.t.err != nil {
		return fmt.Errorf("element: decode: %w", n.t.err)
	}
	var d *xml.Decoder
	if wantsBytes(reflect.TypeOf(v)) || n.ambiguous() {
		var w Writer
		if w.Node(n); w.Err() != nil {
			return fmt.Errorf("element: decode: %w", w.Err())
		}
		d = xml.NewDecoder(bytes.NewReader(w.Bytes()))
	} else {
		d = xml.NewTokenDecoder(&tokens{n: n, next: n.i})
	}
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("element: decode <%s>: %w", n.Local(), err)
	}
	return nil
}

// tokens reads a subtree as the tokens of encoding/xml.
type tokens struct {
	n    Node
	next uint32 // the cell to come
	open uint32 // the innermost open element, 0 for none
}

// Token implements [xml.TokenReader].
func (t *tokens) Token() (xml.Token, error) {
	cells := t.n.t.cells
	if t.open > 0 && t.next == cells[t.open].size {
		at := Node{t.n.t, t.open}
		t.open = cells[t.open].up
		if at == t.n {
			t.open = 0
		}
		return xml.EndElement{Name: xml.Name(at.Name())}, nil
	}
	if t.next == uint32(t.n.End()) {
		return nil, io.EOF
	}
	at := Node{t.n.t, t.next}
	t.next++
	if at.Kind() == KindText {
		return xml.CharData(at.Value()), nil
	}
	start := xml.StartElement{Name: xml.Name(at.Name())}
	if k := cells[at.i].attrs; k > 0 {
		start.Attr = make([]xml.Attr, 0, k)
		for a := range at.Attrs() {
			start.Attr = append(start.Attr, xml.Attr{Name: xml.Name(a.Name()), Value: a.Value()})
		}
		t.next += uint32(k)
	}
	t.open = at.i
	return start, nil
}

// ambiguous reports whether a name in the subtree n would be taken for one with
// a prefix, or an attribute for a declaration: encoding/xml resolves the names
// of tokens once more.
func (n Node) ambiguous() bool {
	for i := n.Index(); i < n.End(); i++ {
		at := n.At(i)
		if at.Kind() == KindText {
			continue
		}
		space := at.Space()
		if space == "xml" || space == "xmlns" || space == "" && at.Kind() == KindAttribute && at.Local() == "xmlns" {
			return true
		}
	}
	return false
}

// bytesWanted keeps the answers of wantsBytes: one for each type of the
// program that is decoded to.
var bytesWanted sync.Map

var (
	unmarshaler     = reflect.TypeFor[xml.Unmarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// wantsBytes reports whether decoding to the type may ask for the bytes of an
// element, which a TokenReader cannot give: such a field would stay empty
// without an error.
func wantsBytes(t reflect.Type) bool {
	if t == nil {
		return false
	}
	if known, ok := bytesWanted.Load(t); ok {
		return known.(bool)
	}
	wants := false
	seen := map[reflect.Type]bool{t: true}
	for todo := []reflect.Type{t}; len(todo) > 0 && !wants; {
		t := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		visit := func(t reflect.Type) {
			if !seen[t] {
				seen[t] = true
				todo = append(todo, t)
			}
		}
		p := reflect.PointerTo(t)
		switch {
		case t == reflect.TypeFor[Node]():
		case t.Kind() == reflect.Pointer:
			visit(t.Elem())
		case t.Kind() == reflect.Interface, p.Implements(unmarshaler):
			wants = true // it may hold, or lead to, anything
		case p.Implements(textUnmarshaler):
		case t.Kind() == reflect.Slice, t.Kind() == reflect.Array:
			visit(t.Elem())
		case t.Kind() == reflect.Struct:
			for f := range t.Fields() {
				_, options, _ := strings.Cut(f.Tag.Get("xml"), ",")
				switch {
				case !f.IsExported() && !f.Anonymous, f.Tag.Get("xml") == "-":
				case hasOption(options, "innerxml"):
					wants = true
				case !hasOption(options, "attr"):
					visit(f.Type)
				}
			}
		}
	}
	bytesWanted.Store(t, wants)
	return wants
}

func hasOption(options, name string) bool {
	for o := range strings.SplitSeq(options, ",") {
		if o == name {
			return true
		}
	}
	return false
}

// UnmarshalXML implements [xml.Unmarshaler]: a Node in a struct takes a whole
// element, as one tagged ",any" does with a payload of any name.
func (n *Node) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	root := builderOf(start)
	for open := []*Builder{root}; len(open) > 0; {
		tok, err := d.Token()
		if err != nil {
			return err
		}
		top := open[len(open)-1]
		switch tok := tok.(type) {
		case xml.StartElement:
			c := builderOf(tok)
			top.parts = append(top.parts, part{child: c})
			open = append(open, c)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.Text(string(tok))
		}
	}
	*n = root.Node()
	return nil
}

// builderOf begins an element with the attributes that declare no namespace.
func builderOf(start xml.StartElement) *Builder {
	b := New(start.Name.Space, start.Name.Local)
	for _, a := range start.Attr {
		if a.Name.Space != "xmlns" && (a.Name.Space != "" || a.Name.Local != "xmlns") {
			b.AttrNS(a.Name.Space, a.Name.Local, a.Value)
		}
	}
	return b
}
