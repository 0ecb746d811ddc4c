package framework_test

import (
	"io"
	"net"
	"sync"
	"testing"
)

// A proxy stands between an application and its server, and breaks connections.
type proxy struct {
	t      testing.TB
	server string
	lis    net.Listener

	mu     sync.Mutex
	conns  map[*net.TCPConn]bool
	closed bool // connections are reset as they come
	work   sync.WaitGroup
}

// newProxy returns a proxy to the server at an address.
func newProxy(t testing.TB, server string) *proxy {
	t.Helper()
	lis, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{t: t, server: server, lis: lis, conns: make(map[*net.TCPConn]bool)}
	p.work.Go(p.serve)
	t.Cleanup(func() {
		lis.Close()
		p.close(true)
		p.work.Wait()
	})
	return p
}

func (p *proxy) addr() string { return p.lis.Addr().String() }

func (p *proxy) serve() {
	for {
		near, err := p.lis.Accept()
		if err != nil {
			return
		}
		far, err := net.Dial("tcp", p.server)
		if err != nil {
			near.Close()
			continue
		}
		a, b := near.(*net.TCPConn), far.(*net.TCPConn)
		p.mu.Lock()
		if p.closed {
			reset(a)
			reset(b)
			p.mu.Unlock()
			continue
		}
		p.conns[a], p.conns[b] = true, true
		p.mu.Unlock()
		p.work.Go(func() { p.pump(a, b) })
		p.work.Go(func() { p.pump(b, a) })
	}
}

// pump carries what comes from one end to the other, its end included.
func (p *proxy) pump(to, from *net.TCPConn) {
	io.Copy(to, from)
	to.CloseWrite()
}

// reset closes a connection by a RST: what it had not read, and what its peer
// has not, is lost.
func reset(c *net.TCPConn) {
	c.SetLinger(0)
	c.Close()
}

// cut resets all connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		reset(c)
	}
	clear(p.conns)
}

// close cuts, and has new connections reset until it is called with false.
func (p *proxy) close(closed bool) {
	p.mu.Lock()
	p.closed = closed
	p.mu.Unlock()
	p.cut()
}
