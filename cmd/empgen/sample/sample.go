// Package sample reads a sample of a payload and says what shape such payloads have.
//
// In:  XML that somebody wrote or copied, a payload or a stanza around it. Out: the
// payload as a tree (Parse, Element.Payload), itself again without what is around it
// (Element.String), and its Shape (Element.Shape), which a Go struct is made of.
//
// What is wrong with a sample is an *Error, which says where.
package sample

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// An Element is one element of a sample.
type Element struct {
	Name     xml.Name // in its namespace, without a prefix
	Attrs    []xml.Attr
	Children []Child // in order
	At       Place
}

// A Child is a child element, or else text.
type Child struct {
	*Element
	Text string
}

// A Place is where in a sample something is.
type Place struct{ Line, Column int } // both from 1; columns count bytes

// An Error is what is wrong with a sample.
type Error struct {
	File string
	Place
	Msg string
}

// Error says file, line, column and what is wrong: "a.xml:3:7: …".
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg)
}

// nsXML is the namespace of the prefix xml.
const nsXML = "http://www.w3.org/XML/1998/namespace"

// stanzaSpace reports whether a namespace is that of stanzas; samples often leave it
// out.
func stanzaSpace(space string) bool {
	switch space {
	case "", "jabber:client", "jabber:server", "jabber:component:accept":
		return true
	}
	return false
}

// isStanza reports whether an element is a message, a presence or an iq.
func (e *Element) isStanza() bool {
	switch e.Name.Local {
	case "message", "presence", "iq":
		return stanzaSpace(e.Name.Space)
	}
	return false
}

// Stanza returns what the element is, as a stanza: "message", "presence", "set" and "get"
// of an iq, or "" where it is none of these.
func (e *Element) Stanza() string {
	switch {
	case !e.isStanza():
		return ""
	case e.Name.Local != "iq":
		return e.Name.Local
	}
	for _, a := range e.Attrs {
		if a.Name == (xml.Name{Local: "type"}) && (a.Value == "get" || a.Value == "set") {
			return a.Value
		}
	}
	return ""
}

// Payload returns the payload of a stanza, which is the first child in a namespace of
// its own, and anything else itself. Payloads have a namespace, by which XMPP tells
// them apart.
func (e *Element) Payload(file string) (*Element, error) {
	if e.isStanza() {
		for _, c := range e.Children {
			if c.Element != nil && !stanzaSpace(c.Name.Space) {
				return c.Element, nil
			}
		}
		return nil, &Error{file, e.At, fmt.Sprintf("the %s has no payload: no child of it has a namespace of its own (xmlns)", e.Name.Local)}
	}
	if e.Name.Space == "" {
		return nil, &Error{file, e.At, fmt.Sprintf("the payload <%s> has no namespace (xmlns), by which XMPP tells payloads apart", e.Name.Local)}
	}
	return e, nil
}

// String writes the element with all that it needs of namespaces, and spaces as they
// were. Comments are not there any more.
func (e *Element) String() string {
	var b strings.Builder
	type open struct {
		*Element
		next int // child
	}
	// Attributes in namespaces get prefixes, which are declared where they are used.
	start := func(e *Element, around string) {
		b.WriteString("<" + e.Name.Local)
		if e.Name.Space != around {
			b.WriteString(" xmlns='" + escape(e.Name.Space, true) + "'")
		}
		for i, a := range e.Attrs {
			switch a.Name.Space {
			case "":
				b.WriteString(" " + a.Name.Local)
			case nsXML:
				b.WriteString(" xml:" + a.Name.Local)
			default:
				fmt.Fprintf(&b, " xmlns:a%d='%s' a%[1]d:%[3]s", i, escape(a.Name.Space, true), a.Name.Local)
			}
			b.WriteString("='" + escape(a.Value, true) + "'")
		}
		if len(e.Children) == 0 {
			b.WriteString("/")
		}
		b.WriteString(">")
	}
	start(e, "")
	for stack := []open{{e, 0}}; len(stack) > 0; {
		top := &stack[len(stack)-1]
		if top.next == len(top.Children) {
			if len(top.Children) > 0 {
				b.WriteString("</" + top.Name.Local + ">")
			}
			stack = stack[:len(stack)-1]
			continue
		}
		c := top.Children[top.next]
		top.next++
		if c.Element == nil {
			b.WriteString(escape(c.Text, false))
			continue
		}
		start(c.Element, top.Name.Space)
		stack = append(stack, open{c.Element, 0})
	}
	return b.String()
}

var inText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;")
var inValue = strings.NewReplacer("&", "&amp;", "<", "&lt;", "'", "&apos;", "\r", "&#13;", "\n", "&#10;", "\t", "&#9;")

func escape(s string, value bool) string {
	if value {
		return inValue.Replace(s)
	}
	return inText.Replace(s)
}
