package stream

import (
	"context"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/internal/pipe"
	"github.com/emp-framework/emp/jid"
)

const (
	ourHeader = "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='comp.localhost'>"
	header    = "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='comp.localhost' id='abc'>"
	// digest is what openssl says: printf abcsecret | openssl sha1
	digest = "<handshake>de0a408ef519cd62e7379039634152874895c50c</handshake>"
)

var alice = jid.MustParse("alice@localhost/r")

// A server is the other end of a link: what it says is written down in the test.
type server struct {
	*pipe.Conn
	t testing.TB
}

// newServer returns a server and options to reach it. Whatever it has said before
// the link connects is there at once.
func newServer(t testing.TB) (*server, Options) {
	ours, its := pipe.New()
	return &server{its, t}, Options{}.with("comp.localhost", ours)
}

// with returns o for a component on the connection nc.
func (o Options) with(domain string, nc net.Conn) Options {
	o.Domain, o.Secret = jid.MustParse(domain), "secret"
	o.Dial = func(context.Context, string, string) (net.Conn, error) { return nc, nil }
	return o
}

// dial returns a link that is ready, and the server, which has read its part.
func dial(t testing.TB, change ...func(*Options)) (*Component, *server) {
	t.Helper()
	srv, opts := newServer(t)
	for _, f := range change {
		f(&opts)
	}
	srv.say(header + "<handshake/>")
	link, err := DialComponent(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(link.Abort) // a bubble that leaves something behind panics
	srv.hear(ourHeader + digest)
	return link, srv
}

func (s *server) say(words string) {
	s.t.Helper()
	if _, err := io.WriteString(s, words); err != nil {
		s.t.Errorf("the server cannot say %.100q: %v", words, err)
	}
}

// hear waits until the link has written want.
func (s *server) hear(want string) {
	s.t.Helper()
	got := make([]byte, len(want))
	n, err := io.ReadFull(s, got)
	if string(got[:n]) != want {
		s.t.Fatalf("the link wrote %q (%v), want %q", got[:n], err, want)
	}
}

// rest returns what the link writes until it ends, or the error beside it.
func (s *server) rest() (string, error) {
	b, err := io.ReadAll(s)
	return string(b), err
}

// ends checks that the link writes want and then closes the connection.
func (s *server) ends(want string) {
	s.t.Helper()
	if got, err := s.rest(); got != want || err != nil {
		s.t.Errorf("the link ended with %q, %v; want %q", got, err, want)
	}
}

// read reads until the link ends and returns why, and what came.
func read(link Link) (got []Received, err error) {
	for err == nil {
		got, err = link.Read(got)
	}
	return got, err
}

// A reading is a link being read beside the test.
type reading struct {
	got  []Received
	err  error
	done chan struct{}
}

func reader(link Link) *reading {
	r := &reading{done: make(chan struct{})}
	go func() {
		defer close(r.done)
		r.got, r.err = read(link)
	}()
	return r
}

// bubble runs a test with a clock of its own, and fails if it leaves anything
// running.
func bubble(name string, t *testing.T, f func(t *testing.T)) {
	t.Helper()
	t.Run(name, func(t *testing.T) { synctest.Test(t, f) })
}

// within returns a context that ends after d.
func within(t testing.TB, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

func ids(got []Received) string {
	var b strings.Builder
	for _, r := range got {
		b.WriteString(r.Stanza.ID + " ")
	}
	return strings.TrimSpace(b.String())
}
