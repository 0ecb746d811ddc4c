package hostlink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/sasl"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stream"
)

// A Host takes connections in. Its fields are set before the first; its functions may be
// called by several goroutines at once.
type Host struct {
	// Secret is what components have to know; "": whatever they say will do.
	Secret string
	// Password is that of every account; nil: clients are not served.
	Password *sasl.Verifier
	// Features are offered to clients beside binding, as XML.
	Features string
	// Bind says what a client is bound to that asks for a resource, or, with "", for any.
	// The link has that name then.
	Bind func(account jid.JID, wish string) jid.JID

	// Up is called when a link is ready, and before it is told so. The error refuses it: a
	// Refusal by a stream error, any other by ending the connection.
	Up func(l *Link) error
	// Take gets what comes over a link, one thing at a time. A Refusal ends the stream.
	Take func(l *Link, n element.Node) error
	// Gone is told that a link is over, or did not get as far as Up: by a Refusal of ours,
	// else nil.
	Gone func(l *Link, refused error)

	serving sync.WaitGroup
	mu      sync.Mutex
	links   map[*Link]bool
	closed  bool
}

// A Refusal is a stream error that we send (RFC 6120 section 4.9).
type Refusal struct {
	Condition stream.Condition
	Text      string // for the error here alone: it is not sent
}

func (r Refusal) Error() string { return string(r.Condition) + ": " + r.Text }

func refuse(c stream.Condition, format string, args ...any) error {
	return Refusal{c, fmt.Sprintf(format, args...)}
}

// ErrClosed: the Host takes nobody in any more.
var ErrClosed = errors.New("hostlink: it is over")

// Dial connects, whatever the address. It is an App's Dial.
func (h *Host) Dial(context.Context, string, string) (net.Conn, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, ErrClosed
	}
	ours, theirs := net.Pipe()
	l := newLink(ours)
	if h.links == nil {
		h.links = make(map[*Link]bool)
	}
	h.links[l] = true
	h.serving.Go(func() {
		h.serve(l)
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.links, l)
	})
	return theirs, nil
}

// Close ends all connections, without a word, and returns when nothing runs any more.
func (h *Host) Close() {
	h.mu.Lock()
	h.closed = true
	for l := range h.links {
		l.Cut()
	}
	h.mu.Unlock()
	h.serving.Wait()
}

// most is what a stanza may be; what an application sends has limits of its own.
var most = element.Limits{Bytes: 64 << 20}

// serve is the life of a connection.
func (h *Host) serve(l *Link) {
	var writing sync.WaitGroup
	writing.Go(l.write)
	err := h.negotiate(l)
	for err == nil {
		var n element.Node
		if n, err = l.next(); err == nil {
			err = h.Take(l, n)
		}
	}
	var refused Refusal
	var syntax *element.SyntaxError
	switch {
	case errors.As(err, &syntax):
		refused = Refusal{stream.Condition(syntax.Condition), syntax.Msg}
		fallthrough
	case errors.As(err, &refused):
		e := stream.Error{Condition: refused.Condition}
		l.Say(e.XML() + "</stream:stream>")
		h.Gone(l, refused) // before the link is gone, to be why
	case err == io.EOF:
		l.Say("</stream:stream>")
		h.Gone(l, nil)
	default: // the application just went; we do the same
		l.conn.Close()
		h.Gone(l, nil)
	}
	close(l.gone)
	l.end()
	// What the application still writes goes nowhere, but it must not wait for us.
	writing.Go(func() { io.Copy(io.Discard, l.conn) })
	writing.Wait()
	l.conn.Close()
}
