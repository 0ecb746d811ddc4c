package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/emp-framework/emp/element"
)

// say writes words of the negotiation.
func (c *conn) say(ctx context.Context, words string) error {
	c.tapWords(words)
	done := c.bound(ctx)
	_, err := c.net.Write([]byte(words))
	done()
	// What the server said before it went tells more than that it went.
	for i := 0; err != nil && ctx.Err() == nil && i < 10; i++ {
		if _, err := c.next(ctx); err != nil {
			return err
		}
	}
	if err != nil {
		err = c.refuse(c.ended(ctx, err))
	}
	return err
}

// next returns the next element of the negotiation. The server's stream error
// and closing tag, and its faults, come as errors and end the link, the last
// after they have been told to it.
func (c *conn) next(ctx context.Context) (element.Event, error) {
	defer c.bound(ctx)()
	ev, err := c.parser.Read(c.net)
	if err == nil {
		c.heard = true
		c.tapRead(ev.Node, true)
	}
	switch {
	case err != nil:
		err = c.ended(ctx, err)
	case ev.Kind == element.EventClose:
		err = ErrEnded
	case ev.Kind == element.EventExcess:
		err = broken(PolicyViolation, "<%s> is beyond the limit of %s", ev.Node.Local(), ev.Excess)
	case ev.Node.Is(NSStreams, "error"):
		err = c.told(ev.Node)
	}
	return ev, c.refuse(err)
}

// past is a deadline for at once.
var past = time.Unix(1, 0)

// bound has reading and writing end with ctx, until the function it returns is
// called.
func (c *conn) bound(ctx context.Context) func() {
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		c.net.SetDeadline(past)
		close(done)
	})
	return func() {
		if !stop() {
			<-done // else it could hit what comes after
		}
		c.net.SetDeadline(time.Time{})
	}
}

// ended makes an error that ends the link of what reading or writing returned.
func (c *conn) ended(ctx context.Context, err error) error {
	var syntax *element.SyntaxError
	switch {
	case errors.As(err, &syntax):
		if syntax.Offset == 0 && c.parser.Content() == "" && syntax.Condition == string(NotWellFormed) {
			err = fmt.Errorf("%w: %w", ErrNotXMPP, err) // HTTP, TLS, a greeting of mail
		}
		return &Error{Condition: Condition(syntax.Condition), Cause: err}
	case ctx.Err() != nil:
		err = fmt.Errorf("stream: waiting for the server: %w", context.Cause(ctx))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		err = ErrCut
	case isTorn(err), c.heard && isAlert(err):
		// Of other alerts: our certificate has passed, or it would have said nothing else.
		err = fmt.Errorf("%w: %v", ErrCut, err)
	default:
		err = fmt.Errorf("stream: %w", err)
	}
	return c.orClosed(err)
}
