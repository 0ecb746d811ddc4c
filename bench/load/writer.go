package main

import (
	"net"
	"sync"
)

// A writer writes in a goroutine of its own, so that a component that answers
// before it reads on cannot make both of us wait. What is outstanding bounds
// what it holds.
type writer struct {
	mu      sync.Mutex
	wake    sync.Cond
	pending []byte
	buf     []byte // for the next spare
	err     error
	stopped bool
	done    chan struct{}
}

func (w *writer) start(conn net.Conn) {
	w.wake.L = &w.mu
	w.done = make(chan struct{})
	go func() {
		defer close(w.done)
		var b []byte
		for {
			w.mu.Lock()
			for len(w.pending) == 0 && !w.stopped {
				w.wake.Wait()
			}
			if len(w.pending) == 0 {
				w.mu.Unlock()
				return
			}
			b, w.pending = w.pending, b[:0]
			w.mu.Unlock()
			if _, err := conn.Write(b); err != nil {
				w.mu.Lock()
				w.err = err
				w.mu.Unlock()
				return
			}
		}
	}()
}

// spare returns an empty buffer for the next write, of the caller's until then.
func (w *writer) spare() []byte { return w.buf[:0] }

// write hands b over to be written.
func (w *writer) write(b []byte) error {
	w.buf = b
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending = append(w.pending, b...)
	w.wake.Signal()
	return w.err
}

// stop writes what is pending, and ends.
func (w *writer) stop() {
	w.mu.Lock()
	w.stopped = true
	w.wake.Signal()
	w.mu.Unlock()
	<-w.done
}
