package stream

import (
	"context"
	"errors"
	"fmt"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/sasl"
)

// ErrAuthentication: client and server did not come together over who we are: a
// wrong password, no mechanism in common, a server that could not prove that it
// knows the password. The errors beside it say which.
var ErrAuthentication = errors.New("stream: authentication failed")

// Authenticate shows the server who we are (SASL, RFC 6120 section 6), by the best
// mechanism that both know, and begins the stream anew.
func (c *Client) Authenticate(ctx context.Context) error {
	if err := c.at(encrypted, "Authenticate"); err != nil {
		return err
	}
	ctx, cancel := limited(ctx)
	defer cancel()
	exchange, err := c.opts.Account.sasl.Begin(
		sasl.Channel{TLS: c.tls.ConnectionState, Verified: c.tls.verified},
		sasl.Offer{Mechanisms: c.features.mechanisms, Bindings: c.features.bindings})
	if err != nil {
		return c.refuse(unauthenticated(err))
	}
	if err := c.exchange(ctx, exchange); err != nil {
		return err
	}
	if err := c.restart(ctx); err != nil {
		return err
	}
	c.step = authenticated
	return nil
}

// exchange says what the mechanism wants said, to the server's success.
func (c *Client) exchange(ctx context.Context, x *sasl.Exchange) error {
	first, err := x.Start()
	if err != nil {
		return c.refuse(unauthenticated(err))
	}
	words := "<auth xmlns='" + sasl.NS + "' mechanism='" + x.Mechanism() + "'>" + first + "</auth>"
	for {
		if err := c.say(ctx, words); err != nil {
			return err
		}
		ev, err := c.next(ctx)
		n := ev.Node
		switch {
		case err != nil:
			return err
		case n.Is(sasl.NS, "challenge"):
			response, err := x.Next(ctx, n.Text())
			if err != nil {
				c.say(ctx, "<abort xmlns='"+sasl.NS+"'/>")
				return c.refuse(unauthenticated(err))
			}
			words = "<response xmlns='" + sasl.NS + "'>" + response + "</response>"
		case n.Is(sasl.NS, "success"):
			if err := x.Done(n.Text()); err != nil {
				return c.refuse(unauthenticated(err))
			}
			if c.parser.Buffered() > 0 {
				return c.refuse(broken(PolicyViolation, "something came behind <success/>, before the new stream"))
			}
			return nil
		case n.Is(sasl.NS, "failure"):
			return c.refuse(unauthenticated(x.Refused(refusal(n))))
		default:
			return c.refuse(broken(UnsupportedStanzaType, "<%s> during authentication", n.Local()))
		}
	}
}

// refusal returns the condition and the text of a <failure/>.
func refusal(n element.Node) (condition, text string) {
	for e := n.FirstElement(); !e.IsZero(); e = e.NextElement() {
		switch {
		case e.Space() != sasl.NS:
		case e.Local() == "text":
			text = e.Text()
		case condition == "":
			condition = e.Local()
		}
	}
	return condition, text
}

// unauthenticated marks what went wrong with SASL. That our time was over, or that
// we were called off, is no matter of who we are.
func unauthenticated(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stream: authenticating: %w", err)
	}
	return fmt.Errorf("%w: %w", ErrAuthentication, err)
}
