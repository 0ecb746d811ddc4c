// Package pipe is a network connection in memory that behaves like TCP: buffered
// on both ways, with deadlines, half-close and reset. Unlike net.Pipe a write
// does not wait for its reader, and unlike TCP everything in it waits in ways that
// testing/synctest understands.
//
// In and out: bytes, from one end to the other. It is for tests, and for devserver, which
// tests run in memory.
package pipe

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// Size is how many bytes each way holds before a write waits.
const Size = 256 << 10

// A Conn is one end. Errors are those of TCP: io.EOF behind what the peer wrote
// before it closed, EPIPE in writing to a peer that closed, ECONNRESET after a
// Reset, net.ErrClosed on an end that is closed itself.
type Conn struct{ in, out *way }

// New returns the two ends of a connection.
func New() (*Conn, *Conn) {
	a, b := newWay(), newWay()
	return &Conn{in: a, out: b}, &Conn{in: b, out: a}
}

// A way carries the bytes of one direction.
type way struct {
	mu         sync.Mutex
	changed    sync.Cond
	buf        []byte
	ended      bool // the writer will write no more
	gone       bool // the reader will read no more
	reset      bool
	read, sent deadline
}

// A deadline wakes those who wait on a way when it has passed.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func newWay() *way {
	w := new(way)
	w.changed.L = &w.mu
	return w
}

func (d *deadline) passed() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

func (w *way) set(d *deadline, at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	d.at = at
	if wait := time.Until(at); !at.IsZero() && wait > 0 {
		d.timer = time.AfterFunc(wait, func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.changed.Broadcast()
		})
	}
	w.changed.Broadcast()
}

// Read implements net.Conn.
func (c *Conn) Read(b []byte) (int, error) {
	w := c.in
	w.mu.Lock()
	defer w.mu.Unlock()
	for {
		switch {
		case w.gone:
			return 0, net.ErrClosed
		case w.read.passed():
			return 0, os.ErrDeadlineExceeded
		case len(w.buf) > 0:
			n := copy(b, w.buf)
			w.buf = w.buf[n:]
			w.changed.Broadcast()
			return n, nil
		case w.reset:
			return 0, syscall.ECONNRESET
		case w.ended:
			return 0, io.EOF
		}
		w.changed.Wait()
	}
}

// Write implements net.Conn.
func (c *Conn) Write(b []byte) (n int, err error) {
	w := c.out
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(b) > 0 {
		room := Size - len(w.buf)
		switch {
		case w.ended:
			return n, net.ErrClosed
		case w.reset:
			return n, syscall.ECONNRESET
		case w.gone:
			return n, syscall.EPIPE
		case w.sent.passed():
			return n, os.ErrDeadlineExceeded
		case room > 0:
			k := min(room, len(b))
			w.buf = append(w.buf, b[:k]...)
			n, b = n+k, b[k:]
			w.changed.Broadcast()
			continue
		}
		w.changed.Wait()
	}
	return n, nil
}

func (w *way) change(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f()
	w.changed.Broadcast()
}

// CloseWrite ends the way out: the peer reads what was written, then io.EOF.
func (c *Conn) CloseWrite() error {
	c.out.change(func() { c.out.ended = true })
	return nil
}

// Close ends both ways. What the peer has not read yet it still can.
func (c *Conn) Close() error {
	c.in.change(func() { c.in.gone, c.in.buf = true, nil })
	c.SetDeadline(time.Time{}) // stops the timers
	return c.CloseWrite()
}

// Reset ends both ways at once, as a TCP reset does on Linux: what the peer has
// received it can still read.
func (c *Conn) Reset() {
	c.in.change(func() { c.in.reset, c.in.gone = true, true })
	c.out.change(func() { c.out.reset, c.out.ended = true, true })
}

// SetDeadline implements net.Conn.
func (c *Conn) SetDeadline(t time.Time) error {
	c.in.set(&c.in.read, t)
	c.out.set(&c.out.sent, t)
	return nil
}

// SetReadDeadline implements net.Conn.
func (c *Conn) SetReadDeadline(t time.Time) error { c.in.set(&c.in.read, t); return nil }

// SetWriteDeadline implements net.Conn.
func (c *Conn) SetWriteDeadline(t time.Time) error { c.out.set(&c.out.sent, t); return nil }

// LocalAddr implements net.Conn.
func (c *Conn) LocalAddr() net.Addr { return addr{} }

// RemoteAddr implements net.Conn.
func (c *Conn) RemoteAddr() net.Addr { return addr{} }

type addr struct{}

func (addr) Network() string { return "pipe" }
func (addr) String() string  { return "pipe" }
