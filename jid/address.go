package jid

import (
	"strings"
	"unicode/utf8"
)

// An Address is an address as a peer wrote it beside its prepared form. Use the
// JID to compare, look up and route, the Address to write back. Written (String,
// MarshalText) it is its spelling, or the JID where there is none. The zero
// Address is none at all.
type Address struct {
	JID      JID
	Spelling string // as received; "": none, the address is our own
}

// Received reads an address that a peer sent. It accepts what [Parse] accepts,
// with the same JID, and besides what only tables refuse:
//
//   - a local part or resource that PRECIS refuses for what it holds beyond ASCII:
//     symbols, joiners, characters younger than our tables;
//   - a domain that IDNA2008 refuses, or that has labels with underscores, with hyphens
//     out of place or too long for the DNS.
//
// Such a part stays as it was received, but for this: ASCII letters of the local part
// and of the domain are lower-cased, and a dot behind the domain goes. Two spellings
// of it that differ in more are two addresses here.
//
// An error, always an *[Error], remains: empty parts that are declared, an empty
// label, a second "@", a part of more than [MaxPart] octets, control characters, broken
// UTF-8, and those ASCII characters that no rules ever allowed in local parts and
// domains (space " & ' : < >).
func Received(s string) (Address, error) {
	if j, _, ok := scan(s, nil); ok {
		return Address{j, s}, nil
	}
	j, err := parse(s, lenient)
	if err != nil {
		return Address{}, err
	}
	return Address{j, s}, nil
}

// String returns the address as the peer wrote it, or else as it is prepared.
func (a Address) String() string {
	if a.Spelling != "" {
		return a.Spelling
	}
	return a.JID.String()
}

// Bare returns the address without its resource, in the same spelling.
func (a Address) Bare() Address {
	spelling, _, _ := strings.Cut(a.Spelling, "/")
	return Address{a.JID.Bare(), spelling}
}

// Clone returns a with memory of its own; see [JID.Clone].
func (a Address) Clone() Address { return Address{a.JID.Clone(), strings.Clone(a.Spelling)} }

// Strict reports whether [Parse] would have accepted the address too.
func (a Address) Strict() bool { return a.JID.Strict() }

// IsZero reports whether a is no address.
func (a Address) IsZero() bool { return a.JID.IsZero() }

// Address returns j as an address without a spelling of its own.
func (j JID) Address() Address { return Address{JID: j} }

// lenient prepares as strict does what strict accepts, and folds the rest.
func lenient(part Part, s string) (string, bool, *Error) {
	prepared, _, err := strict(part, s)
	if err == nil {
		return prepared, false, nil
	}
	folded := fold(part, s)
	if err := broken(part, folded); err != nil {
		return "", false, err
	}
	if folded != s {
		// Once more, so that an octet string that strict accepts is never marked
		// as lax, however it came about: == depends on it.
		if prepared, _, err := strict(part, folded); err == nil {
			return prepared, false, nil
		}
	}
	return folded, true, nil
}

// fold does what is right by each version of the rules.
func fold(part Part, s string) string {
	switch part {
	case PartLocal:
		return lowerASCII(s)
	case PartDomain:
		return lowerASCII(strings.TrimSuffix(s, "."))
	}
	return s
}

// broken returns the fault of a folded part that is wrong whatever the tables.
func broken(part Part, s string) *Error {
	if s == "" {
		return &Error{part, 0, "is empty", nil}
	}
	if len(s) > MaxPart {
		return tooLong(part)
	}
	if i, reason := unfit(s); reason != "" {
		return &Error{part, i, reason, nil}
	}
	if part == PartResource {
		return nil
	}
	ipv6 := part == PartDomain && s[0] == '['
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || classes[s[i]]&plainLocal != 0 || s[i] == ':' && ipv6 {
			continue
		}
		return &Error{part, i, "contains a character that no address may have there", nil}
	}
	if part == PartDomain && strings.Contains("."+s+".", "..") {
		return &Error{part, 0, "has an empty label", nil}
	}
	return nil
}

// lowerASCII lower-cases A to Z. It minds octets, not characters: s may be broken
// UTF-8, and must still be so afterwards.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
