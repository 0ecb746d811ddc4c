package sample

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxDepth bounds how deep elements may lie in each other.
const maxDepth = 64

// Parse reads one element. What XMPP has not (document types, processing instructions)
// is an error; comments, which it has not either, are left out, for the sake of those
// who write down samples. Errors are *Error, with the name of the file.
func Parse(file string, text []byte) (*Element, error) {
	p := &parser{file: file, d: xml.NewDecoder(bytes.NewReader(text))}
	for {
		p.line, p.column = p.d.InputPos()
		tok, err := p.d.RawToken()
		switch {
		case err == io.EOF && len(p.open) > 0:
			return nil, p.fail("<%s> (line %d) is not closed", p.open[len(p.open)-1].qname, p.open[len(p.open)-1].At.Line)
		case err == io.EOF && p.root == nil:
			return nil, p.fail("there is no element")
		case err == io.EOF:
			return p.root, nil
		case err != nil:
			p.line, p.column = p.d.InputPos() // where it gave up
			msg := err.Error()
			if syntax := (*xml.SyntaxError)(nil); errors.As(err, &syntax) {
				msg = syntax.Msg
			}
			return nil, p.fail("%s", strings.TrimPrefix(msg, "xml: "))
		}
		if err := p.token(tok); err != nil {
			return nil, err
		}
	}
}

// A parser resolves namespaces by itself: package xml takes a prefix that was not
// declared for a namespace.
type parser struct {
	file         string
	d            *xml.Decoder
	line, column int // of the token in work
	root         *Element
	open         []scope
}

// A scope is an element that is open.
type scope struct {
	*Element
	qname  string
	spaces map[string]string // declared here, by prefix
}

func (p *parser) fail(format string, args ...any) error {
	return &Error{p.file, Place{p.line, p.column}, fmt.Sprintf(format, args...)}
}

func (p *parser) token(tok xml.Token) error {
	switch tok := tok.(type) {
	case xml.StartElement:
		return p.start(tok)
	case xml.EndElement:
		if len(p.open) == 0 {
			return p.fail("</%s> closes what is not open", qname(tok.Name))
		}
		top := p.open[len(p.open)-1]
		if qname(tok.Name) != top.qname {
			return p.fail("</%s> closes <%s> (line %d)", qname(tok.Name), top.qname, top.At.Line)
		}
		p.open = p.open[:len(p.open)-1]
		top.trim()
	case xml.CharData:
		if len(p.open) > 0 {
			p.text(string(tok))
		} else if len(bytes.TrimSpace(tok)) > 0 {
			return p.fail("text outside of the element")
		}
	case xml.ProcInst:
		if tok.Target != "xml" || p.root != nil {
			return p.fail("a processing instruction, <?%s …?>: XMPP has none", tok.Target)
		}
	case xml.Directive:
		return p.fail("a document type declaration, <!…>: XMPP has none")
	}
	return nil
}

func (p *parser) start(tok xml.StartElement) error {
	if len(p.open) == 0 && p.root != nil {
		return p.fail("<%s> is a second element: a sample is one payload or one stanza", qname(tok.Name))
	}
	if len(p.open) == maxDepth {
		return p.fail("elements lie in each other more than %d deep", maxDepth)
	}
	s := scope{&Element{At: Place{p.line, p.column}}, qname(tok.Name), make(map[string]string)}
	for _, a := range tok.Attr {
		switch {
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			s.spaces[""] = a.Value
		case a.Name.Space == "xmlns" && a.Value == "":
			return p.fail("the prefix %s: is declared for no namespace", a.Name.Local)
		case a.Name.Space == "xmlns":
			s.spaces[a.Name.Local] = a.Value
		}
	}
	p.open = append(p.open, s)
	var err error
	if s.Name, err = p.resolve(tok.Name); err != nil {
		return err
	}
	for _, a := range tok.Attr {
		if a.Name.Space == "xmlns" || a.Name.Space == "" && a.Name.Local == "xmlns" {
			continue
		}
		name := xml.Name{Local: a.Name.Local}
		if a.Name.Space != "" { // one without a prefix is in no namespace
			if name, err = p.resolve(a.Name); err != nil {
				return err
			}
		}
		for _, other := range s.Attrs {
			if other.Name == name {
				return p.fail("<%s> has the attribute %s twice", s.qname, qname(a.Name))
			}
		}
		s.Attrs = append(s.Attrs, xml.Attr{Name: name, Value: a.Value})
	}
	if len(p.open) == 1 {
		p.root = s.Element
		return nil
	}
	around := p.open[len(p.open)-2].Element
	around.Children = append(around.Children, Child{Element: s.Element})
	return nil
}

// resolve finds the namespace of a name's prefix.
func (p *parser) resolve(n xml.Name) (xml.Name, error) {
	if n.Space == "xml" {
		return xml.Name{Space: nsXML, Local: n.Local}, nil
	}
	for i := len(p.open) - 1; i >= 0; i-- {
		if space, ok := p.open[i].spaces[n.Space]; ok {
			return p.usable(xml.Name{Space: space, Local: n.Local})
		}
	}
	if n.Space != "" {
		return n, p.fail("the prefix of %s is not declared: xmlns:%s='…' is missing", qname(n), n.Space)
	}
	return n, nil
}

// usable refuses a namespace that the tag of a struct's field cannot hold.
func (p *parser) usable(n xml.Name) (xml.Name, error) {
	for _, r := range n.Space {
		if r <= ' ' || r == 0x7F || strings.ContainsRune(",\"`\\", r) {
			return n, p.fail("the namespace %q has a %q in it, which the tag of a struct's field cannot have", n.Space, r)
		}
	}
	return n, nil
}

// text adds text to the innermost element; what a comment cut in two is one again.
func (p *parser) text(s string) {
	e := p.open[len(p.open)-1].Element
	if last := len(e.Children) - 1; last >= 0 && e.Children[last].Element == nil {
		e.Children[last].Text += s
		return
	}
	e.Children = append(e.Children, Child{Text: s})
}

// trim takes out empty texts, as an empty CDATA section is one.
func (e *Element) trim() {
	kept := e.Children[:0]
	for _, c := range e.Children {
		if c.Element != nil || c.Text != "" {
			kept = append(kept, c)
		}
	}
	e.Children = kept
}

func qname(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}
