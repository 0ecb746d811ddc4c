package faultproxy

import (
	"net"
	"sync"
	"testing"
	"time"
)

// A Direction is one way through a Proxy.
type Direction int

// The two directions.
const (
	Up   Direction = iota // from the application to the server
	Down                  // from the server to the application
)

// An End is a way in which a connection ends.
type End int

// The ends that there are.
const (
	// Cut ends both directions, as a peer does that closes: a FIN to both
	// sides. What they still send is thrown away.
	Cut End = iota
	// Reset ends both directions with a RST to both sides.
	Reset
	// HalfClose ends the one direction with a FIN. What comes that way is
	// thrown away; the other direction goes on.
	HalfClose
)

// A Proxy forwards connections to a server.
type Proxy struct {
	Addr string // host:port of the proxy

	server string
	ln     net.Listener
	work   sync.WaitGroup

	mu     sync.Mutex
	closed bool // connections are reset as they come
	ways   [2]way
	pairs  map[*pair]bool
}

// A way is what the test has said of one direction, for all connections.
type way struct {
	piece  int           // bytes of one write at most; 0: as they come
	delay  time.Duration // between reading and writing
	rate   int           // bytes per second; 0: as fast as they go
	passed int
	end    *end
}

// An end is one that was asked for.
type end struct {
	at   int // of way.passed
	how  End
	done chan struct{}
}

// New returns a proxy for a server, a host:port, that lives as long as the test.
func New(t testing.TB, server string) *Proxy {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{Addr: ln.Addr().String(), server: server, ln: ln, pairs: make(map[*pair]bool)}
	p.work.Go(p.accept)
	t.Cleanup(p.stop)
	return p
}

// Split has the bytes of a direction forwarded in pieces of at most n, each in
// a write of its own; 0 ends that.
func (p *Proxy) Split(d Direction, n int) { p.set(func() { p.ways[d].piece = n }) }

// Delay has each piece of a direction wait before it is forwarded, which also
// bounds how much is; 0 ends that.
func (p *Proxy) Delay(d Direction, wait time.Duration) { p.set(func() { p.ways[d].delay = wait }) }

// Slow forwards at most so many bytes per second of each connection in a
// direction; 0 ends that. Kernels on the way buffer some megabytes before the
// sender notices.
func (p *Proxy) Slow(d Direction, bytes int) { p.set(func() { p.ways[d].rate = bytes }) }

// Passed returns how many bytes have been forwarded in a direction.
func (p *Proxy) Passed(d Direction) (n int) {
	p.set(func() { n = p.ways[d].passed })
	return n
}

// After ends a connection behind the next n bytes of a direction: the one that
// the n-th of them passes, or with n = 0 the one that the next would. It is for
// one time; the channel is closed when it has happened. Another call for the
// direction takes its place.
func (p *Proxy) After(d Direction, n int, how End) <-chan struct{} {
	e := &end{how: how, done: make(chan struct{})}
	p.set(func() {
		e.at = p.ways[d].passed + n
		p.ways[d].end = e
	})
	return e.done
}

// Now ends all connections that there are, HalfClose in the given direction.
func (p *Proxy) Now(d Direction, how End) {
	p.set(func() {
		for c := range p.pairs {
			c.end(d, how)
		}
	})
}

// Refuse resets all connections that there are, and new ones as they come; Accept
// ends that.
func (p *Proxy) Refuse() {
	p.set(func() {
		p.closed = true
		for c := range p.pairs {
			c.end(Up, Reset)
		}
	})
}

// Accept ends Refuse.
func (p *Proxy) Accept() { p.set(func() { p.closed = false }) }

// Stall stops forwarding between those connected now, in both directions, and
// reading from them: for both sides the other is there and silent. Ends are not
// forwarded either. New connections work.
func (p *Proxy) Stall() { p.hold(make(chan struct{})) }

// Flow ends Stall.
func (p *Proxy) Flow() { p.hold(nil) }

func (p *Proxy) hold(held chan struct{}) {
	p.set(func() {
		for c := range p.pairs {
			if c.held != nil {
				close(c.held)
			}
			c.held = held
			if held != nil {
				c.held = make(chan struct{}) // each its own, to be closed once
			}
		}
	})
}

func (p *Proxy) set(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

func (p *Proxy) accept() {
	for {
		app, err := p.ln.Accept()
		if err != nil {
			return
		}
		p.work.Go(func() { p.connect(app.(*net.TCPConn)) })
	}
}

// connect serves one connection of the application.
func (p *Proxy) connect(app *net.TCPConn) {
	conn, err := net.Dial("tcp", p.server)
	if err != nil {
		app.SetLinger(0) // as a port that nobody listens on
		app.Close()
		return
	}
	server := conn.(*net.TCPConn)
	c := &pair{ends: [2]*net.TCPConn{server, app}, over: make(chan struct{})}
	p.mu.Lock()
	if p.closed {
		c.end(Up, Reset)
	}
	p.pairs[c] = true
	p.mu.Unlock()
	var both sync.WaitGroup
	both.Go(func() { p.forward(c, Up) })
	both.Go(func() { p.forward(c, Down) })
	both.Wait()
	app.Close()
	server.Close()
	p.set(func() { delete(p.pairs, c) })
}

func (p *Proxy) stop() {
	p.ln.Close()
	p.Refuse()
	p.work.Wait()
}
