package stream

import (
	"context"
	"fmt"
	"slices"

	"github.com/emp-framework/emp/internal/discover"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A Client is the link of a client: of an account, at one resource (RFC 6120).
// It is used once: Connect, Open, Encrypt, Authenticate and Bind in this order,
// each bounded by its ctx, without a deadline in it by 10 seconds; then it is a
// [Link]. Abort ends it at any time. A step that fails, and Read when it ends,
// close the connection; one that did neither is for Close or Abort.
//
// No secret is sent before the connection is encrypted and the server has shown
// that it is the account's (RFC 7590), unless Options.Encryption says so.
type Client struct {
	opts Options
	conn
	domain   string // of the account, as the DNS and certificates write it
	step     clientStep
	tls      tlsState
	features features // of the stream as it is now
	local    jid.JID  // set by Bind
}

// A clientStep is how far the negotiation of a Client has come.
type clientStep int

const (
	unopened clientStep = iota // or not even connected
	opened
	encrypted     // or it need not be
	authenticated // and the stream begun anew
	bound
	resumed // which is bound too
)

// NewClient makes a link that is not connected yet. The error says what is
// wrong with opts.
func NewClient(opts Options) (*Client, error) {
	opts, err := opts.forClient()
	if err != nil {
		return nil, err
	}
	domain, err := discover.Name(opts.Account.jid.Domain())
	if err != nil {
		return nil, fmt.Errorf("stream: Options.Account: %w", err)
	}
	c := &Client{opts: opts, domain: domain}
	c.conn.init(&c.opts, c)
	return c, nil
}

// DialClient makes a link that is ready for use.
func DialClient(ctx context.Context, opts Options) (*Client, error) {
	c, err := NewClient(opts)
	if err != nil {
		return nil, err
	}
	resume := func(ctx context.Context) error {
		_, err := c.Resume(ctx)
		return err
	}
	for _, step := range []func(context.Context) error{c.Connect, c.Open, c.Encrypt, c.Authenticate, resume, c.Bind} {
		if err := step(ctx); err != nil {
			c.Abort()
			return nil, err
		}
	}
	return c, nil
}

// at returns the error of a step that is called at the wrong time: not behind
// the step before.
func (c *Client) at(before clientStep, name string) error {
	switch {
	case c.net == nil || c.step < before:
		return c.orClosed(fmt.Errorf("stream: %s before the step that it builds on", name))
	case c.step > before:
		return errUsed
	}
	return nil
}

// Local is the full JID that the server bound, zero before that; see [Link].
func (c *Client) Local() jid.JID { return c.local }

// Offers reports whether the server offered, when it had authenticated us, a feature in
// that namespace (RFC 6120 section 4.3.2), as "urn:xmpp:features:rosterver" (RFC 6121
// section 2.6.1). It is of use from Bind on.
func (c *Client) Offers(space string) bool { return slices.Contains(c.features.spaces, space) }

// serves: a server gives a client what is for its full JID, and of what is for
// its bare JID what it is to have.
func (c *Client) serves(to jid.JID) bool { return to == c.local || to == c.local.Bare() }

// sender leaves our own address out: the server knows it, and fills it in (RFC
// 6120 section 8.1.2.1). What has no to is for our account.
func (c *Client) sender(o *stanza.Out) (*jid.Address, error) {
	switch from := o.From.JID; {
	case from.IsZero() && o.From.Spelling == "":
		return nil, nil
	case !from.IsZero() && !c.serves(from):
		return nil, fmt.Errorf("its from %s is not %s, and the server would end the stream", from, c.local)
	}
	return &nobody, nil
}

var nobody jid.Address

func (c *Client) echo() (jid.JID, error) { return c.local, nil }
