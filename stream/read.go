package stream

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/sm"
	"github.com/emp-framework/emp/stanza"
)

// Read returns the stanzas that came; see [Link].
func (c *conn) Read(buf []Received) ([]Received, error) {
	if !c.served.Load() {
		return buf, c.orClosed(ErrNotReady)
	}
	had := len(buf)
	defer c.publish()
	for c.readErr == nil {
		ev, err := c.parser.Next()
		switch {
		case err == element.ErrIncomplete && len(buf) > had:
			return buf, nil
		case err == element.ErrIncomplete:
			err = c.fill()
		case err == nil:
			buf, err = c.take(buf, ev)
		}
		c.readErr = err
	}
	if len(buf) > had { // they come before the end
		return buf, nil
	}
	return buf, c.over()
}

// Reuse gives the memory of a stanza back; see [Link].
func (c *conn) Reuse(s *stanza.Stanza) {
	if c.opts.Tap == nil {
		c.parser.Reuse(s.Node)
	}
}

// publish has others see what was counted: once for a batch, for a counter that
// several processors look at costs more than one that is the reader's own.
func (c *conn) publish() {
	c.reads.Store(c.taken)
	c.readBytes.Store(c.filled)
}

// fill reads once from the connection.
func (c *conn) fill() error {
	c.listening.Store(int64(time.Since(c.began)) + 1)
	n, err := c.parser.Fill(c.net)
	c.listening.Store(0)
	c.filled += int64(n)
	if n > 0 {
		return nil // an error comes again
	}
	return err
}

// over ends the link for the reason readErr, and returns why it ended, which
// may be something that happened before.
func (c *conn) over() error {
	err := c.readErr
	var e *Error
	final := errors.As(err, &e) || errors.Is(err, ErrEnded)
	switch state := c.state.Load(); {
	case state == isDown: // what Read found is but a consequence
	case state == closing && errors.Is(err, ErrEnded):
		c.fail(ErrClosed)
	case final:
		c.refuse(err)
	case state == closing:
		c.fail(fmt.Errorf("%w, but the server did not end the stream: %w", ErrClosed, c.ended(background, err)))
	default:
		c.refuse(c.ended(background, err))
	}
	<-c.down
	if e != nil && e.Received && errors.Is(c.downErr, errWriting) {
		return e // why writing failed
	}
	return c.downErr
}

// take adds what the element of ev means to buf. An error ends the link.
func (c *conn) take(buf []Received, ev element.Event) ([]Received, error) {
	n := ev.Node
	c.tapRead(n, false)
	switch {
	case ev.Kind == element.EventClose:
		return buf, ErrEnded
	case ev.Kind == element.EventExcess:
		if n.Space() == element.NSClient && !c.session.handle(c) {
			return buf, errTaken
		}
		return c.excess(buf, ev), nil
	case n.Space() == element.NSClient:
		had := len(buf)
		buf = slices.Grow(buf, 1)[:had+1]
		r := &buf[had] // whatever stands there: all of it is set, and not copied again
		r.Err, r.Bytes = c.views.View(n, &r.Stanza), 0
		if r.Err == stanza.DropNotStanza {
			return buf[:had], broken(UnsupportedStanzaType, "<%s> is no stanza", n.Local())
		}
		if !c.session.handle(c) {
			return buf[:had], errTaken
		}
		return c.keep(buf), nil
	case n.Is(NSStreams, "error"):
		e := c.told(n)
		e.serving = true
		return buf, e
	case n.Space() == sm.NS:
		return buf, c.manage(n)
	case n.Is(NSStreams, "features"):
		return buf, nil // of no use here
	}
	return buf, broken(UnsupportedStanzaType, "<%s> in the namespace %q is no stanza", n.Local(), n.Space())
}

// errTaken: another link goes on with the session, and gets what is still unread here.
var errTaken = errors.New("stream: another link has resumed the session")

// keep has the last of buf stay there, unless it answers a question of ours.
func (c *conn) keep(buf []Received) []Received {
	last := len(buf) - 1
	r, s := &buf[last], &buf[last].Stanza
	c.taken++
	// A question of ours that has come back is from whom it is to: most of what comes
	// is neither that nor an answer, and need not be looked for.
	ours := s.Kind == stanza.IQ && (s.IsAnswer() || s.From.JID == s.To.JID)
	if ours && !s.From.JID.IsZero() && c.opts.Pending.settle(s, r.Err) {
		*r = Received{}
		return buf[:last]
	}
	if ours && isEcho(s) {
		r.Err = DropEcho
	} else if to := s.To.JID; !to.IsZero() && !c.role.serves(to) {
		r.Err = orDrop(s, notOurs, DropForeign) // ejabberd's global_routes send such
	}
	r.Bytes = s.Node.Size()
	return buf
}

// excess adds a stanza beyond a limit, of which there is only the start tag.
func (c *conn) excess(buf []Received, ev element.Event) []Received {
	fault := stanza.TooBig(c.opts.Limits.Bytes)
	if ev.Excess != element.LimitBytes {
		fault = stanza.PolicyViolation.With("beyond the limit of %s", ev.Excess)
	}
	s, err := c.views.Of(ev.Node)
	var drop stanza.Drop
	if !errors.As(err, &drop) || drop == stanza.DropBadStanza {
		err = orDrop(&s, fault, DropExcess)
	}
	return c.keep(append(buf, Received{Stanza: s, Err: err}))
}

var notOurs = stanza.ItemNotFound.With("nobody here has that address")

// orDrop returns f if s may be answered with it, else drop.
func orDrop(s *stanza.Stanza, f stanza.Fault, drop stanza.Drop) error {
	if _, ok := s.ErrorReply(f); ok {
		return f
	}
	return drop
}
