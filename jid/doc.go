// Package jid is XMPP addresses, JIDs, as RFC 7622 defines them:
// local@domain/resource, of which only the domain is always there.
//
// In:  text from a peer (Received), from a configuration or a person (Parse),
// or single parts (New).
// Out: JID values, prepared so that equal addresses are equal strings; the text
// to write (String); the reason why a text is no address (*Error).
//
// # Two types
//
// A [JID] is a prepared address. Preparation (case and width mapping,
// normalization, A-labels to U-labels) makes comparison an octet by octet one
// (RFC 7622 section 3.2.3), hence == and map keys work on it.
//
// An [Address] is a JID beside the spelling a peer used for it. Replies carry the
// spelling, keys are made of the JID: a peer that compares strings still knows
// its own address again, and Alice@Example.org shares state with
// alice@example.org. The from of a reply keeps it only where its domain is spelled as
// prepared: servers end the stream of a component that sends from another.
//
// # Strict and lenient
//
// [Parse] and [New] take what RFC 7622 allows and nothing else. [Received] takes
// in addition what only tables refuse: the Unicode tables of two programs
// differ by their age, old servers prepare by older rules (RFC 6122) or by
// none, and a stanza that a server has accepted must not get lost for that.
// Such an address says so ([JID.Strict]).
//
// A resource of emoji joined by U+200D ZERO WIDTH JOINER is the usual case:
// clients send it, PRECIS refuses it. So Parse refuses it and Received keeps it.
//
// Nothing is cached. What comes from outside is bounded before anything costly
// looks at it.
package jid
