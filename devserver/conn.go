package devserver

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stream"
)

// A conn is a connection of a component or a client. One goroutine reads, and
// another writes once the stream is ready for stanzas; before that, the one that
// reads writes too.
type conn struct {
	server *Server
	raw    duplex
	net    net.Conn // the same, or TLS over it
	parser *element.Parser
	limits element.Limits
	said   bool   // our stream header is sent
	id     string // of the stream
	lang   string // of the peer's stream

	out     outbox
	writing sync.WaitGroup
	once    sync.Once     // for broken
	broken  chan struct{} // closed when the connection is cut
	gone    chan struct{} // closed when nothing of it runs any more

	// Guarded by server.mu.
	ready bool // the outbox is in use
	over  bool // we have ended the stream: what still comes is of no account
	peer  peer // who this is; nil before that is known
}

// A duplex is a connection whose writing side can be closed alone: TCP, or one in
// memory.
type duplex interface {
	net.Conn
	CloseWrite() error
}

// A peer is who is at the other end of a stream that is ready for stanzas.
type peer interface {
	// name returns the component's domain, or the client's full JID.
	name() jid.JID
	// leave is told that the stream is over, with the server locked.
	leave()
}

const (
	loginTime = time.Minute // until a stream is ready for stanzas
	endTime   = time.Second // for the peer to take our last words, and to end its side
)

func (s *Server) newConn(raw duplex) *conn {
	c := &conn{server: s, raw: raw, net: raw, broken: make(chan struct{}), gone: make(chan struct{})}
	c.out.init(s.opts.QueueBytes)
	return c
}

// serve is the life of a connection.
func (c *conn) serve(run func(*conn) error) {
	c.raw.SetDeadline(time.Now().Add(loginTime))
	err := run(c)
	s := c.server
	s.mu.Lock()
	ready, over, who := c.ready, c.over, c.who()
	c.leave()
	s.mu.Unlock()
	if err != io.EOF {
		s.log.Debug("a stream of the development server has ended", "with", who, "error", err)
	}
	last := c.lastWords(err)
	if !over { // else the time runs already
		c.raw.SetDeadline(time.Now().Add(endTime))
	}
	switch {
	case ready:
		c.out.finish(last)
	case last != "":
		io.WriteString(c.net, last)
	}
	c.writing.Wait()
	if !over && err != io.EOF {
		c.linger()
	}
	c.net.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
	close(c.gone)
}

// A refusal is a stream error that we send (RFC 6120 section 4.9).
type refusal struct {
	condition stream.Condition
	text      string
}

func (r refusal) Error() string { return string(r.condition) + ": " + r.text }

func refuse(c stream.Condition, format string, args ...any) error {
	return refusal{c, fmt.Sprintf(format, args...)}
}

const endTag = "</stream:stream>"

// lastWords returns what is to be sent to a peer whose stream has ended with err.
func (c *conn) lastWords(err error) string {
	var syntax *element.SyntaxError
	var refused refusal
	switch {
	case errors.As(err, &syntax):
		refused = refusal{stream.Condition(syntax.Condition), syntax.Msg}
	case errors.As(err, &refused):
	case err == io.EOF && c.said:
		return endTag
	default:
		return "" // the peer just went
	}
	words := refused.words()
	if !c.said { // RFC 6120 section 4.9.1.2
		words = c.header(element.NSClient, "") + words
	}
	return words
}

func (r refusal) words() string {
	e := stream.Error{Condition: r.condition, Text: r.text}
	return e.XML() + endTag
}

// linger gives a peer that may still be writing time to read our last words: if the
// connection were closed at once, they would be lost with the reset.
func (c *conn) linger() {
	if half, ok := c.net.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		io.Copy(io.Discard, c.net) // until the deadline
	}
}

// cut closes the connection at once with a reset. The TCP connection alone, since
// that of TLS would wait for a write under way.
func (c *conn) cut() {
	switch raw := c.raw.(type) {
	case interface{ SetLinger(int) error }:
		raw.SetLinger(0)
	case interface{ Reset() }:
		raw.Reset()
	}
	c.raw.Close()
	c.once.Do(func() { close(c.broken) })
}

// end ends the stream from our side. It is called with the server locked.
func (c *conn) end(r refusal) {
	if !c.ready {
		c.cut()
		return
	}
	if !c.over {
		c.leave()
		c.over = true
		c.out.finish(r.words())
		c.raw.SetDeadline(time.Now().Add(endTime))
	}
}

// leave tells the peer's part of the server that the stream is over.
func (c *conn) leave() {
	if c.peer != nil {
		c.peer.leave()
		c.peer = nil
	}
}

// who names the peer for the log.
func (c *conn) who() string {
	if c.peer == nil {
		return c.raw.RemoteAddr().String()
	}
	return c.peer.name().String()
}
