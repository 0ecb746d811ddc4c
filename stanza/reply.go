package stanza

import (
	"strings"

	"github.com/emp-framework/emp/element"
)

// Reply makes a message to the sender of s, which may be of any kind; the answer that an
// iq waits for is its Result. The reply to a message has its type and stays in its
// thread; the reply to a message of a room (groupchat) goes to the room. Its id is not
// that of s: a reply is a message of its own. Nor does it have the language of s, which
// says nothing of the body: see Out.Lang.
//
// An error is never replied to: Check refuses what Reply makes of one.
func (s Stanza) Reply(body string, payload ...element.Part) (o Out) {
	s.reply(&o, body, payload)
	return o
}

// AppendReply appends to outs what Reply makes, where it stands then: it is made
// there, and not copied.
func (s *Stanza) AppendReply(outs []Out, body string, payload ...element.Part) []Out {
	outs = append(outs, Out{})
	s.reply(&outs[len(outs)-1], body, payload)
	return outs
}

func (s *Stanza) reply(o *Out, body string, payload []element.Part) {
	s.back(o)
	o.Kind, o.Body = Message, body
	if s.Kind == Message {
		o.Thread = s.thread()
		if s.Type != TypeNormal { // what no type means
			o.Type = s.Type
		}
	}
	switch s.Type {
	case TypeGroupchat:
		o.To = o.To.Bare()
	case TypeError:
		o.Type, o.refused = "", replyToError
	}
	o.add(payload)
}

// Result makes the answer to the iq get or set s, with at most one element of
// payload (RFC 6120 section 8.2.3). Check refuses the result of anything else:
// an answer is never answered.
func (s Stanza) Result(payload ...element.Part) (o Out) {
	s.result(&o, payload)
	return o
}

// AppendResult appends to outs what Result makes, as AppendReply does.
func (s *Stanza) AppendResult(outs []Out, payload ...element.Part) []Out {
	outs = append(outs, Out{})
	s.result(&outs[len(outs)-1], payload)
	return outs
}

func (s *Stanza) result(o *Out, payload []element.Part) {
	s.back(o)
	o.Kind, o.Type, o.ID = IQ, TypeResult, s.ID
	if !s.isRequest() {
		o.refused = resultOfNothing
	}
	o.add(payload)
}

// ReplyPresence makes a presence of the type t to the sender of s: the answer
// to a probe or to a request about a subscription. Where s or the answer is
// about a subscription it goes from bare JID to bare JID, and it never has the
// id of s (RFC 6121 sections 3.1.3 and 3.1.6).
//
// An error is never replied to: Check refuses what ReplyPresence makes of one.
func (s Stanza) ReplyPresence(t Type, payload ...element.Part) (o Out) {
	s.back(&o)
	o.Kind, o.Type = Presence, t
	if t.isSubscription() || s.Kind == Presence && s.Type.isSubscription() {
		o.To, o.From = o.To.Bare(), o.From.Bare()
	}
	if s.Type == TypeError {
		o.refused = replyToError
	}
	o.add(payload)
	return o
}

// ErrorReply makes the error stanza that tells the sender of s about f (RFC
// 6120 section 8.3.1): the same kind and id, addresses swapped. ok is false
// where no error may be sent, whatever went wrong:
//
//   - to an error, or an iq result (RFC 6120 sections 8.2.3, 8.3.1),
//   - to a message of a room or a headline (RFC 6121 section 5.2.2),
//   - to presence, but for probes, subscriptions and types that there are not,
//   - to somebody unknown (no usable From).
//
// Of an iq without an id it has the id "", which an answer must not lack.
func (s Stanza) ErrorReply(f Fault) (o Out, ok bool) {
	if !s.answerable() {
		return o, false
	}
	s.back(&o)
	o.Kind, o.Type, o.ID, o.Fault = s.Kind, TypeError, s.ID, &f
	return o, true
}

// ErrorEcho is ErrorReply with the payload of s repeated before the error, as
// clients like it that keep no list of what they asked (RFC 6120 section
// 8.3.1). Not repeated is what Check refuses, and the payload of a stanza that
// Of found fault with. For one refused for its size use ErrorReply (XEP-0205
// section 4.5); and also where writing the echo fails: it is a stranger's XML.
func (s Stanza) ErrorEcho(f Fault) (o Out, ok bool) {
	o, ok = s.ErrorReply(f)
	if ok && !s.refused {
		if o.add([]element.Part{s.Payload}); o.check() != nil {
			o.Payload = nil
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

// back has o go back to the sender of s, from the address that it wrote to, as it
// was written, so that the sender recognizes it even if we prepare addresses
// otherwise (requirement J08). Of that a domain in another form than the
// prepared one is excepted: servers close the stream of a component that sends
// from one (requirement K05).
func (s *Stanza) back(o *Out) {
	o.To, o.From = s.From, s.To
	if spelling := s.To.Spelling; spelling != s.To.JID.String() && spelling != "" {
		bare, _, _ := strings.Cut(spelling, "/")
		if bare[strings.IndexByte(bare, '@')+1:] != s.To.JID.Domain() {
			o.From.Spelling = ""
		}
	}
}
