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
	_, err := c.send(ctx, outs)
	return err
}

// send returns the number of the last in the session, 0 if there is none.
func (c *conn) send(ctx context.Context, outs []stanza.Out) (last uint64, err error) {
	if c.state.Load() == negotiating {
		return 0, ErrNotReady
	}
	w, err := c.out.begin(ctx)
	if err != nil {
		return 0, err
	}
	mark := w.Len()
	var ends []int // for the tap
	for i := range outs {
		if err := c.put(w, &outs[i]); err != nil {
			w.Truncate(mark)
			c.out.cancel()
			return 0, err
		}
		c.out.cuts.note(w.Len())
		if c.opts.Tap != nil {
			ends = append(ends, w.Len())
		}
	}
	c.tapSent(w.Bytes(), mark, ends)
	last = c.session.sent(c, len(outs))
	c.out.commit(mark, len(outs))
	return last, nil
}

// Cork lets what is sent from now on wait to be written until Uncork, so that one
// write takes all, or until it is much. It is for who is about to send several times, and
// does not wait for anything in between.
func (c *conn) Cork() { c.out.cork() }

// Uncork ends what Cork began.
func (c *conn) Uncork() { c.out.uncork() }

// Check returns the error with which Send would refuse the stanzas, whatever
// state the link is in: nil if it would take them.
func (c *conn) Check(outs ...stanza.Out) error {
	w := newWriter(c.opts)
	for i := range outs {
		if err := c.put(&w, &outs[i]); err != nil {
			return err
		}
		w.Reset()
	}
	return nil
}

// put writes one stanza into the queue, with the addresses that the server
// wants to see.
func (c *conn) put(w *element.Writer, out *stanza.Out) error {
	from, err := c.role.address(out.From, out.To)
	if err == nil && from == out.From {
		err = out.Write(w)
	} else if err == nil {
		o := *out
		o.From = from
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
