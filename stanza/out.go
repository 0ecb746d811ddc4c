package stanza

import (
	"errors"
	"fmt"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// Out is a stanza to send. The constructors and the replies of [Stanza] make
// one, a literal does as well; the zero value of every field but Kind is the
// usual case. It is a value: what Add returns is a copy.
//
// What may stand where is checked by Check, and again in writing.
type Out struct {
	Kind Kind
	// Type is the type attribute. "" is a normal message, available presence,
	// and for an iq an error of Check.
	Type Type
	// To is the recipient. From is the sender; where it is zero, the link that
	// sends the stanza fills in its own address. An Address is written as it
	// was received, one made by [jid.JID.Address] in prepared form.
	To, From jid.Address
	// ID is the id attribute. "" is none, which an iq get or set must not have;
	// see [NewID].
	ID string
	// Lang is the language of the texts, a tag as in xml:lang; "" for none.
	Lang string

	// Subject, Body and Thread are those of a message (RFC 6121 section 5.2).
	// Further languages of Subject and Body are added to Payload.
	Subject, Body, Thread string
	// Show, Status and Priority are those of a presence (RFC 6121 section
	// 4.7.2). Priority 0 is not written: it is what a missing one means.
	Show     Show
	Status   string
	Priority int8
	// Once has the stanza sent at most once. Otherwise messages, answers to iqs
	// and requests about subscriptions are sent at least once: again after a
	// reconnect, unless the server is known to have them. It is for what is
	// worth nothing a moment later, as a chat state (XEP-0085).
	Once bool

	origin  bool    // an origin-id goes with it; see WithOriginID
	refused refusal // why the constructor refuses to make this stanza; see Check

	// Payload is the other content, written after the texts.
	Payload []element.Node
	// Fault is the error of a stanza of TypeError, and of no other.
	Fault *Fault
}

// A refusal says why a constructor refuses to make a stanza.
type refusal uint8

const (
	replyToError refusal = iota + 1
	resultOfNothing
)

func (r refusal) Error() string {
	if r == replyToError {
		return "an error is never replied to"
	}
	return "only an iq get or set has a result"
}

// NewMessage makes a message without a type, which means TypeNormal. The body
// may be "": a message need not have one.
func NewMessage(to jid.JID, body string, payload ...element.Part) (o Out) {
	o.Kind, o.To, o.Body = Message, to.Address(), body
	o.add(payload)
	return o
}

// NewPresence makes a presence of the type t, TypeAvailable for plain "here".
// Requests about subscriptions go to the bare JID (RFC 6121 section 3.1.1).
func NewPresence(t Type, to jid.JID, payload ...element.Part) (o Out) {
	if t.isSubscription() {
		to = to.Bare()
	}
	o.Kind, o.Type, o.To = Presence, t, to.Address()
	o.add(payload)
	return o
}

// NewIQ makes a request, TypeGet or TypeSet, with an id of its own. Answers
// are made from the request: see [Stanza.Result] and [Stanza.ErrorReply].
func NewIQ(t Type, to jid.JID, payload element.Part) (o Out) {
	o.Kind, o.Type, o.To, o.ID = IQ, t, to.Address(), NewID()
	o.add([]element.Part{payload})
	return o
}

// Add returns o with more elements behind its payload. What is being built is
// taken as it stands; none (a zero Node, a nil *element.Builder) adds nothing.
func (o Out) Add(parts ...element.Part) Out {
	o.add(parts)
	return o
}

func (o *Out) add(parts []element.Part) {
	if len(parts) == 0 {
		return
	}
	n := len(o.Payload)
	payload := o.Payload[:n:n] // a copy of o keeps its own
	for _, p := range parts {
		if b, ok := p.(*element.Builder); p == nil || ok && b == nil {
			continue
		}
		if n := p.Node(); !n.IsZero() {
			payload = append(payload, n)
		}
	}
	o.Payload = payload
}

// WithOriginID returns o with a unique and stable id (XEP-0359 section 3.2):
// the origin-id element beside an equal id attribute, a fresh one if o has
// none. The receiver can tell by it that two copies are one message. An o that
// has an origin-id stays as it is.
func (o Out) WithOriginID() Out {
	o.Identify()
	return o
}

// Identify is WithOriginID for who has a pointer to a stanza of his own.
func (o *Out) Identify() {
	if o.OriginID() != "" {
		return
	}
	if o.ID == "" {
		o.ID = NewID()
	}
	o.origin = true
}

// OriginID returns the id that WithOriginID gave o, or that its payload has, ""
// if there is none.
func (o *Out) OriginID() string {
	if o.origin {
		return o.ID
	}
	for _, n := range o.Payload {
		if n.Is(NSStanzaID, "origin-id") {
			return n.Attr("id")
		}
	}
	return ""
}

// Check reports what RFC 6120 and RFC 6121 forbid of o, by kind, type and
// content. Addresses are the business of the link, characters that of the
// writer. Errors begin with "stanza: cannot send".
func (o Out) Check() error { return o.Err() }

// Err is Check for who has a pointer: copying a stanza takes longer than the check.
func (o *Out) Err() error {
	if err := o.check(); err != nil {
		return o.cannot(err)
	}
	return nil
}

func (o *Out) cannot(err error) error {
	return fmt.Errorf("stanza: cannot send %s: %w", o.name(), err)
}

// name says which stanza o is, for errors.
func (o *Out) name() string {
	switch {
	case o.Kind.String() == "":
		return "a stanza of no kind"
	case o.Type == "":
		return o.Kind.String()
	}
	return o.Kind.String() + " of type " + string(o.Type)
}

func (o *Out) check() error {
	if o.refused != 0 {
		return o.refused
	}
	if o.Kind.String() == "" {
		return errors.New("Kind is not Message, Presence or IQ")
	}
	if !o.Kind.knows(o.Type) && !(o.Kind == Message && o.Type == "") {
		return errors.New(o.Kind.types())
	}
	if (o.Type == TypeError) != (o.Fault != nil) {
		return errors.New("a Fault belongs to a stanza of type error, and only there")
	}
	if o.Fault != nil && !o.Fault.App.IsZero() && o.Fault.App.Kind() != element.KindElement {
		return errors.New("a Fault whose App is no element")
	}
	if o.hasTexts() {
		if err := o.checkTexts(); err != nil {
			return err
		}
	}
	if o.Kind == IQ {
		return o.checkIQ()
	}
	return o.checkPayload()
}

// hasTexts reports whether o has anything that answers to iqs, which are much of what is
// sent, have not, but for their payload. The fields are asked for all at once.
func (o *Out) hasTexts() bool {
	return len(o.Subject)|len(o.Body)|len(o.Thread)|len(o.Show)|len(o.Status)|len(o.Lang)|int(o.Priority) != 0
}

func (o *Out) checkTexts() error {
	switch {
	case o.Kind != Message && (o.Subject != "" || o.Body != "" || o.Thread != ""):
		return errors.New("Subject, Body and Thread are for messages")
	case o.Kind != Presence && (o.Show != "" || o.Status != "" || o.Priority != 0):
		return errors.New("Show, Status and Priority are for presence")
	case o.Type != TypeAvailable && (o.Show != "" || o.Priority != 0):
		return errors.New("only available presence has Show and Priority") // RFC 6121 section 4.7.2
	case o.Show != "" && !o.Show.valid():
		return fmt.Errorf("there is no show %q: it is away, chat, dnd, xa or none", o.Show)
	case o.Lang != "" && !isLang(o.Lang):
		return fmt.Errorf("%q is no language tag", o.Lang)
	}
	return nil
}

// checkIQ checks the rules of RFC 6120 section 8.2.3.
func (o *Out) checkIQ() error {
	n := len(o.Payload)
	if o.origin {
		n++
	}
	switch {
	case o.Type == TypeError:
	case n > 1:
		return fmt.Errorf("%d elements of payload: an iq holds one", n)
	case o.Type == TypeResult:
	case n == 0:
		return errors.New("no payload: an iq get or set needs one")
	case o.ID == "":
		return errors.New("an iq needs an id: see NewIQ and NewID")
	}
	return o.checkPayload()
}

// Namespaces that no payload is in: each belongs to a layer of XMPP itself.
const (
	nsServer  = "jabber:server"
	nsAccept  = "jabber:component:accept"
	nsStreams = "http://etherx.jabber.org/streams"
)

// checkPayload checks that payload is in namespaces of its own (RFC 6120
// section 8.4): a server closes the stream over others, or bounces the stanza.
// The content namespace is for the texts of messages and presence, and for
// what an error repeats.
func (o *Out) checkPayload() error {
	for _, n := range o.Payload {
		space := n.Space()
		switch {
		case n.Kind() != element.KindElement:
			return errors.New("payload that is no element")
		case space == "" && n.Local() == "": // nobody can write that: it was not made, as by element.From
			var w element.Writer
			w.Node(n)
			return w.Err()
		case space == "":
			return fmt.Errorf("payload <%s> is in no namespace", n.Local())
		case space == nsServer, space == nsAccept, space == nsStreams,
			space == element.NSClient && o.Kind == IQ && o.Type != TypeError:
			return fmt.Errorf("payload <%s> is in the namespace %s of XMPP itself", n.Local(), space)
		case o.Type != TypeError && n.Is(element.NSClient, "error"):
			return errors.New("an error element belongs into a stanza of type error: see Fault")
		}
	}
	return nil
}
