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
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A conn is what links of all kinds have in common: a connection with a parser
// on its one side and an outbox on the other, and how both end.
type conn struct {
	opts   *Options
	role   role
	net    net.Conn // encrypted or not; set by Connect, and by Client.Encrypt
	raw    net.Conn // what net lies on
	parser element.Parser
	out    outbox
	views  stanza.Viewer // with what stanzas take from the stream
	minds  bool          // the server ends a link on which we are silent; set before it is ready
	proven bool          // the server of a client has shown, over TLS, whose it is

	session  *Session      // nil: the stream is not managed
	counted  bool          // it is, or was, that of session; guarded by that
	enabling bool          // the server was asked to manage the stream; guarded by out
	enabled  chan struct{} // closed when it has said whether it does
	direct   bool          // TLS began with the first byte
	heard    bool          // the server has said something over net

	state  atomic.Int32
	served atomic.Bool // it was ready once
	// listening is when the read under way began, by the clock that started at
	// began, plus one; 0 while there is none.
	listening atomic.Int64
	began     time.Time     // with a monotonic reading
	readErr   error         // why Read ends, once it has returned all that came before
	taken     int64         // stanzas, by the one who reads
	filled    int64         // bytes, likewise
	reads     atomic.Int64  // taken, when Read returned last
	readBytes atomic.Int64  // filled, likewise
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

// A role is what a link does in a way of its own, as a component or a client.
type role interface {
	// Local is the address that the link stands for.
	Local() jid.JID
	// serves reports whether a stanza to that address is for us.
	serves(to jid.JID) bool
	// sender returns the from that a stanza goes out with in place of its own, nil if
	// that stays, or says why it cannot go with its addresses.
	sender(o *stanza.Out) (*jid.Address, error)
	// echo returns an address of ours that the server relays to us.
	echo() (jid.JID, error)
}

func (c *conn) init(opts *Options, role role) {
	c.opts, c.role = opts, role
	c.parser.Limits = opts.Limits
	c.began = time.Now()
	c.session, c.enabled = opts.Session, make(chan struct{})
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

// connect makes the connection, with dial, which returns it and what it lies on.
func (c *conn) connect(ctx context.Context, dial func(context.Context) (nc, raw net.Conn, err error)) error {
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
	nc, raw, err := dial(ctx)
	if err != nil {
		return c.orClosed(err)
	}
	if !c.attach(nc, raw) {
		raw.Close()
		return c.orClosed(ErrClosed)
	}
	return nil
}

// dial makes a TCP connection to addr. One that is not encrypted from the first
// byte goes to this machine alone, unless that is allowed.
func (c *conn) dial(ctx context.Context, addr string, encrypted bool) (net.Conn, error) {
	raw, err := c.opts.Dial(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("stream: connect: %w", err)
	}
	tune(raw)
	if !encrypted && !c.opts.AllowPlain && !isLocal(raw) {
		defer raw.Close()
		return nil, fmt.Errorf("%w: %s is not on this one", ErrPlain, raw.RemoteAddr())
	}
	return raw, nil
}

// attach takes a connection into use, unless the link was aborted meanwhile.
func (c *conn) attach(nc, raw net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return false
	}
	c.net, c.raw, c.heard = nc, raw, false
	c.out.init(nc, c.opts, c.start, c.broke)
	if c.session != nil {
		c.out.words = c.words
	}
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
