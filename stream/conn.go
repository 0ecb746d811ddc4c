package stream

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A conn is what links of all kinds have in common: a connection with a parser
// on its one side and an outbox on the other, and how both end.
type conn struct {
	opts     *Options
	net      net.Conn
	parser   element.Parser
	out      outbox
	defaults stanza.Defaults // what stanzas take from the stream

	state   atomic.Int32
	readAt  atomic.Int64  // when bytes came last, by the clock that started at began
	began   time.Time     // with a monotonic reading
	readErr error         // why Read ends, once it has returned all that came before
	down    chan struct{} // closed when the link is of no use any more
	downErr error         // why; set before down is closed
	once    sync.Once
	work    sync.WaitGroup // the keepalive
}

var background = context.Background()

// The states of a conn.
const (
	negotiating = iota
	isReady
	closing // we ended the stream, and read on until the server does
	isDown
)

func (c *conn) init(opts *Options) {
	c.opts = opts
	c.parser.Limits = opts.Limits
	c.began = time.Now()
	c.down = make(chan struct{})
}

// Connect makes the connection, encrypted if Options.TLS asks for it.
func (c *conn) Connect(ctx context.Context) error {
	nc, err := c.opts.Dial(ctx, "tcp", c.opts.Server)
	if err != nil {
		return fmt.Errorf("stream: connect: %w", err)
	}
	tune(nc)
	switch {
	case c.opts.TLS != nil:
		nc, err = c.encrypt(ctx, nc)
	case !c.opts.AllowPlain && !isLocal(nc):
		err = fmt.Errorf("%w: %s is not on this one", ErrPlain, nc.RemoteAddr())
	}
	if err != nil {
		nc.Close()
		return err
	}
	c.net = nc
	c.out.init(nc, c.opts, c.broke)
	return nil
}

// encrypt makes a TLS connection, checked against the configured name.
func (c *conn) encrypt(ctx context.Context, nc net.Conn) (net.Conn, error) {
	cfg := c.opts.TLS.Clone()
	if cfg.ServerName == "" {
		cfg.ServerName, _, _ = net.SplitHostPort(c.opts.Server)
	}
	cfg.MinVersion = max(cfg.MinVersion, tls.VersionTLS12)
	tc := tls.Client(nc, cfg)
	if err := tc.HandshakeContext(ctx); err != nil {
		return nc, fmt.Errorf("stream: TLS with %s: %w", cfg.ServerName, err)
	}
	return tc, nil
}

// isLocal reports whether the peer is on this machine. What is not TCP (a pipe
// in memory, a socket in the file system) is.
func isLocal(nc net.Conn) bool {
	addr, ok := nc.RemoteAddr().(*net.TCPAddr)
	return !ok || addr.IP.IsLoopback()
}

// say writes words of the negotiation.
func (c *conn) say(ctx context.Context, words string) error {
	if c.net == nil {
		return errors.New("stream: the link is not connected")
	}
	defer c.bound(ctx)()
	if err := c.out.write([]byte(words)); err != nil {
		return c.ended(ctx, err)
	}
	return nil
}

// next returns the next element of the negotiation. The server's stream error
// and closing tag, and its faults, come as errors, the last after they have been
// told to it.
func (c *conn) next(ctx context.Context) (element.Event, error) {
	defer c.bound(ctx)()
	ev, err := c.parser.Read(c.net)
	switch {
	case err != nil:
		return ev, c.refuse(c.ended(ctx, err))
	case ev.Kind == element.EventClose:
		c.finish("</stream:stream>", ErrEnded)
		return ev, ErrEnded
	case ev.Kind == element.EventExcess:
		return ev, c.refuse(broken(PolicyViolation, "<%s> is beyond the limit of %s", ev.Node.Local(), ev.Excess))
	case ev.Node.Is(NSStreams, "error"):
		err := received(ev.Node)
		c.finish("</stream:stream>", err)
		return ev, err
	}
	return ev, nil
}

// bound has reading and writing end with ctx, until the function it returns is
// called.
func (c *conn) bound(ctx context.Context) func() {
	past := time.Unix(1, 0)
	stop := context.AfterFunc(ctx, func() { c.net.SetDeadline(past) })
	return func() {
		if stop() {
			c.net.SetDeadline(time.Time{})
		}
	}
}

// ended makes an error that ends the link of what reading or writing returned.
func (c *conn) ended(ctx context.Context, err error) error {
	var syntax *element.SyntaxError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("stream: waiting for the server: %w", context.Cause(ctx))
	case errors.As(err, &syntax):
		return &Error{Condition: Condition(syntax.Condition), Cause: err}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ErrCut
	case errors.Is(err, net.ErrClosed):
		return ErrClosed
	}
	return fmt.Errorf("stream: %w", err)
}

// refuse tells the server why we end the stream, if err is a fault of its own,
// and ends it.
func (c *conn) refuse(err error) error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) && !e.Received {
		c.finish(e.tag()+"</stream:stream>", err)
		c.linger()
	} else {
		c.finish("</stream:stream>", err)
	}
	return err
}

// finish writes the last words, waiting no longer than a peer deserves that is
// done with us, and marks the link down.
func (c *conn) finish(last string, why error) {
	ctx, cancel := context.WithTimeout(context.Background(), lingerTime)
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

// fail marks the link down: those who ask learn that no answer will come.
// The connection is not closed yet.
func (c *conn) fail(why error) {
	c.once.Do(func() {
		c.downErr = why
		c.state.Store(isDown)
		close(c.down)
		c.opts.Pending.interrupt(c)
	})
}

// broke is told that writing failed.
func (c *conn) broke(err error) {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = fmt.Errorf("the server took less than %d bytes in %v: %w", chunk, c.opts.WriteTimeout, err)
	}
	c.fail(fmt.Errorf("stream: writing: %w", err))
	c.net.Close() // reading ends with it
}

// Abort closes the connection at once. What was not written is lost. It may be
// called any time after Connect, and again.
func (c *conn) Abort() {
	c.fail(ErrClosed)
	c.hangUp()
}

// hangUp closes the connection and waits for what the link has running.
func (c *conn) hangUp() {
	c.out.abandon()
	if c.net != nil {
		c.net.Close()
	}
	c.work.Wait()
}

// Close ends the stream in order; see [Link].
func (c *conn) Close(ctx context.Context) error {
	defer c.hangUp()
	if !c.state.CompareAndSwap(isReady, closing) {
		c.fail(ErrClosed)
		return nil
	}
	if err := c.out.end(ctx, "</stream:stream>", ErrClosed); err != nil {
		c.fail(ErrClosed)
		return fmt.Errorf("stream: writing what was left: %w", err)
	}
	select {
	case <-c.down:
		return nil
	case <-ctx.Done():
		c.fail(ErrClosed)
		return fmt.Errorf("stream: waiting for the server to end the stream: %w", context.Cause(ctx))
	}
}

// Down is closed when the link is of no use any more; Read says why.
func (c *conn) Down() <-chan struct{} { return c.down }

// Local is the link's address; see [Link].
func (c *conn) Local() jid.JID { return c.opts.Domain }
