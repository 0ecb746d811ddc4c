package jid

import "strings"

// MaxPart is the greatest length of the local part, the domain and the
// resource after preparation, each counted by itself, in octets of UTF-8
// (RFC 7622 sections 3.2 to 3.4).
const MaxPart = 1023

// A JID is a prepared XMPP address. It is comparable: two JIDs are the same
// address if and only if they are ==, and a JID is a good map key. The zero
// JID stands for "no address".
//
// A JID may share its memory with the string it was parsed from, and then
// keeps it alive: see [JID.Clone].
type JID struct {
	text   string // local@domain/resource
	local  uint16 // length of the local part; 0: there is none
	domain uint16 // where the domain ends in text
	lax    laxity // the parts that are kept as received
}

// laxity says which parts of an address are not prepared, because the tables
// refuse them. It is a function of the parts' octets alone, or else == would
// tell equal addresses apart.
type laxity uint8

const (
	laxLocal laxity = 1 << iota
	laxDomain
	laxResource
)

// Local returns the part before the "@", or "" if there is none. It may be
// escaped: see [Unescape].
func (j JID) Local() string { return j.text[:j.local] }

// Domain returns the domain: a name in Unicode (U-labels), an IPv4 address, or
// an IPv6 address in brackets. Only the zero JID has none.
func (j JID) Domain() string {
	if j.local == 0 {
		return j.text[:j.domain]
	}
	return j.text[j.local+1 : j.domain]
}

// Resource returns the part behind the first "/", or "" if there is none.
func (j JID) Resource() string {
	if j.IsZero() || j.IsBare() {
		return ""
	}
	return j.text[j.domain+1:]
}

// Bare returns the address without its resource: local@domain, or the domain.
// It costs nothing.
func (j JID) Bare() JID {
	return JID{j.text[:j.domain], j.local, j.domain, j.lax &^ laxResource}
}

// String returns the prepared address as one writes it, "" for the zero JID.
// It costs nothing.
func (j JID) String() string { return j.text }

// IsZero reports whether j is no address.
func (j JID) IsZero() bool { return j.text == "" }

// IsBare reports whether j is an address without a resource.
func (j JID) IsBare() bool { return j.text != "" && int(j.domain) == len(j.text) }

// Strict reports whether all of j is prepared as RFC 7622 demands. It is false
// only for an address that [Received] kept although the tables refuse a part of
// it, and for what was made from such an address and still has that part.
func (j JID) Strict() bool { return j.lax == 0 }

// Clone returns j with memory of its own. Keep a clone where an address outlives
// its stanza, as in a roster or a map of sessions: an address out of a
// stanza usually shares the bytes of the whole stanza, and would hold
// on to all of them.
func (j JID) Clone() JID {
	j.text = strings.Clone(j.text)
	return j
}
