package stanza

import (
	"strconv"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// Body returns the human-readable text of a message (RFC 6121 section 5.2.3).
// A message may carry it in several languages: the one for the first of langs
// (tags as in xml:lang) that there is one for; else, and without langs, the
// one in the message's own language; else the first.
func (s Stanza) Body(langs ...string) string { return s.text("body", langs) }

// Subject returns the subject of a message (RFC 6121 section 5.2.4), chosen by
// language as in Body.
func (s Stanza) Subject(langs ...string) string { return s.text("subject", langs) }

// Status returns the free text of a presence (RFC 6121 section 4.7.2.2),
// chosen by language as in Body.
func (s Stanza) Status(langs ...string) string { return s.text("status", langs) }

// Thread returns the identifier of the conversation a message belongs to (RFC
// 6121 section 5.2.5), "" if it names none. It is opaque.
func (s Stanza) Thread() string { return s.thread() }

func (s *Stanza) thread() string { return s.Node.Child(element.NSClient, "thread").Text() }

// Show is the particular availability of a presence (RFC 6121 section
// 4.7.2.1).
type Show string

// The values of Show. The zero value is plain "available".
const (
	ShowAway Show = "away" // away for a short time
	ShowChat Show = "chat" // wants to chat
	ShowDND  Show = "dnd"  // busy: do not disturb
	ShowXA   Show = "xa"   // away for long
)

func (v Show) valid() bool {
	switch v {
	case ShowAway, ShowChat, ShowDND, ShowXA:
		return true
	}
	return false
}

// Show returns the particular availability of a presence, "" if it has none or
// one that RFC 6121 does not know.
func (s Stanza) Show() Show {
	v := Show(strings.Trim(s.Node.Child(element.NSClient, "show").Text(), xmlSpace))
	if !v.valid() {
		return ""
	}
	return v
}

// xmlSpace is the white space of XML 1.0 section 2.3.
const xmlSpace = " \t\r\n"

// Priority returns the priority of a presence, -128 to 127 (RFC 6121 section
// 4.7.2.3): 0 if it has none, or one that is no such number.
func (s Stanza) Priority() int8 {
	v := strings.Trim(s.Node.Child(element.NSClient, "priority").Text(), xmlSpace)
	if v == "" || len(v) > 16 {
		return 0
	}
	n, err := strconv.ParseInt(v, 10, 8)
	if err != nil {
		return 0
	}
	return int8(n)
}

// NSStanzaID is the namespace of unique and stable ids (XEP-0359).
const NSStanzaID = "urn:xmpp:sid:0"

// OriginID returns the id that the sender's client gave the message (XEP-0359
// section 3.2), "" if there is none. It is as trustworthy as the sender.
func (s Stanza) OriginID() string { return s.Node.Child(NSStanzaID, "origin-id").Attr("id") }

// StanzaID returns the id that the entity by gave the message (XEP-0359
// section 3.1), "" if there is none. Anybody can write such an element: ask
// only for a by that would have removed forged ones, which is an entity the
// message passed through and that announces urn:xmpp:sid:0.
func (s Stanza) StanzaID(by jid.JID) string {
	if by.IsZero() {
		return ""
	}
	for c := s.Node.FirstElement(); !c.IsZero(); c = c.NextElement() {
		if !c.Is(NSStanzaID, "stanza-id") {
			continue
		}
		if a, err := jid.Received(c.Attr("by")); err == nil && a.JID == by {
			return c.Attr("id")
		}
	}
	return ""
}
