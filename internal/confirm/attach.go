package confirm

import (
	"context"
	"errors"
	"fmt"

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
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	r.number++
	number := r.number
	r.link, r.up, r.repeating, r.warned = link, false, true, false
	for e := r.given.first; e != nil; e = e.next {
		e.repeat = e.repeat || e.link != 0
	}
	r.held.prepend(&r.given)
	r.expire()
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

// repeat gives the link what is held. What comes meanwhile is held as well, and
// so goes out behind. Behind each Batch or two it lets the keeper put a barrier:
// with one behind all of it, a connection that breaks before the server has taken
// that much, again and again, would have it sent all over each time.
func (r *Ring) repeat(ctx context.Context, link Link, number int) error {
	batch := make([]*entry, 0, batchSize)
	var outs []stanza.Out
	for r.held.first != nil && !r.closed && r.number == number {
		batch, outs = batch[:0], outs[:0]
		for len(batch) < batchSize && r.held.first != nil {
			e := r.held.first
			r.held.remove(e)
			r.given.push(e)
			e.link, e.taken = number, false
			e.uses++
			batch = append(batch, e)
			outs = append(outs, r.again(e)...)
		}
		r.fresh += len(outs)
		r.mu.Unlock()
		err := link.Send(ctx, outs...)
		r.mu.Lock()
		if err != nil {
			err = r.oneByOne(ctx, link, number, batch)
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
		for r.fresh >= 2*r.opts.Batch && len(r.barring) < cap(r.barring) && !r.closed && r.number == number && link.Err() == nil {
			if err := r.wait(ctx, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// again returns what of e is to be sent now: all of it if no link has sent any,
// else what is Wanted.
func (r *Ring) again(e *entry) []stanza.Out {
	if !e.repeat {
		return e.outs
	}
	n := 0
	for i := range e.outs {
		if Wanted(&e.outs[i]) {
			n++
		}
	}
	r.stats.Repeated += n
	if n == len(e.outs) {
		return e.outs
	}
	wanted := make([]stanza.Out, 0, n)
	for i := range e.outs {
		if Wanted(&e.outs[i]) {
			wanted = append(wanted, e.outs[i])
		}
	}
	return wanted
}

// oneByOne sends what the link did not take together, for one that it refuses
// must not keep back the others. An error is that of the link.
func (r *Ring) oneByOne(ctx context.Context, link Link, number int, batch []*entry) error {
	for i, e := range batch {
		if e.in == nil {
			continue
		}
		repeated := r.stats.Repeated
		outs := r.again(e)
		r.stats.Repeated = repeated // which was counted already
		r.mu.Unlock()
		err := link.Send(ctx, outs...)
		var refused error
		if err != nil && ctx.Err() == nil {
			refused = link.Check(outs...)
		}
		r.mu.Lock()
		switch {
		case err == nil:
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
