package stream

import (
	"context"
	"fmt"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// Send queues stanzas; see [Link]. What would make the server end the stream,
// which all users of a component share, is refused here: a from that is not
// ours, of a component a missing to, characters, names and namespaces that the
// server's parser does not take, and what is too big or too deep.
func (c *conn) Send(ctx context.Context, outs ...stanza.Out) error {
	return c.SendKept(ctx, nil, outs...)
}

// A Keeper takes copies of stanzas as they are queued: outs, the words behind mark, in
// which one of outs ends at each of ends, and the number of the last in the session, 0
// where the stream is not managed. All are valid only during the call, in which nothing
// else can be sent: it must return at once. Its error has the stanzas not be sent.
//
// Before, it says of each whether that goes out with an origin-id (XEP-0359), which
// it then has in its words and not in outs: those stay as they are.
type Keeper = interface {
	Identifies(o *stanza.Out) bool
	Keep(outs []stanza.Out, words []byte, mark int, ends []int, last uint64) error
}

// SendKept is Send, and gives k, unless it is nil, what is queued, in that order.
func (c *conn) SendKept(ctx context.Context, k Keeper, outs ...stanza.Out) error {
	if c.state.Load() == negotiating {
		return ErrNotReady
	}
	w, err := c.out.begin(ctx)
	if err != nil {
		return err
	}
	return c.queue(w, k, outs...)
}

// queue ends what begin or enter of the outbox began, with these stanzas or an error.
func (c *conn) queue(w *element.Writer, k Keeper, outs ...stanza.Out) error {
	mark := w.Len()
	ends, err := c.lay(w, k, outs, c.out.ends[:0])
	c.out.ends = ends
	if err == nil {
		last := c.session.sent(c, len(outs))
		if k != nil {
			err = k.Keep(outs, w.Bytes(), mark, ends, last)
		}
		if err != nil && last > 0 {
			c.session.unsent(c, len(outs))
		}
	}
	if err != nil {
		w.Truncate(mark)
		c.out.cancel()
		return err
	}
	c.tapSent(w.Bytes(), mark, ends)
	c.out.commit(mark, ends)
	return nil
}

// Resend is Send for the words that a Keeper has got, of this link or of another that
// stands for the same address, in which a stanza ends at each of ends. It returns the
// number of the last in the session, 0 if it has none.
func (c *conn) Resend(ctx context.Context, words []byte, ends []int) (last uint64, err error) {
	if c.state.Load() == negotiating {
		return 0, ErrNotReady
	}
	w, err := c.out.begin(ctx)
	if err != nil {
		return 0, err
	}
	mark := w.Len()
	w.Raw(words)
	all := c.out.ends[:0]
	for _, end := range ends {
		all = append(all, mark+end)
	}
	c.out.ends = all
	last = c.session.sent(c, len(ends))
	c.tapSent(w.Bytes(), mark, all)
	c.out.commit(mark, all)
	return last, nil
}

// Render gives k what SendKept would, and queues nothing, whatever state the link is in.
// The error is the one with which Send would refuse the stanzas for what they are, or that
// of k, which may be nil.
func (c *conn) Render(k Keeper, outs ...stanza.Out) error {
	w := newWriter(c.opts)
	ends, err := c.lay(&w, k, outs, nil)
	if err == nil && k != nil {
		err = k.Keep(outs, w.Bytes(), 0, ends, 0)
	}
	return err
}

// Check returns the error with which Send would refuse the stanzas, whatever
// state the link is in: nil if it would take them.
func (c *conn) Check(outs ...stanza.Out) error { return c.Render(nil, outs...) }

// MaxSend is how many bytes a stanza may have, of a link that is ready. It never waits.
func (c *conn) MaxSend() int { return c.opts.MaxSend }

// lay writes stanzas into w, as they are to be for k, and adds to ends where each does.
func (c *conn) lay(w *element.Writer, k Keeper, outs []stanza.Out, ends []int) ([]int, error) {
	for i := range outs {
		o := &outs[i]
		if err := c.put(w, o, k != nil && k.Identifies(o)); err != nil {
			return ends, err
		}
		ends = append(ends, w.Len())
	}
	return ends, nil
}

// Cork lets what is sent from now on wait to be written until Uncork, so that one
// write takes all, or until it is much. It is for who is about to send several times, and
// does not wait for anything in between.
func (c *conn) Cork() { c.out.cork() }

// Uncork ends what Cork began.
func (c *conn) Uncork() { c.out.uncork() }

// put writes one stanza into the queue, with the addresses that the server wants to see,
// and perhaps with an id of its own.
func (c *conn) put(w *element.Writer, out *stanza.Out, identified bool) error {
	from, err := c.role.sender(out)
	switch {
	case err != nil:
	case from == nil && !identified:
		err = out.Write(w)
	default:
		o := *out
		if from != nil {
			o.From = *from
		}
		if identified {
			o.Identify()
		}
		err = o.Write(w)
	}
	if err != nil {
		return cannotSend(out, err)
	}
	return nil
}

func cannotSend(o *stanza.Out, err error) error {
	to := ""
	if !o.To.JID.IsZero() {
		to = " to " + o.To.JID.String()
	}
	return fmt.Errorf("stream: cannot send %s%s: %w", o.Kind, to, err)
}
