package stream

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// NSStreams is the namespace of the stream's own elements (RFC 6120 section
// 4.8.1), NSAccept the content namespace of component streams (XEP-0114).
const (
	NSStreams = "http://etherx.jabber.org/streams"
	NSAccept  = "jabber:component:accept"
)

// A Component is the link of an external component (XEP-0114). It is used once:
// Connect, Open and Authenticate in this order, each bounded by its ctx; then it
// is a [Link]. Abort ends it at any time. A step that fails, and Read when it
// ends, close the connection; one that did neither is for Close or Abort.
type Component struct {
	opts Options
	conn
	id string // the stream's, given by the server
}

// NewComponent makes a link that is not connected yet. The error says what is
// wrong with opts.
func NewComponent(opts Options) (*Component, error) {
	opts, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	c := &Component{opts: opts}
	c.conn.init(&c.opts)
	return c, nil
}

// DialComponent makes a link that is ready for use.
func DialComponent(ctx context.Context, opts Options) (*Component, error) {
	c, err := NewComponent(opts)
	if err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{c.Connect, c.Open, c.Authenticate} {
		if err := step(ctx); err != nil {
			c.Abort()
			return nil, err
		}
	}
	return c, nil
}

// errNoID: the header of the server had an empty id, which Prosody only sends
// with a stream error, and no error came.
var errNoID = errors.New("stream: the server gave the stream no id, so there is nothing to authenticate by")

// Open sends our stream header and reads the server's. What is wrong with that
// is told to the server as a stream error and returned. Without a deadline in
// ctx it takes 10 seconds at most.
func (c *Component) Open(ctx context.Context) error {
	switch {
	case c.net == nil:
		return c.orClosed(errors.New("stream: Open before Connect"))
	case c.parser.Content() != "" || c.id != "":
		return errUsed
	}
	ctx, cancel := limited(ctx)
	defer cancel()
	var w element.Writer // for the escaping alone
	w.Start("", "stream")
	w.Attr("to", c.opts.Domain.Domain())
	if err := w.Err(); err != nil {
		return fmt.Errorf("stream: %w", err)
	}
	to := string(w.Bytes()[len("<stream"):])
	header := "<?xml version='1.0'?><stream:stream xmlns='" + NSAccept + "' xmlns:stream='" + NSStreams + "'" + to + ">"
	if err := c.say(ctx, header); err != nil {
		return err
	}
	ev, err := c.next(ctx)
	if err != nil {
		return err
	}
	return c.refuse(c.readHeader(ctx, ev.Node))
}

// readHeader checks the server's stream header (RFC 6120 section 4.7).
func (c *Component) readHeader(ctx context.Context, n element.Node) error {
	switch {
	case n.Local() != "stream":
		return fmt.Errorf("%w: it sent <%s>", ErrNotXMPP, n.Local())
	case n.Space() != NSStreams:
		return broken(InvalidNamespace, "the stream is in the namespace %q", n.Space())
	}
	// A header that declares no content namespace leaves that to each stanza.
	if content := c.parser.Content(); content != NSAccept && content != NSStreams && content != "" {
		return broken(InvalidNamespace, "the stream's content is in the namespace %q, not %s: is this a port for components?", content, NSAccept)
	}
	if from := n.AttrNode("", "from"); !from.IsZero() {
		if j, err := jid.Parse(from.Value()); err != nil || j != c.opts.Domain {
			return broken(ImproperAddressing, "the server speaks for %q, not %s", from.Value(), c.opts.Domain)
		}
	}
	id := n.AttrNode("", "id")
	switch {
	case id.IsZero():
		return broken(BadFormat, "the stream has no id")
	case id.Value() == "": // a stream error has to follow
		_, err := c.next(ctx)
		if e := (*Error)(nil); errors.As(err, &e) && e.Received || errors.Is(err, context.Canceled) || errors.Is(err, ErrClosed) {
			return err
		}
		return errNoID
	}
	c.id = id.Value()
	c.defaults.Lang = n.AttrNode(element.NSXML, "lang").Value()
	return nil
}

// Authenticate sends the handshake and waits for its acknowledgement. From
// then on the Component is ready for use, and asks the server now and then
// whether it is still there; see Options.PingInterval. Without a deadline in
// ctx it takes 10 seconds at most.
func (c *Component) Authenticate(ctx context.Context) error {
	switch {
	case c.id == "":
		return c.orClosed(errors.New("stream: Authenticate before Open"))
	case c.served.Load():
		return errUsed
	}
	ctx, cancel := limited(ctx)
	defer cancel()
	digest := sha1.Sum([]byte(c.id + c.opts.Secret))
	if err := c.say(ctx, "<handshake>"+hex.EncodeToString(digest[:])+"</handshake>"); err != nil {
		return err
	}
	for {
		ev, err := c.next(ctx)
		if err != nil {
			return err
		}
		switch {
		case ev.Node.Is(element.NSClient, "handshake"):
			return c.ready()
		case ev.Node.Is(NSStreams, "features"): // of no use here
		case ev.Node.Local() == "handshake":
			return c.refuse(broken(InvalidNamespace, "a handshake in the namespace %q", ev.Node.Space()))
		default:
			return c.refuse(broken(UnsupportedStanzaType, "<%s> before the handshake", ev.Node.Local()))
		}
	}
}
