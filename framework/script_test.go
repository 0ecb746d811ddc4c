package framework_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/stream"
)

const domain = "comp.localhost"

// A script is a server of components in memory whose lines a test writes. It
// works in bubbles of testing/synctest.
type script struct {
	t        testing.TB
	accepted chan *peer // connections, as they come

	mu    sync.Mutex
	dials []time.Time // of each attempt to connect
	fails error       // what connecting ends with
	deaf  bool        // it relays nothing
	peers []*peer
	pause chan struct{} // if it is set, what comes behind the handshake is not read until it is closed
}

func newScript(t testing.TB) *script {
	return &script{t: t, accepted: make(chan *peer, 1000)}
}

// Dial is an App's.
func (s *script) Dial(context.Context, string, string) (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dials = append(s.dials, time.Now())
	if s.fails != nil {
		return nil, s.fails
	}
	ours, theirs := net.Pipe()
	p := &peer{s: s, conn: ours, events: make(chan element.Event, 10000), out: make(chan string, 10000), gone: make(chan struct{})}
	s.peers = append(s.peers, p)
	go p.read()
	go p.write()
	s.accepted <- p
	return theirs, nil
}

// set changes how the server is.
func (s *script) set(change func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change()
}

// attempts returns when the app tried to connect.
func (s *script) attempts() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dials
}

// accept returns the next connection, ready for stanzas.
func (s *script) accept() *peer {
	s.t.Helper()
	select {
	case p := <-s.accepted:
		p.greet()
		p.say("<handshake/>")
		return p
	case <-time.After(time.Hour):
		s.t.Fatal("the app does not come")
		return nil
	}
}

// A peer is the server's end of one connection.
type peer struct {
	s      *script
	conn   net.Conn
	events chan element.Event // what the app sent; closed when it is gone
	out    chan string
	gone   chan struct{} // closed with events
}

func (p *peer) read() {
	defer close(p.gone)
	defer close(p.events)
	parser := element.NewParser()
	for {
		ev, err := parser.Read(p.conn)
		if err != nil {
			return
		}
		p.s.mu.Lock()
		deaf, pause := p.s.deaf, p.s.pause
		p.s.mu.Unlock()
		if pause != nil && ev.Node.Local() == "handshake" {
			p.events <- ev
			<-pause
			continue
		}
		to := ev.Node.Attr("to")
		if strings.HasPrefix(to, domain) && ev.Node.Local() != "stream" {
			if !deaf {
				p.say(ev.Node.String())
			}
			if ev.Node.Local() == "iq" {
				continue
			}
		}
		p.events <- ev
	}
}

func (p *peer) write() {
	for {
		select {
		case xml := <-p.out:
			if _, err := p.conn.Write([]byte(xml)); err != nil {
				return
			}
		case <-p.gone:
			return
		}
	}
}

func (p *peer) say(xml string) { p.out <- xml }

// greet takes the app's header and handshake, and answers the header.
func (p *peer) greet() {
	p.s.t.Helper()
	p.want("stream")
	p.say("<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='" + domain + "' id='abc'>")
	p.want("handshake")
}

// next returns what the app sent next.
func (p *peer) next() element.Node {
	p.s.t.Helper()
	ev, ok := <-p.events
	switch {
	case !ok:
		p.s.t.Fatal("the app has closed the connection")
	case ev.Kind == element.EventClose:
		p.s.t.Fatal("the app has ended the stream")
	}
	return ev.Node
}

// want is next, which is to be an element of that name.
func (p *peer) want(local string) element.Node {
	p.s.t.Helper()
	n := p.next()
	if n.Local() != local {
		p.s.t.Fatalf("the app sent %v, want <%s>", n, local)
	}
	return n
}

// wantPresence takes a presence stanza and checks it.
func (p *peer) wantPresence(typ, from, to string) element.Node {
	p.s.t.Helper()
	n := p.want("presence")
	if n.Attr("type") != typ || n.Attr("from") != from || n.Attr("to") != to {
		p.s.t.Fatalf("the app sent %v, want presence %q from %s to %s", n, typ, from, to)
	}
	return n
}

// wantClose takes the app's closing tag and, if it is to, answers it.
func (p *peer) wantClose(answer bool) {
	p.s.t.Helper()
	ev, ok := <-p.events
	if !ok || ev.Kind != element.EventClose {
		p.s.t.Fatalf("the app sent %v, want its closing tag", ev.Node)
	}
	if answer {
		p.say("</stream:stream>")
	}
}

// refuse ends the stream with an error.
func (p *peer) refuse(c stream.Condition) {
	p.say("<stream:error><" + string(c) + " xmlns='" + stream.NSErrors + "'/></stream:error></stream:stream>")
}

// cut closes the connection without a word.
func (p *peer) cut() { p.conn.Close() }

// play runs an app on the script until the test ends; change may alter it
// before.
func (s *script) play(change func(a *framework.App)) *subject {
	s.t.Helper()
	ctx, stop := context.WithCancelCause(context.Background())
	sub := &subject{t: s.t, log: newJournal(s.t), stop: func() { stop(errTold) }, done: make(chan error, 1)}
	sub.App = &framework.App{
		Name: "hack", Routes: hack, Dial: s.Dial, Log: slog.New(sub.log),
		Config: framework.Config{JID: domain, Secret: framework.NewSecret("s3cr3t")},
	}
	if change != nil {
		change(sub.App)
	}
	go func() { sub.done <- sub.Run(ctx) }()
	s.t.Cleanup(func() {
		sub.stop()
		sub.StopNow()
		for _, p := range s.peers {
			p.cut()
		}
		sub.end()
	})
	return sub
}

// errTold is why an app of a script stops.
var errTold = errors.New("told to stop")
