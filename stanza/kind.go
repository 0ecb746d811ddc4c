package stanza

// Kind is one of the three kinds of stanza (RFC 6120 section 8.2). Its zero
// value is none of them.
type Kind uint8

// The kinds of stanza.
const (
	Message  Kind = iota + 1 // pushed to another entity (RFC 6120 section 8.2.1)
	Presence                 // broadcast to subscribers (section 8.2.2)
	IQ                       // a request or its answer (section 8.2.3)
)

// String returns the name of the kind's element: "message", "presence" or
// "iq". For any other value it returns "".
func (k Kind) String() string {
	switch k {
	case Message:
		return "message"
	case Presence:
		return "presence"
	case IQ:
		return "iq"
	}
	return ""
}

// kindOf returns the kind of stanza of that name, 0 if there is none.
func kindOf(local string) Kind {
	switch local {
	case "message":
		return Message
	case "presence":
		return Presence
	case "iq":
		return IQ
	}
	return 0
}

// Type is the type attribute of a stanza. Which types there are depends on the
// kind; TypeError belongs to all of them. Types are case-sensitive.
type Type string

// The type every kind has: the stanza reports an error (RFC 6120 section 8.3).
const TypeError Type = "error"

// The types of an iq (RFC 6120 section 8.2.3).
const (
	TypeGet    Type = "get"    // asks for information; must be answered
	TypeSet    Type = "set"    // asks for a change; must be answered
	TypeResult Type = "result" // the answer to a get or set that worked
)

// The types of a message (RFC 6121 section 5.2.2). A message received without
// a type, or with one that is not among these, is TypeNormal.
const (
	TypeNormal    Type = "normal"    // a single message
	TypeChat      Type = "chat"      // part of a conversation of two
	TypeGroupchat Type = "groupchat" // part of a conversation of many (XEP-0045)
	TypeHeadline  Type = "headline"  // news: no reply expected
)

// The types of presence (RFC 6121 section 4.7.1). TypeAvailable is no type at
// all: the sender is there.
const (
	TypeAvailable    Type = ""
	TypeUnavailable  Type = "unavailable"
	TypeSubscribe    Type = "subscribe"    // asks to be told the recipient's presence
	TypeSubscribed   Type = "subscribed"   // allows that
	TypeUnsubscribe  Type = "unsubscribe"  // wants it no longer
	TypeUnsubscribed Type = "unsubscribed" // refuses it, or allows it no longer
	TypeProbe        Type = "probe"        // a server asks for current presence
)

// knows reports whether stanzas of kind k have the type t.
func (k Kind) knows(t Type) bool {
	if t == TypeError {
		return true
	}
	switch k {
	case IQ:
		return t == TypeGet || t == TypeSet || t == TypeResult
	case Message:
		return t == TypeNormal || t == TypeChat || t == TypeGroupchat || t == TypeHeadline
	case Presence:
		return t == TypeAvailable || t == TypeUnavailable || t == TypeProbe || t.isSubscription()
	}
	return false
}

// types says which types stanzas of kind k have, to whom has written none of them.
func (k Kind) types() string {
	switch k {
	case IQ:
		return "an iq needs a type: get, set, result or error"
	case Presence:
		return "the types of presence are unavailable, subscribe, subscribed, unsubscribe, unsubscribed, probe and error, or none"
	}
	return "the types of a message are normal, chat, groupchat, headline and error, or none"
}

// isSubscription reports whether t manages a presence subscription (RFC 6121
// section 3).
func (t Type) isSubscription() bool {
	switch t {
	case TypeSubscribe, TypeSubscribed, TypeUnsubscribe, TypeUnsubscribed:
		return true
	}
	return false
}
