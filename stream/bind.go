package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// ErrBind: the server gave us no resource, or one that cannot be ours. Beside it is
// the [stanza.Fault] that the server sent, if it did: a conflict is that another
// link has the resource (RFC 6120 section 7.7.2.2).
var ErrBind = errors.New("stream: the server binds no resource for us")

// Bind asks for the resource, and is done with what the server says: that need not
// be the one that was asked for (RFC 6120 section 7). From then on the Client is
// ready for use, and asks the server now and then whether it is still there; see
// Options.PingInterval. Behind a Resume that worked there is nothing to bind.
func (c *Client) Bind(ctx context.Context) error {
	if c.step == resumed {
		return c.orClosed(nil)
	}
	if err := c.at(authenticated, "Bind"); err != nil {
		return err
	}
	ctx, cancel := limited(ctx)
	defer cancel()
	if !c.features.bind {
		return c.refuse(fmt.Errorf("%w: it does not offer to", ErrBind))
	}
	local, err := c.bind(ctx)
	if err != nil {
		return err
	}
	if err := c.check(local); err != nil {
		return c.refuse(err)
	}
	return c.settle(bound, local)
}

// settle makes the link ready for use at an address.
func (c *Client) settle(step clientStep, local jid.JID) error {
	c.step, c.local = step, local
	c.views.From, c.views.To = local.Bare().Address(), local.Address()
	c.heed()
	return c.ready()
}

// bind asks, and returns the answer.
func (c *Client) bind(ctx context.Context) (jid.JID, error) {
	query := element.New(nsBind, "bind")
	if r := c.opts.Resource; r != "" {
		query.Add(element.Text(nsBind, "resource", r))
	}
	q := stanza.NewIQ(stanza.TypeSet, jid.JID{}, query)
	w := newWriter(&c.opts)
	if err := q.AppendTo(&w); err != nil {
		return jid.JID{}, c.refuse(fmt.Errorf("stream: %w", err))
	}
	if err := c.say(ctx, string(w.Bytes())); err != nil {
		return jid.JID{}, err
	}
	for {
		ev, err := c.next(ctx)
		if err != nil {
			return jid.JID{}, err
		}
		n := ev.Node
		if !n.Is(element.NSClient, "iq") || n.Attr("id") != q.ID { // nothing that anybody may rely on yet
			continue
		}
		switch n.Attr("type") {
		case "result":
			local, err := jid.Parse(n.Child(nsBind, "bind").Child(nsBind, "jid").Text())
			if err != nil {
				return jid.JID{}, c.refuse(fmt.Errorf("%w: its answer names none: %w", ErrBind, err))
			}
			return local, nil
		case "error":
			s, _ := (&stanza.Defaults{From: c.opts.Account.jid.Address(), To: c.opts.Account.jid.Address()}).Of(n)
			f, _ := s.Fault()
			return jid.JID{}, c.refuse(fmt.Errorf("%w: %w", ErrBind, f))
		}
	}
}

// check reports whether an address can be ours: authenticated as one, we are not to
// act as another (requirement A11).
func (c *Client) check(local jid.JID) error {
	account := c.opts.Account
	own := local.Bare() == account.jid || account.anonymous && local.Domain() == account.jid.Domain()
	switch {
	case local.Resource() == "":
		return fmt.Errorf("%w: it says that we are %s", ErrBind, local)
	case !own:
		return fmt.Errorf("%w: we are %s, and it says that we are %s", ErrBind, account.jid, local)
	}
	return nil
}

// heed keeps to the limits that the server has named (XEP-0478).
func (c *Client) heed() {
	if most := c.features.maxBytes; most > 0 && most < c.opts.MaxSend {
		c.opts.MaxSend = most
		c.out.limitStanzas(&c.opts)
	}
	idle := c.features.idle
	c.minds = idle > 0
	if c.minds && (c.opts.PingInterval < 0 || c.opts.PingInterval > idle/2) {
		c.opts.PingInterval = max(idle/2, time.Second)
	}
}
