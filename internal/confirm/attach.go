package confirm

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/emp-framework/emp/stanza"
)

// batchSize is how many entries are sent again with one call of the link.
const batchSize = 64

var errReplaced = errors.New("confirm: another link has come")

// Attach makes link the one that stanzas go out on, in place of the one before,
// which must be down. First it sends what was not confirmed, in the order in which
// it was sent, so somebody must read from the link already. An error is that of
// the link, or of ctx: what is left is for the next link.
func (r *Ring) Attach(ctx context.Context, link Link) error {
	if r == nil {
		return nil
	}
	r.Prepare(link)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	number := r.number
	// From now on, or links that break soon again would never get anywhere.
	r.keepers.Go(func() { r.keep(link) })
	before := r.stats.Repeated
	err := r.repeat(ctx, link, number)
	if n := r.stats.Repeated - before; n > 0 {
		r.opts.Log.Info("sent again what the server had not confirmed", "stanzas", n)
	}
	if r.number != number {
		return errReplaced
	}
	r.repeating = false
	r.wake()
	if err != nil {
		return err
	}
	r.up = true
	return nil
}

// Prepare is the beginning of Attach, which does it if nobody has before: nothing new
// passes what is to be sent again. What the server may or may not have taken over the
// link before is told, if it is not to be sent again; see Options.Report.
func (r *Ring) Prepare(link Link) {
	if r == nil {
		return
	}
	if unknown := r.prepare(link); len(unknown) > 0 {
		r.opts.Log.Warn("the server may or may not have taken stanzas, which are not sent again", "stanzas", len(unknown))
		if r.opts.Unknown != nil {
			r.opts.Unknown(unknown)
		}
	}
}

// prepare does so, and returns what is to be told.
func (r *Ring) prepare(link Link) (unknown []stanza.Out) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || r.repeating && r.link == link {
		return nil
	}
	r.number++
	r.link, r.up, r.repeating, r.warned = link, false, true, false
	for e := r.given.first; e != nil; {
		next := e.next
		if e.link != 0 {
			e.repeat, e.last = true, 0
			unknown = append(unknown, r.doubtful(e)...)
		}
		e = next
	}
	r.held.prepend(&r.given)
	r.expire()
	r.wake()
	return unknown
}

// doubtful gives up, and returns, what of e is not sent again although the server may
// have taken it.
func (r *Ring) doubtful(e *entry) (unknown []stanza.Out) {
	if e.asked {
		r.drop(e, &r.stats.Unknown)
		return nil
	}
	for _, o := range e.outs {
		if r.opts.Report || !Wanted(&o) {
			unknown = append(unknown, o)
		}
	}
	if len(unknown) == len(e.outs) {
		r.drop(e, &r.stats.Unknown)
	} else if e.uses == 0 { // else somebody reads outs
		r.keepOnly(e, toSend(e), &r.stats.Unknown)
	}
	return unknown
}

// keepOnly ends the keeping of the stanzas of e but for outs, and adds them to a
// counter.
func (r *Ring) keepOnly(e *entry, outs []stanza.Out, counter *int) {
	gone := len(e.outs) - len(outs)
	if gone == 0 {
		return
	}
	*counter += gone
	r.kept -= gone
	e.outs = outs
	size := sizeOf(outs)
	r.bytes -= e.bytes - size
	e.bytes = size
	r.wake()
}

// Settle takes what the server says of the link before, one that counts: it has taken
// all up to the number handled, and never got what was sent behind. That goes out on
// the next link as if it had not been sent. Questions among it are given up unless
// the session goes on: nobody waits for their answers any more.
func (r *Ring) Settle(ctx context.Context, handled uint64, goesOn bool) error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.sending() { // whoever sends over a link that is gone is done with it soon
		if err := r.wait(ctx, nil); err != nil {
			return fmt.Errorf("confirm: waiting for those who sent over the link before: %w", err)
		}
	}
	for e := r.given.first; e != nil; {
		next := e.next
		switch {
		case e.last == 0:
		case e.last <= handled:
			r.drop(e, &r.stats.Confirmed)
		case e.asked && !goesOn:
			r.drop(e, &r.stats.Unknown)
		default:
			r.trim(e, e.last-handled)
			e.link, e.taken, e.last = 0, false, 0
		}
		e = next
	}
	return nil
}

