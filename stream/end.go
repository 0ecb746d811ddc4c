package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/emp-framework/emp/internal/sm"
)

// refuse ends the link because of err, if that is not nil, and returns it. The
// server is told why, if the fault is its own.
func (c *conn) refuse(err error) error {
	if err == nil {
		return nil
	}
	last := endTag
	var e *Error
	ours := errors.As(err, &e) && !e.Received
	switch {
	case ours:
		last = e.tag() + endTag
	case errors.Is(err, errTaken), c.session.outlasts(c) && e == nil && !errors.Is(err, ErrEnded):
		last = "" // or the session would be over (requirement M04)
	}
	c.finish(last, err)
	if ours {
		c.linger()
	}
	c.net.Close()
	return err
}

const endTag = "</stream:stream>"

// finish writes the last words, waiting no longer than a peer deserves that is
// done with us, and marks the link down.
func (c *conn) finish(last string, why error) {
	c.blame(why) // before what writing may find: servers reset the connection behind their error
	ctx, cancel := context.WithTimeout(background, lingerTime)
	defer cancel()
	c.out.end(ctx, last, why)
	c.fail(why)
}

// lingerTime is how long we care for a stream that is over.
const lingerTime = 2 * time.Second

// linger reads what the server still sends after a stream error of ours, for a
// moment: closing the connection on unread bytes would reset it, and the server
// would not see why.
func (c *conn) linger() {
	if half, ok := c.net.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
		c.net.SetReadDeadline(time.Now().Add(lingerTime))
		io.CopyN(io.Discard, c.net, 1<<20)
	}
}

// blame keeps why the link ends: the first reason counts.
func (c *conn) blame(why error) { c.blamed.Do(func() { c.downErr = why }) }

// fail marks the link down: those who ask learn that no answer will come.
// The connection is not closed yet.
func (c *conn) fail(why error) {
	c.blame(why)
	c.once.Do(func() {
		c.state.Store(isDown)
		close(c.down)
		c.session.broke(c)
		c.opts.Pending.interrupt(c)
	})
}

// broke is told that writing failed. What the server said before may lie unread
// and tells more: Read goes on until it ends by itself, for a moment.
func (c *conn) broke(err error) {
	c.fail(err)
	c.net.SetReadDeadline(time.Now().Add(lingerTime))
}

// Abort closes the connection at once. What was not written is lost. It may be
// called any time, while any other call runs, and again.
func (c *conn) Abort() {
	c.fail(ErrClosed)
	c.hangUp(false)
}

// hangUp closes the connection and waits for what the link has running. TLS
// ends in order, which may take a while, only if the stream did.
func (c *conn) hangUp(inOrder bool) {
	c.mu.Lock()
	c.gone = true
	nc, raw := c.net, c.raw
	if c.stopDial != nil {
		c.stopDial()
	}
	c.mu.Unlock()
	c.out.abandon()
	if nc != nil {
		if !inOrder {
			raw.Close()
		}
		nc.Close()
	}
	c.work.Wait()
}

// Close ends the stream in order; see [Link].
func (c *conn) Close(ctx context.Context) error {
	inOrder := false
	defer func() { c.hangUp(inOrder) }()
	switch {
	case c.state.CompareAndSwap(isReady, closing):
		last := endTag
		if on, handled := c.session.close(c); on {
			last = "<a xmlns='" + sm.NS + "' h='" + count(handled) + "'/>" + endTag
		}
		if err := c.out.end(ctx, last, ErrClosed); err != nil {
			c.fail(ErrClosed)
			return fmt.Errorf("stream: writing what was left: %w", err)
		}
	case c.state.Load() == closing: // somebody else does
	default:
		c.fail(ErrClosed)
		return nil
	}
	select {
	case <-c.down:
	case <-ctx.Done():
		c.fail(ErrClosed)
		return fmt.Errorf("stream: waiting for the server to end the stream: %w", context.Cause(ctx))
	}
	if c.downErr != ErrClosed && c.downErr != ErrEnded {
		return c.downErr
	}
	inOrder = true
	return nil
}

// Down is closed when the link is of no use any more; Read says why.
func (c *conn) Down() <-chan struct{} { return c.down }
