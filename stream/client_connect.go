package stream

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/discover"
)

// Encryption is how the link of a client is encrypted.
type Encryption int

const (
	// EncryptAny is what the server's records in the DNS say; with a server that
	// Options.Server names, it is EncryptStartTLS.
	EncryptAny Encryption = iota
	// EncryptStartTLS has TLS begin inside the stream (RFC 6120 section 5). It is
	// demanded whether the server offers it or not (RFC 7590 section 3.1).
	EncryptStartTLS
	// EncryptDirect has TLS begin with the first byte (XEP-0368).
	EncryptDirect
	// EncryptNone leaves everything in the clear, for a server on this machine:
	// to another one it is ErrPlain, unless Options.AllowPlain allows it. It needs
	// Credentials.AllowInsecure too.
	EncryptNone
)

// ErrNoTLS: the server does not encrypt the connection (STARTTLS), and without
// that nothing is sent.
var ErrNoTLS = errors.New("stream: the server refuses to encrypt the connection")

const nsTLS = "urn:ietf:params:xml:ns:xmpp-tls"

// A tlsState is what authentication has to know of the connection's TLS.
type tlsState struct {
	*tls.ConnectionState      // nil: there is no TLS
	verified             bool // the server showed a certificate for the name configured
}

// Connect makes the connection: to Options.Server, or where the domain's records
// in the DNS say, one after another (RFC 6120 section 3.2, XEP-0368).
func (c *Client) Connect(ctx context.Context) error {
	return c.connect(ctx, func(ctx context.Context) (nc, raw net.Conn, err error) {
		targets, err := c.targets(ctx)
		if err != nil {
			return nil, nil, fmt.Errorf("stream: connect: %w", err)
		}
		var lasting error
		for i, t := range targets {
			var e error
			if nc, raw, e = c.reach(ctx, t, len(targets)-i); e == nil {
				return nc, raw, nil
			}
			// What will pass by itself says more than what will not elsewhere.
			if !Misconfigured(e) {
				err = e
			} else if lasting == nil {
				lasting = e
			}
		}
		if err == nil {
			err = lasting
		}
		return nil, nil, err
	})
}

// targets returns where to connect to, in the order to try; at least one, or an
// error. First comes where the server said that a session is to be resumed (XEP-0198
// section 3), which is as much as any other: it has to be the account's server that
// answers there.
func (c *Client) targets(ctx context.Context) ([]discover.Target, error) {
	targets, err := c.found(ctx)
	location, direct := c.session.where()
	if location == "" {
		return targets, err
	}
	if t, bad := discover.Fixed(location, direct); bad == nil {
		return append([]discover.Target{t}, targets...), nil
	}
	return targets, err
}

// found returns where the server is, as configured or as the DNS says.
func (c *Client) found(ctx context.Context) ([]discover.Target, error) {
	if c.opts.Server != "" {
		t, err := discover.Fixed(c.opts.Server, c.opts.Encryption == EncryptDirect)
		return []discover.Target{t}, err
	}
	return discover.Client(ctx, c.domain, discover.Options{
		Resolver:    c.opts.Resolver,
		NoDirectTLS: c.opts.Encryption == EncryptStartTLS || c.opts.Encryption == EncryptNone,
		NoSTARTTLS:  c.opts.Encryption == EncryptDirect,
	})
}

// reach connects to one of the targets of which there are still left, which may
// take its share of the time.
func (c *Client) reach(ctx context.Context, t discover.Target, left int) (nc, raw net.Conn, err error) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(deadline)/time.Duration(left))
		defer cancel()
	}
	c.direct = t.DirectTLS
	raw, err = c.dial(ctx, t.Addr(), c.opts.Encryption != EncryptNone)
	if err != nil || !t.DirectTLS {
		return raw, raw, err
	}
	nc, err = c.secure(ctx, raw, "xmpp-client")
	return nc, raw, err
}

// secure makes the connection one with TLS, to the domain of the account: wherever
// we were sent to, it is that which we wanted (RFC 6120 section 13.7.2.1).
func (c *Client) secure(ctx context.Context, raw net.Conn, protocols ...string) (net.Conn, error) {
	tc, err := c.encrypt(ctx, raw, c.domain, protocols...)
	if err != nil {
		return nil, err
	}
	state := tc.ConnectionState()
	c.tls = tlsState{&state, len(state.VerifiedChains) > 0}
	c.proven = c.tls.verified
	return tc, nil
}

// Open begins the stream and reads what the server offers.
func (c *Client) Open(ctx context.Context) error {
	if err := c.at(unopened, "Open"); err != nil {
		return err
	}
	ctx, cancel := limited(ctx)
	defer cancel()
	if err := c.begin(ctx); err != nil {
		return err
	}
	c.step = opened
	return nil
}

// Encrypt has the connection encrypted, if it is not and has to be, and begins
// the stream anew.
func (c *Client) Encrypt(ctx context.Context) error {
	if err := c.at(opened, "Encrypt"); err != nil {
		return err
	}
	ctx, cancel := limited(ctx)
	defer cancel()
	if c.tls.ConnectionState == nil && c.opts.Encryption != EncryptNone {
		if err := c.startTLS(ctx); err != nil {
			return err
		}
	}
	c.step = encrypted
	return nil
}

// startTLS asks for TLS, whether it was offered or not: somebody on the way may
// have taken the offer out (requirement A01).
func (c *Client) startTLS(ctx context.Context) error {
	if err := c.say(ctx, "<starttls xmlns='"+nsTLS+"'/>"); err != nil {
		return err
	}
	ev, err := c.next(ctx)
	switch {
	case err != nil:
		return err
	case ev.Node.Is(nsTLS, "failure"):
		return c.refuse(ErrNoTLS)
	case !ev.Node.Is(nsTLS, "proceed"):
		return c.refuse(fmt.Errorf("%w: it answered <%s>", ErrNoTLS, ev.Node.Local()))
	case c.parser.Buffered() > 0:
		// Whoever put it there wants it taken for something said behind TLS.
		return c.refuse(broken(PolicyViolation, "something came in the clear behind <proceed/>"))
	}
	// If TLS fails there is no stream to end (RFC 6120 section 5.4.3.2).
	nc, err := c.secure(ctx, c.raw)
	if err != nil {
		c.fail(err)
		return c.orClosed(err)
	}
	if !c.attach(nc, c.raw) {
		return c.orClosed(ErrClosed)
	}
	return c.restart(ctx)
}

// restart begins the stream anew. Nothing is left of what was said before
// (RFC 6120 sections 4.3.3, 5.4.3.3 and 6.4.6).
func (c *Client) restart(ctx context.Context) error {
	c.parser = element.Parser{Limits: c.opts.Limits}
	c.features = features{}
	return c.begin(ctx)
}