// sending reports whether somebody sends just now what was given to the link.
func (r *Ring) sending() bool {
	for e := r.given.first; e != nil; e = e.next {
		if e.uses > 0 {
			return true
		}
	}
	return false
}

// trim ends the keeping of what was sent of e, but for the last n stanzas.
func (r *Ring) trim(e *entry, n uint64) {
	r.keepOnly(e, toSend(e), &r.stats.Unknown)
	if n < uint64(len(e.outs)) {
		r.keepOnly(e, e.outs[uint64(len(e.outs))-n:], &r.stats.Confirmed)
	}
}

// repeat gives the link what is held. What comes meanwhile is held as well, and
// so goes out behind. Behind each Batch or two it lets the keeper put a barrier:
// with one behind all of it, a connection that breaks before the server has taken
// that much, again and again, would have it sent all over each time.
func (r *Ring) repeat(ctx context.Context, link Link, number int) error {
	batch := make([]*entry, 0, batchSize)
	us := link.Local()
	var outs []stanza.Out
	for r.held.first != nil && !r.closed && r.number == number {
		batch, outs = batch[:0], outs[:0]
		repeated := 0
		for len(batch) < batchSize && r.held.first != nil {
			e := r.held.first
			r.held.remove(e)
			r.given.push(e)
			e.link, e.taken = number, false
			e.uses++
			batch = append(batch, e)
			again, n := e.again()
			outs = append(outs, again...)
			r.late(e, outs[len(outs)-len(again):], us)
			repeated += n
		}
		r.fresh += len(outs)
		r.mu.Unlock()
		last, err := send(ctx, link, outs)
		r.mu.Lock()
		if err != nil {
			err = r.oneByOne(ctx, link, number, batch)
		} else {
			r.stats.Repeated += repeated
			if last > 0 {
				for _, e := range slices.Backward(batch) {
					e.last = last
					last -= uint64(len(toSend(e)))
				}
			}
		}
		for _, e := range batch {
			if err == nil && e.in != nil && e.link == number {
				e.taken = true
			}
			r.release(e)
		}
		clear(outs)
		if err != nil {
			return err
		}
		r.due()
		for r.fresh >= r.far()+r.opts.Batch && len(r.barring) < cap(r.barring) && !r.closed && r.number == number && link.Err() == nil {
			if err := r.wait(ctx, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// again returns what of e is to be sent now, and how much of that for a further time:
// all of it if no link may have sent any, else what is Wanted.
func (e *entry) again() (outs []stanza.Out, repeated int) {
	if !e.repeat {
		return e.outs, 0
	}
	n := 0
	for i := range e.outs {
		if Wanted(&e.outs[i]) {
			n++
		}
	}
	if n == len(e.outs) {
		return e.outs, n
	}
	wanted := make([]stanza.Out, 0, n)
	for i := range e.outs {
		if Wanted(&e.outs[i]) {
			wanted = append(wanted, e.outs[i])
		}
	}
	return wanted, n
}

// toSend is again without the count.
func toSend(e *entry) []stanza.Out {
	outs, _ := e.again()
	return outs
}

// oneByOne sends what the link did not take together, for one that it refuses
// must not keep back the others. An error is that of the link.
func (r *Ring) oneByOne(ctx context.Context, link Link, number int, batch []*entry) error {
	for i, e := range batch {
		if e.in == nil {
			continue
		}
		outs, repeated := e.again()
		stamped := slices.Clone(outs)
		r.late(e, stamped, link.Local())
		r.mu.Unlock()
		if link.Check(stamped...) == nil { // or it may have become too large
			outs = stamped
		}
		last, err := send(ctx, link, outs)
		var refused error
		if err != nil && ctx.Err() == nil {
			refused = link.Check(outs...)
		}
		r.mu.Lock()
		switch {
		case err == nil:
			e.last = last
			r.stats.Repeated += repeated
		case refused == nil || e.in == nil:
			for _, e := range batch[i:] { // nothing of these was sent
				if e.in != nil && e.link == number {
					e.link = 0
				}
			}
			return fmt.Errorf("confirm: sending again: %w", err)
		default:
			r.opts.Log.Error("a stanza cannot be sent on the new link", "error", refused)
			r.drop(e, &r.stats.Refused)
		}
	}
	return nil
}
