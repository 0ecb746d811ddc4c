package stanza

import (
	"errors"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// Reply makes a message to the sender of s. The reply to a message has its
// type and stays in its thread; the reply to a message of a room (groupchat)
// goes to the room. Its id is not that of s: a reply is a message of its own.
//
// An error is never replied to: Check refuses what Reply makes of one.
func (s Stanza) Reply(body string, payload ...element.Part) Out {
	o := Out{Kind: Message, To: s.From, From: s.own(), Body: body}
	if s.Kind == Message {
		o.Thread = s.Thread()
		if s.Type != TypeNormal { // what no type means
			o.Type = s.Type
		}
	}
	switch s.Type {
	case TypeGroupchat:
		o.To = o.To.Bare()
	case TypeError:
		o.Type, o.refused = "", errors.New("an error is never replied to")
	}
	return o.Add(payload...)
}

// Result makes the answer to the iq get or set s, with at most one element of
// payload (RFC 6120 section 8.2.3). Check refuses the result of anything else:
// an answer is never answered.
func (s Stanza) Result(payload ...element.Part) Out {
	o := Out{Kind: IQ, Type: TypeResult, To: s.From, From: s.own(), ID: s.ID}
	if !s.IsRequest() {
		o.refused = errors.New("only an iq get or set has a result")
	}
	return o.Add(payload...)
}

// ReplyPresence makes a presence of the type t to the sender of s: the answer
// to a probe or to a request about a subscription. Where s or the answer is
// about a subscription it goes from bare JID to bare JID, and it never has the
// id of s (RFC 6121 sections 3.1.3 and 3.1.6).
//
// An error is never replied to: Check refuses what ReplyPresence makes of one.
func (s Stanza) ReplyPresence(t Type, payload ...element.Part) Out {
	o := Out{Kind: Presence, Type: t, To: s.From, From: s.own()}
	if t.isSubscription() || s.Kind == Presence && s.Type.isSubscription() {
		o.To, o.From = o.To.Bare(), o.From.Bare()
	}
	if s.Type == TypeError {
		o.refused = errors.New("an error is never replied to")
	}
	return o.Add(payload...)
}

// ErrorReply makes the error stanza that tells the sender of s about f (RFC
// 6120 section 8.3.1): the same kind and id, addresses swapped. ok is false
// where no error may be sent, whatever went wrong:
//
//   - to an error, or an iq result (RFC 6120 sections 8.2.3, 8.3.1),
//   - to a message of a room or a headline (RFC 6121 section 5.2.2),
//   - to presence, but for probes and subscriptions,
//   - to somebody unknown (no usable From).
func (s Stanza) ErrorReply(f Fault) (o Out, ok bool) {
	if !s.answerable() {
		return Out{}, false
	}
	return Out{Kind: s.Kind, Type: TypeError, To: s.From, From: s.own(), ID: s.ID, Fault: &f}, true
}

// ErrorEcho is ErrorReply with the payload of s repeated before the error, as
// clients like it that keep no list of what they asked (RFC 6120 section
// 8.3.1). Not repeated is what Check refuses, and the payload of a stanza that
// Of found fault with. For one refused for its size use ErrorReply (XEP-0205
// section 4.5); and also where writing the echo fails: it is a stranger's XML.
func (s Stanza) ErrorEcho(f Fault) (o Out, ok bool) {
	o, ok = s.ErrorReply(f)
	if ok && !s.refused {
		if echo := o.Add(s.Payload); echo.check() == nil {
			o = echo
		}
	}
	return o, ok
}

// answerable reports whether s may be answered with an error.
func (s *Stanza) answerable() bool {
	if s.From.JID.IsZero() {
		return false
	}
	switch s.Kind {
	case IQ:
		return s.Type != TypeResult && s.Type != TypeError
	case Message:
		return s.Type == TypeNormal || s.Type == TypeChat
	case Presence:
		return s.Type == TypeProbe || s.Type.isSubscription() || !Presence.knows(s.Type)
	}
	return false
}

// own returns the address to answer s from: the one the sender wrote, as it
// was written, so that the sender recognizes it even if we prepare addresses
// otherwise (requirement J08). Of that a domain in another form than the
// prepared one is excepted: servers close the stream of a component that sends
// from one (requirement K05).
func (s *Stanza) own() jid.Address {
	if s.To.Spelling == "" {
		return s.To
	}
	bare, _, _ := strings.Cut(s.To.Spelling, "/")
	if bare[strings.IndexByte(bare, '@')+1:] != s.To.JID.Domain() {
		return s.To.JID.Address()
	}
	return s.To
}
