package emptest

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

const nsComponent = "jabber:component:accept"

// A streamError ends the stream of an app that does what no server takes (RFC
// 6120 section 4.9).
type streamError struct {
	condition stream.Condition
	text      string
}

func (e streamError) Error() string { return string(e.condition) + ": " + e.text }

// A link is the server's end of one connection. What is written waits in memory
// until the app reads it, so that neither side's writing waits for the other's.
type link struct {
	conn net.Conn
	gone chan struct{} // closed when the app's side has ended

	mu     sync.Mutex
	more   sync.Cond
	out    []byte // what to write next
	closed bool   // behind what is in out, nothing comes any more
}

// serve is the life of a connection.
func (s *server) serve(conn net.Conn) {
	l := &link{conn: conn, gone: make(chan struct{})}
	l.more.L = &l.mu
	var writing sync.WaitGroup
	writing.Go(l.writeAll)

	p := element.NewParser()
	err := s.open(l, p)
	for err == nil {
		var ev element.Event
		ev, err = p.Read(conn)
		switch {
		case err != nil:
		case ev.Kind == element.EventExcess:
			err = streamError{stream.PolicyViolation, fmt.Sprintf("a stanza beyond the limit of %s", ev.Excess)}
		case ev.Kind == element.EventClose:
			err = io.EOF
		default:
			err = s.take(ev.Node)
		}
	}
	var refused streamError
	var syntax *element.SyntaxError
	switch {
	case errors.As(err, &syntax):
		refused = streamError{stream.Condition(syntax.Condition), syntax.Msg}
		fallthrough
	case errors.As(err, &refused):
		l.raw("<stream:error><" + string(refused.condition) + " xmlns='" + stream.NSErrors + "'/></stream:error></stream:stream>")
		s.fail(refused) // before the link is gone, to be why
	case err == io.EOF:
		l.raw("</stream:stream>")
	default: // the app just went; a server does the same
		conn.Close()
	}
	s.mu.Lock()
	if s.link == l {
		s.link = nil
	}
	s.mu.Unlock()
	close(l.gone)
	l.close()
	// What the app still writes goes nowhere, but it must not wait for us.
	writing.Go(func() { io.Copy(io.Discard, conn) })
	writing.Wait()
}

// open answers the stream header and checks the handshake (XEP-0114 section 3).
func (s *server) open(l *link, p *element.Parser) error {
	ev, err := p.Read(l.conn)
	if err != nil {
		return err
	}
	id := stanza.NewID()
	l.raw("<?xml version='1.0'?><stream:stream xmlns='" + nsComponent + "' xmlns:stream='" + stream.NSStreams +
		"' from='" + s.domain.String() + "' id='" + id + "'>")
	if !ev.Node.Is(stream.NSStreams, "stream") || p.Content() != nsComponent {
		return streamError{stream.InvalidNamespace, fmt.Sprintf("the header is %s around %q", ev.Node.Name(), p.Content())}
	}
	if to, err := jid.Parse(ev.Node.Attr("to")); err != nil || to != s.domain {
		return streamError{stream.HostUnknown, fmt.Sprintf("the header is to %q, want %q", ev.Node.Attr("to"), s.domain)}
	}

	ev, err = p.Read(l.conn)
	if err != nil {
		return err
	}
	digest := sha1.Sum([]byte(id + s.secret))
	switch {
	case ev.Kind == element.EventClose:
		return io.EOF
	case ev.Kind != element.EventElement || !ev.Node.Is(element.NSClient, "handshake"):
		return streamError{stream.NotAuthorized, fmt.Sprintf("%s before the handshake", ev.Node.Name())}
	case ev.Node.Text() != hex.EncodeToString(digest[:]):
		return streamError{stream.NotAuthorized, "the handshake's digest is wrong; is the secret?"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.link != nil {
		return streamError{stream.Conflict, "the app is connected already"}
	}
	s.link = l
	l.raw("<handshake/>")
	return nil
}

// write queues a stanza.
func (l *link) write(n element.Node) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return errUnconnected
	}
	w := element.Writer{Space: element.NSClient}
	w.Node(n)
	if err := w.Err(); err != nil {
		return err
	}
	l.out = append(l.out, w.Bytes()...)
	l.more.Signal()
	return nil
}

// raw queues what is no element.
func (l *link) raw(s string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.out = append(l.out, s...)
	l.more.Signal()
}

func (l *link) close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	l.more.Signal()
}

// writeAll writes what is queued, until the link is closed or the app does not
// read any more.
func (l *link) writeAll() {
	defer l.conn.Close()
	for {
		l.mu.Lock()
		for len(l.out) == 0 && !l.closed {
			l.more.Wait()
		}
		batch := l.out
		l.out = nil
		l.mu.Unlock()
		if len(batch) == 0 { // closed
			return
		}
		if _, err := l.conn.Write(batch); err != nil {
			return
		}
	}
}
