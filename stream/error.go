package stream

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/discover"
	"github.com/emp-framework/emp/internal/sasl"
	"github.com/emp-framework/emp/stanza"
)

// What ends a link beside an [Error], and what Send and Ask return then.
var (
	// ErrClosed: the link has been closed from our side, by Close or Abort.
	ErrClosed = errors.New("stream: the link is closed")
	// ErrEnded: the server ended the stream in order, with its closing tag.
	ErrEnded = errors.New("stream: the server ended the stream")
	// ErrCut: the server closed the connection without ending the stream, as
	// Prosody and ejabberd do to components when they shut down.
	ErrCut = errors.New("stream: the server closed the connection without ending the stream")
	// ErrNotReady: the link is not authenticated yet (RFC 6120 section 4.3.5).
	ErrNotReady = errors.New("stream: the link is not authenticated yet")
	// ErrPlain: the server is not on this machine, the connection is not
	// encrypted, and Options.AllowPlain does not allow that. Nothing was sent.
	ErrPlain = errors.New("stream: refusing an unencrypted connection to another machine")
	// ErrNotXMPP: what answered is no XMPP server.
	ErrNotXMPP = errors.New("stream: the other side does not speak XMPP")
	// ErrDeaf: the server took our stanza and did not relay it back to us:
	// authenticated, but cut off from routing.
	ErrDeaf = errors.New("stream: the server does not route stanzas to us")
	// ErrInterrupted: the link ended while an answer was awaited, and no other can
	// bring it. Whether the question was acted upon is unknown.
	ErrInterrupted = errors.New("stream: the link ended before the answer came")
	// ErrTooManyAsks: as many answers are awaited as may be at once.
	ErrTooManyAsks = errors.New("stream: too many questions wait for their answers")
)

// An Error is a stream error (RFC 6120 section 4.9), which is final: sent by
// the server, or by us because of what the server sent.
type Error struct {
	Condition Condition    // an unknown one is UndefinedCondition
	Text      string       // for humans and logs, never interpreted
	Host      string       // of SeeOtherHost: where to, as the server wrote it
	App       element.Node // the application-specific condition, if any
	Received  bool         // the server sent it
	Cause     error        // what led to an error of ours, if it is an error itself

	serving bool // it came behind the handshake
	proven  bool // it came over TLS, from a server that had shown whose it is
}

// Error says who ended the stream and why.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("stream: ")
	if e.Received {
		b.WriteString("the server ended the stream: ")
	}
	b.WriteString(string(e.Condition))
	if e.Host != "" {
		fmt.Fprintf(&b, " %s", printable(e.Host))
	}
	if e.Text != "" {
		b.WriteString(": ")
		b.WriteString(printable(e.Text))
	}
	if e.Cause != nil {
		fmt.Fprintf(&b, ": %v", e.Cause)
	}
	return b.String()
}

// Is makes errors.Is(err, c) true for the error's Condition c.
func (e *Error) Is(target error) bool {
	c, ok := target.(Condition)
	return ok && c == e.Condition
}

// Unwrap returns the Cause.
func (e *Error) Unwrap() error { return e.Cause }

// maxText is how much of a server's text an error shows, in bytes.
const maxText = 300

// printable returns what a log can show of a text from outside, in one line.
func printable(s string) string {
	if len(s) > maxText {
		s = strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) { // controls, line ends, what turns the direction of writing
			return ' '
		}
		return r
	}, s)), " ")
}

// broken makes the stream error for what is wrong with the server's stream.
func broken(c Condition, format string, args ...any) *Error {
	return &Error{Condition: c, Text: fmt.Sprintf(format, args...)}
}

// received reads a stream error of the server's.
func received(n element.Node) *Error {
	e := &Error{Condition: UndefinedCondition, Received: true}
	for c := n.FirstElement(); !c.IsZero(); c = c.NextElement() {
		switch {
		case c.Space() != NSErrors:
			if e.App.IsZero() {
				e.App = c
			}
		case c.Local() == "text":
			e.Text = c.Text()
		default:
			if known := Condition(c.Local()); slices.Contains(conditions, known) {
				e.Condition = known
			}
			if e.Condition == SeeOtherHost {
				e.Host = strings.TrimSpace(c.Text())
			}
		}
	}
	return e
}

// XML returns the error as it is written into a stream whose header declares the prefix
// stream (RFC 6120 section 4.9.2). It is for who serves streams; links write theirs
// themselves. The stream's closing tag comes behind it:
//
//	e := stream.Error{Condition: stream.Condition(syntax.Condition), Text: syntax.Msg}
//	io.WriteString(conn, e.XML()+"</stream:stream>")
//
// Text is marked as English. Host is written of SeeOtherHost only. What XML cannot hold
// is left out.
func (e *Error) XML() string {
	c := e.Condition
	if !slices.Contains(conditions, c) {
		c = UndefinedCondition
	}
	w := element.Writer{Space: element.NSClient} // what a tree calls the content namespace
	w.Start(NSErrors, string(c))
	if c == SeeOtherHost && writable(e.Host) {
		w.Text(e.Host)
	}
	w.End()
	if e.Text != "" && writable(e.Text) {
		w.Start(NSErrors, "text")
		w.AttrNS(element.NSXML, "lang", "en")
		w.Text(e.Text)
		w.End()
	}
	mark := w.Len()
	if w.Node(e.App); w.Err() != nil {
		w.Truncate(mark)
	}
	return "<stream:error>" + string(w.Bytes()) + "</stream:error>"
}

// writable reports whether XML can hold the text s.
func writable(s string) bool {
	var w element.Writer
	w.Text(s)
	return w.Err() == nil
}

// tag returns the error as links write it: without Text, which may quote the server's
// own bytes.
func (e *Error) tag() string { return (&Error{Condition: e.Condition, App: e.App}).XML() }

// Misconfigured reports whether err will come again until somebody changes the
// configuration, of this program or of the server: a wrong secret, a name that
// the server does not know, a certificate that does not fit. Trying again soon
// only hammers the server.
func Misconfigured(err error) bool {
	var e *Error
	if errors.As(err, &e) && !errors.Is(err, ErrNotXMPP) {
		if e.serving { // about something we sent, as a stanza without a to; the handshake went well
			return false
		}
		switch e.Condition {
		case NotAuthorized, HostUnknown, ImproperAddressing, InvalidNamespace, UnsupportedVersion, UnsupportedFeature:
			return true
		}
		return false
	}
	if errors.Is(err, ErrAuthentication) {
		return !sasl.Temporary(err)
	}
	var fault stanza.Fault
	if errors.Is(err, ErrBind) && errors.As(err, &fault) {
		return fault.Type == stanza.Cancel && fault.Condition != stanza.Conflict || fault.Type == stanza.Modify
	}
	return errors.Is(err, ErrNoTLS) || errors.Is(err, ErrBind) || errors.Is(err, discover.ErrNotOffered) || errors.Is(err, ErrPlain) || errors.Is(err, ErrNotXMPP) || errors.Is(err, errNoID) || isTLS(err)
}
