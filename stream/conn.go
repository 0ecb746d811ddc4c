package stream

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// A conn is what links of all kinds have in common: a connection with a parser
// on its one side and an outbox on the other, and how both end.
type conn struct {
	opts     *Options
	net      net.Conn // encrypted or not; set once, by Connect
	raw      net.Conn // what net lies on
	parser   element.Parser
	out      outbox
	defaults stanza.Defaults // what stanzas take from the stream

	state  atomic.Int32
	served atomic.Bool // it was ready once
	// listening is when the read under way began, by the clock that started at
	// began, plus one; 0 while there is none.
	listening atomic.Int64
	began     time.Time     // with a monotonic reading
	readErr   error         // why Read ends, once it has returned all that came before
	blamed    sync.Once     // for downErr
	downErr   error         // why the link ended; set before down is closed
	once      sync.Once     // for down
	down      chan struct{} // closed when the link is of no use any more

	mu       sync.Mutex         // guards what follows, and net and raw while they are being set
	gone     bool               // hung up: nothing more may begin
	stopDial context.CancelFunc // while Connect runs
	work     sync.WaitGroup     // the keepalive, a writer; added to only while not gone
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

// errUsed: a link is made for one stream.
var errUsed = errors.New("stream: Connect, Open and Authenticate are for once each: make a new link")

// stepTime is what a step of the negotiation may take whose ctx has no deadline
// (requirement K03): servers may leave a connection silent for ever.
const stepTime = 10 * time.Second

// limited gives ctx a deadline if it has none.
func limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, stepTime)
}

// Connect makes the connection, encrypted if Options.TLS asks for it. Without
// a deadline in ctx it takes 10 seconds at most.
func (c *conn) Connect(ctx context.Context) error {
	ctx, cancel := limited(ctx)
	defer cancel()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	c.mu.Lock()
	gone, used := c.gone, c.net != nil || c.stopDial != nil
	if !gone && !used {
		c.stopDial = stop
	}
	c.mu.Unlock()
	switch {
	case gone:
		return ErrClosed
	case used:
		return errUsed
	}
	raw, err := c.opts.Dial(ctx, "tcp", c.opts.Server)
	if err != nil {
		return c.orClosed(fmt.Errorf("stream: connect: %w", err))
	}
	nc := raw
	tune(raw)
	switch {
	case c.opts.TLS != nil:
		nc, err = c.encrypt(ctx, raw)
	case !c.opts.AllowPlain && !isLocal(raw):
		err = fmt.Errorf("%w: %s is not on this one", ErrPlain, raw.RemoteAddr())
	}
	if err == nil && !c.attach(nc, raw) {
		err = ErrClosed
	}
	if err != nil {
		raw.Close()
		return c.orClosed(err)
	}
	return nil
}

// attach takes the connection into use, unless the link was aborted meanwhile.
func (c *conn) attach(nc, raw net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return false
	}
	c.net, c.raw = nc, raw
	c.out.init(nc, c.opts, c.start, c.broke)
	return true
}

// start runs f beside the link, and reports whether it may: not once the link
// is hung up.
func (c *conn) start(f func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return false
	}
	c.work.Go(f)
	return true
}

// orClosed returns why the link ended if it did, else err.
func (c *conn) orClosed(err error) error {
	select {
	case <-c.down:
		return c.downErr
	default:
		return err
	}
}

// isLocal reports whether the peer is on this machine. What is not TCP (a pipe
// in memory, a socket in the file system) is.
func isLocal(nc net.Conn) bool {
	addr, ok := nc.RemoteAddr().(*net.TCPAddr)
	return !ok || addr.IP.IsLoopback()
}
