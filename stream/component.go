package stream

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// NSAccept is the content namespace of component streams (XEP-0114).
const NSAccept = "jabber:component:accept"

// A Component is the link of an external component (XEP-0114). It is used once:
// Connect, Open and Authenticate in this order, each bounded by its ctx; then it
// is a [Link]. Abort ends it at any time. A step that fails, and Read when it
// ends, close the connection; one that did neither is for Close or Abort.
type Component struct {
	opts Options
	conn
	id   string      // the stream's, given by the server
	from jid.Address // of stanzas that have none
}

// NewComponent makes a link that is not connected yet. The error says what is
// wrong with opts.
func NewComponent(opts Options) (*Component, error) {
	opts, err := opts.forComponent()
	if err != nil {
		return nil, err
	}
	c := &Component{opts: opts, from: opts.Domain.Address()}
	c.conn.init(&c.opts, c)
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

// Connect makes the connection, encrypted if Options.TLS asks for it. Without
// a deadline in ctx it takes 10 seconds at most.
func (c *Component) Connect(ctx context.Context) error {
	return c.connect(ctx, func(ctx context.Context) (nc, raw net.Conn, err error) {
		if raw, err = c.dial(ctx, c.opts.Server, c.opts.TLS != nil); err != nil || c.opts.TLS == nil {
			return raw, raw, err
		}
		host, _, _ := net.SplitHostPort(c.opts.Server)
		nc, err = c.encrypt(ctx, raw, host)
		return nc, raw, err
	})
}

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
	h, err := c.open(ctx, NSAccept, "components", func(w *element.Writer) { w.Attr("to", c.opts.Domain.Domain()) })
	if err != nil {
		return err
	}
	return c.refuse(c.accept(ctx, h))
}

// accept checks what the server says of its stream.
func (c *Component) accept(ctx context.Context, h streamHeader) error {
	if h.hasFrom {
		if j, err := jid.Parse(h.from); err != nil || j != c.opts.Domain {
			return broken(ImproperAddressing, "the server speaks for %q, not %s", h.from, c.opts.Domain)
		}
	}
	switch {
	case !h.hasID:
		return broken(BadFormat, "the stream has no id")
	case h.id == "": // a stream error has to follow
		_, err := c.next(ctx)
		if e := (*Error)(nil); errors.As(err, &e) && e.Received || errors.Is(err, context.Canceled) || errors.Is(err, ErrClosed) {
			return err
		}
		return errNoID
	}
	c.id = h.id
	c.views.Lang = h.lang
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

// Local is the component's name; see [Link].
func (c *Component) Local() jid.JID { return c.opts.Domain }

func (c *Component) serves(to jid.JID) bool { return to.Domain() == c.opts.Domain.Domain() }

// sender fills in and checks what servers demand (requirement K05).
func (c *Component) sender(o *stanza.Out) (*jid.Address, error) {
	domain, from := c.opts.Domain.Domain(), &o.From
	switch {
	case from.JID.IsZero():
		from = &c.from
	case from.JID.Domain() != domain:
		return nil, fmt.Errorf("its from %s is not under %s, and the server would end the stream", o.From, domain)
	case from.Spelling == "" || from.Spelling == from.JID.String():
		from = nil
	case spelledDomain(from.Spelling) != domain:
		prepared := from.JID.Address() // Prosody compares letter by letter
		from = &prepared
	default:
		from = nil
	}
	if o.To.JID.IsZero() {
		return nil, errors.New("it has no to")
	}
	return from, nil
}

// spelledDomain returns the domain of an address as it is written.
func spelledDomain(s string) string {
	s, _, _ = strings.Cut(s, "/")
	return s[strings.IndexByte(s, '@')+1:]
}

func (c *Component) echo() (jid.JID, error) {
	return jid.New("", c.opts.Domain.Domain(), selfResource)
}
