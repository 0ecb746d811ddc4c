package xmpptest_test

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"net"
	"os"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xmpptest"
)

// A peer is the least that is an external component (XEP-0114 section 3).
type peer struct {
	t      testing.TB
	conn   net.Conn
	parser *element.Parser
}

// connect opens a component's stream over conn and authenticates it.
func connect(t testing.TB, conn net.Conn, domain, secret string) *peer {
	t.Helper()
	t.Cleanup(func() { conn.Close() })
	p := &peer{t: t, conn: conn, parser: element.NewParser()}
	p.send("<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='" + domain + "'>")
	id := p.event(element.EventOpen).Node.Attr("id")
	digest := sha1.Sum([]byte(id + secret))
	p.send("<handshake>" + hex.EncodeToString(digest[:]) + "</handshake>")
	if answer := p.receive(); answer.Local() != "handshake" {
		t.Fatalf("handshake refused: %s", answer.XML())
	}
	return p
}

// dial is connect to a server's component port, without TLS.
func dial(t testing.TB, s *xmpptest.Server, domain string) *peer {
	t.Helper()
	conn, err := net.Dial("tcp", s.ComponentAddr)
	if err != nil {
		t.Fatal(err)
	}
	return connect(t, conn, domain, s.Options.Secret)
}

func (p *peer) send(xml string) {
	p.t.Helper()
	if _, err := p.conn.Write([]byte(xml)); err != nil {
		p.t.Fatal(err)
	}
}

func (p *peer) receive() element.Node {
	p.t.Helper()
	return p.event(element.EventElement).Node
}

// event returns the next event of the stream, which has to be of a kind.
func (p *peer) event(kind element.EventKind) element.Event {
	p.t.Helper()
	e, err := p.read()
	if err != nil {
		p.t.Fatal(err)
	}
	if e.Kind != kind {
		p.t.Fatalf("event %v, want %v: %s", e.Kind, kind, e.Node.XML())
	}
	return e
}

// read is for goroutines other than the test's, too.
func (p *peer) read() (element.Event, error) {
	p.conn.SetReadDeadline(time.Now().Add(time.Minute)) // a bound for what does not come
	return p.parser.Read(p.conn)
}

// rest reads to the end of the connection and returns what ended it: a server
// that stops may close the stream in front of that, or say why, or do neither.
// The error is nil if the connection has no end.
func (p *peer) rest() error {
	for {
		_, err := p.read()
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
