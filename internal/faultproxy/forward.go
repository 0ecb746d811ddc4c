package faultproxy

import (
	"net"
	"time"
)

// A pair is the two connections that belong together. Its fields are guarded by
// the proxy's mutex.
type pair struct {
	ends  [2]*net.TCPConn // where each direction leads
	held  chan struct{}   // set while stalled, closed at the end of that
	ended [2]bool         // forwarded no more, but thrown away
	over  chan struct{}   // closed with a reset, for those who wait
	reset bool
}

// lastWords is how long what the sides of a cut connection send is read, so that
// it is a FIN that they get: closing with bytes unread would be a RST.
const lastWords = 2 * time.Second

// end ends a pair. It is called locked.
func (c *pair) end(d Direction, how End) {
	switch how {
	case Reset:
		if !c.reset {
			c.reset = true
			close(c.over)
		}
		for _, conn := range c.ends {
			conn.SetLinger(0)
			conn.Close()
		}
	case HalfClose:
		c.ended[d] = true
		c.ends[d].CloseWrite()
	default:
		c.end(Up, HalfClose)
		c.end(Down, HalfClose)
		for _, conn := range c.ends {
			conn.SetReadDeadline(time.Now().Add(lastWords))
		}
	}
}

// forward carries one direction of a pair to its end.
func (p *Proxy) forward(c *pair, d Direction) {
	from, to := c.ends[1-d], c.ends[d]
	buf := make([]byte, 16<<10)
	for {
		if !p.flows(c) {
			return
		}
		n, err := from.Read(buf)
		if !p.pass(c, d, to, buf[:n]) || !p.flows(c) {
			return
		}
		if err != nil {
			to.CloseWrite() // a FIN is forwarded, and a RST as one
			return
		}
	}
}

// flows waits while the pair is stalled, and reports whether it still is there.
func (p *Proxy) flows(c *pair) bool {
	for {
		p.mu.Lock()
		held := c.held
		p.mu.Unlock()
		if held != nil {
			select {
			case <-held:
				continue
			case <-c.over:
			}
		}
		select {
		case <-c.over:
			return false
		default:
			return true
		}
	}
}

// pass forwards b as the test said, or throws it away; false if there is no
// more to do.
func (p *Proxy) pass(c *pair, d Direction, to *net.TCPConn, b []byte) bool {
	for len(b) > 0 {
		p.mu.Lock()
		w := &p.ways[d]
		if c.ended[d] {
			p.mu.Unlock()
			return true
		}
		n, wait := len(b), w.delay
		if w.piece > 0 {
			n = min(n, w.piece)
		}
		if w.rate > 0 {
			n = min(n, max(1, w.rate/20))
			wait += time.Duration(n) * time.Second / time.Duration(w.rate)
		}
		var last *end
		if e := w.end; e != nil && w.passed+n >= e.at {
			n, last, w.end = e.at-w.passed, e, nil
		}
		w.passed += n
		p.mu.Unlock()

		if wait > 0 {
			select {
			case <-time.After(wait):
			case <-c.over:
			}
		}
		if !p.flows(c) {
			return false
		}
		_, err := to.Write(b[:n])
		b = b[n:]
		if last != nil {
			p.set(func() { c.end(d, last.how) })
			close(last.done)
		} else if err != nil {
			c.ends[1-d].CloseRead() // the sender is to know
			return false
		}
	}
	return true
}
