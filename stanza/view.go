package stanza

import (
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// A Stanza is a stanza received: a view of its tree with the parts that
// everybody looks at taken out once. It is a value; like the tree it may be
// kept, copied and shared.
//
// From is who sent it, and nothing inside it can change that: what forwarded
// copies, carbons and archives claim about other senders is payload.
type Stanza struct {
	Kind    Kind
	refused bool // Of returned an error

	// Type is the type attribute. A message without a type, or with one nobody
	// knows, has TypeNormal (RFC 6121 section 5.2.2).
	Type Type
	// ID is the id attribute, chosen by the sender: opaque, perhaps empty.
	ID string
	// From and To are the addresses as received beside their prepared forms.
	// To is zero where the stanza's was malformed.
	From, To jid.Address
	// Lang is the stanza's language (xml:lang), its own or the stream's. One
	// that is no language tag is dropped.
	Lang string
	// Payload is the child that carries meaning: of an iq the one child (of an
	// iq error the one beside the error), of a message or presence the first
	// child in a namespace of its own. It may be none.
	Payload element.Node
	// Node is the whole stanza.
	Node element.Node
}

// A Drop is an error of Of: the stanza is unusable and no answer to it is
// possible or allowed. Its value names the reason, to be counted under.
type Drop string

// The reasons to drop a stanza.
const (
	// DropNotStanza: the element is no message, presence or iq in
	// [element.NSClient], or not the root of its tree.
	DropNotStanza Drop = "not-a-stanza"
	// DropNoFrom: no sender is given (XEP-0114 demands one).
	DropNoFrom Drop = "no-from"
	// DropBadFrom: the sender's address is malformed.
	DropBadFrom Drop = "malformed-from"
	// DropNoTo: no recipient is given, in a stanza that must not be answered
	// with an error (XEP-0114 demands one; client streams have [Defaults]).
	DropNoTo Drop = "no-to"
	// DropBadTo: the recipient's address is malformed, in a stanza
	// that must not be answered with an error.
	DropBadTo Drop = "malformed-to"
	// DropBadStanza: the stanza breaks RFC 6120 section 8.2 or 8.3 and must
	// not be answered with an error.
	DropBadStanza Drop = "malformed-stanza"
)

// Error returns the reason as an error message.
func (d Drop) Error() string { return "stanza: dropped: " + string(d) }

// Defaults is what a stanza takes from the stream it came on where it does not
// say it itself: xml:lang (RFC 6120 section 8.1.5) and, on client streams, the
// addresses: no `from` is the account's bare JID, no `to` its full JID
// (sections 8.1.1.1 and 8.1.2.1). On component streams both addresses are
// mandatory (XEP-0114), so their defaults stay zero.
type Defaults struct {
	From, To jid.Address
	Lang     string
}

// Of returns the view of the stanza n, the root of its tree, with no defaults.
// The error is nil, or a Fault, or a Drop:
//
//   - a Fault (JIDMalformed, BadRequest) is to be answered with
//     [Stanza.ErrorReply], which then never refuses;
//   - a Drop is to be counted; it must not be answered.
//
// Why an address is malformed [jid.Received] says, given the attribute from or to of n.
//
// Beside an error the view holds what could be read, for logs and to find the
// request that a broken answer belongs to.
func Of(n element.Node) (Stanza, error) {
	var d Defaults
	return d.Of(n)
}

// Of is the function Of for stanzas of a stream with these defaults.
func (d *Defaults) Of(n element.Node) (s Stanza, err error) {
	err = s.view(n, d, nil)
	return s, err
}

// A Viewer is [Defaults.Of] for the stanzas of one stream, one after another. It is for
// one goroutine.
type Viewer struct {
	Defaults
	known jid.Memory // nearly all stanzas of a stream are for the same few addresses, from few domains
}

// View makes the view of n where it stays, and is not copied. What s was does not
// matter.
func (v *Viewer) View(n element.Node, s *Stanza) error { return s.view(n, &v.Defaults, &v.known) }

func (s *Stanza) view(n element.Node, d *Defaults, m *jid.Memory) error {
	if n.Kind() == element.KindDocument {
		n = n.Root()
	}
	var h element.Head
	n.Head(&h)
	s.Node, s.Kind = n, kindOf(h.Local)
	// A stanza inside another (forwarded, echoed) is not a stanza received:
	// taking it for one would make anybody the sender of anything.
	if s.Kind == 0 {
		*s = Stanza{Node: n, refused: true}
		return DropNotStanza
	}
	err := s.read(&h, d, m)
	s.refused = err != nil
	return err
}

// read takes out what Stanza holds beside Node and Kind, all of it even if something is
// wrong, and then says what is worst.
func (s *Stanza) read(h *element.Head, d *Defaults, m *jid.Memory) error {
	s.ID, s.Type, s.Lang = h.ID, Type(h.Type), h.Lang
	var from, to error
	if m == nil {
		m = new(jid.Memory)
	}
	if s.From = d.From; h.HasFrom {
		s.From, from = m.Sender(h.From)
	}
	if s.To = d.To; h.HasTo {
		s.To, to = m.Received(h.To)
	}
	if s.Lang == "" || !isLang(s.Lang) {
		s.Lang = d.Lang
	}
	bad := s.readContent(h.HasID)
	switch {
	case from != nil:
		return DropBadFrom
	case s.From.JID.IsZero():
		return DropNoFrom
	case to != nil:
		bad = badTo
	case s.To.JID.IsZero():
		bad = noTo
	}
	switch {
	case bad == nil:
		return nil
	case s.answerable():
		return *bad
	case bad == badTo:
		return DropBadTo
	case bad == noTo:
		return DropNoTo
	default:
		return DropBadStanza
	}
}

// readContent finds the payload and checks the stanza's type and children
// (RFC 6120 sections 8.2.3 and 8.3.1).
func (s *Stanza) readContent(hasID bool) *Fault {
	var in element.Inside
	s.Node.Inside(&in)
	if s.Payload = in.First; s.Kind != IQ {
		s.Payload = in.Extension
	}
	if !s.Kind.knows(s.Type) {
		switch s.Kind {
		case Message:
			s.Type = TypeNormal
		case Presence:
			return badPresenceType
		default:
			return badIQType
		}
	}
	switch {
	case s.Kind == IQ && !hasID:
		return noID
	case s.Type == TypeError:
		// One without its error child is broken, yet what it says is clear and
		// whoever waits for the answer has it: see Stanza.Fault.
		return nil
	case in.Error:
		return strayError
	case s.Kind == IQ && in.Elements != 1 && (in.Elements > 1 || s.Type != TypeResult):
		return badPayload
	}
	return nil
}

// What may be wrong with a stanza from a known sender.
var (
	badTo           = faultPointer(JIDMalformed.With("the recipient's address is malformed"))
	noTo            = faultPointer(BadRequest.With("no recipient: the stanza has no to"))
	badIQType       = faultPointer(BadRequest.Fault().WithText(IQ.types()))
	badPresenceType = faultPointer(BadRequest.Fault().WithText(Presence.types()))
	noID            = faultPointer(BadRequest.With("an iq needs an id"))
	badPayload      = faultPointer(BadRequest.With("an iq get or set holds exactly one element, a result at most one"))
	strayError      = faultPointer(BadRequest.With("an error element belongs into a stanza of type error"))
)

func faultPointer(f Fault) *Fault { return &f }

// String returns the stanza as XML, with all that people wrote in it: for tests, hardly
// for logs.
func (s Stanza) String() string { return s.Node.String() }

// IsRequest reports whether s is an iq get or set, which must be answered
// exactly once (RFC 6120 section 8.2.3).
func (s Stanza) IsRequest() bool { return s.isRequest() }

func (s *Stanza) isRequest() bool {
	return s.Kind == IQ && (s.Type == TypeGet || s.Type == TypeSet)
}

// IsAnswer reports whether s is an iq result or error, the answer to a request.
func (s Stanza) IsAnswer() bool {
	return s.Kind == IQ && (s.Type == TypeResult || s.Type == TypeError)
}

// Fault returns the error that a stanza of TypeError reports; ok is false for
// any other stanza. Where the error child or its condition is missing or
// unknown the Fault is UndefinedCondition (RFC 6120 section 8.3.2).
func (s Stanza) Fault() (f Fault, ok bool) {
	if s.Type != TypeError {
		return Fault{}, false
	}
	return faultOf(s.Node.Child(element.NSClient, "error")), true
}
