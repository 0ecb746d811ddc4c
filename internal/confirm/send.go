package confirm

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emp-framework/emp/stanza"
)

// Send sends stanzas, behind all that was sent before.
//
// If one of them is [Wanted], nil means that the Ring has them: they go out on the
// link that is up, whichever that is, or on the next one, and those that are
// Wanted again on each further link until the server has confirmed them, they are
// too old, or the Ring is closed. It waits while the Ring is full, until ctx ends.
// An error means that nothing of outs is or will be sent.
//
// Answers do not wait where a link is up: they go out and are not kept. What makes
// room may lie behind a long line of requests, and nobody gets to it who has to wait
// for room with each.
//
// Else they are sent over via and not kept; see [Link]. If that counts, and is up, they
// are kept for as long as the server counts on.
//
// The payload of what is kept must not be changed any more.
func (r *Ring) Send(ctx context.Context, via Link, outs ...stanza.Out) error {
	_, err := r.send(ctx, via, outs, false)
	return err
}

// Ask is Send for a question, and reports whether it is kept. If not it has gone with
// via. If the server may have taken it over a link that is gone Unknown is not told:
// who asked learns that no answer comes.
func (r *Ring) Ask(ctx context.Context, via Link, question stanza.Out) (kept bool, err error) {
	return r.send(ctx, via, []stanza.Out{question}, true)
}

func (r *Ring) send(ctx context.Context, via Link, outs []stanza.Out, asked bool) (kept bool, err error) {
	switch {
	case r == nil:
		return false, via.Send(ctx, outs...)
	case !AnyWanted(outs):
		if err := r.Turn(ctx, via); err != nil {
			return false, err
		}
		if c, ok := via.(Counting); !ok || !c.Counts() {
			return false, via.Send(ctx, outs...)
		}
	}
	var ids [8]string
	e, link, number, err := r.take(ctx, outs, appendFresh(ids[:0], outs), asked)
	switch {
	case err != nil:
		return false, err
	case e == nil && link != nil:
		return false, link.Send(ctx, outs...)
	case e == nil:
		return false, via.Send(ctx, outs...)
	case link == nil:
		err = r.settle(e, 0, 0, errHeld, via.Check(e.outs...))
		return err == nil, err
	}
	last, err := send(ctx, link, e.outs)
	if err == nil {
		return true, r.settle(e, number, last, nil, nil)
	}
	refused := err
	if ctx.Err() == nil || !errors.Is(err, context.Cause(ctx)) { // the stanzas are to blame, or else the link
		refused = link.Check(e.outs...)
	}
	err = r.settle(e, number, 0, err, refused)
	return err == nil, err
}

// send sends outs over link, and returns the number of the last if that counts.
func send(ctx context.Context, link Link, outs []stanza.Out) (last uint64, err error) {
	if c, ok := link.(Counting); ok {
		return c.SendCounted(ctx, outs...)
	}
	return 0, link.Send(ctx, outs...)
}

// errHeld: no link is up, which is no error to who sends.
var errHeld = errors.New("confirm: no link is up")

// Turn waits until what has to go over link before anything new has done so.
func (r *Ring) Turn(ctx context.Context, link Link) error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.repeating && r.link == link && link.Err() == nil && !r.closed {
		if err := r.waitFor(ctx, link.Down(), nil); err != nil {
			return fmt.Errorf("confirm: waiting for what is sent again first: %w", err)
		}
	}
	return nil
}

// take waits for room and keeps outs. It returns the link to send them on with its
// number, nil if there is none: then they are held. A Ring that is closed keeps
// nothing, one that is full no answers, one without a link nothing that is not Wanted:
// the entry is nil then, else it is in use.
func (r *Ring) take(ctx context.Context, outs []stanza.Out, fresh []string, asked bool) (*entry, Link, int, error) {
	wanted := AnyWanted(outs)
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.full() && !r.closed {
		if r.up && r.link.Err() == nil && answers(outs) {
			r.stats.Unkept += len(outs)
			tell(r.many)
			return nil, r.link, 0, nil
		}
		if !wanted {
			return nil, nil, 0, nil
		}
		if err := r.awaitRoom(ctx); err != nil {
			return nil, nil, 0, err
		}
	}
	if r.closed || !wanted && (!r.up || r.link.Err() != nil) {
		return nil, nil, 0, nil
	}
	if !r.up || r.link.Err() != nil {
		// From here to the next link all are held, for order's sake.
		r.up = false
		r.read()
		return r.put(&r.held, outs, fresh), nil, 0, nil
	}
	r.fresh += len(outs)
	r.due() // which reads the clock if need be
	e := r.put(&r.given, outs, fresh)
	if e.link = r.number; asked {
		e.asked = true
		e.dies = max(e.dies, r.clock+r.opts.Age) // who asks has a limit of his own
	}
	return e, r.link, r.number, nil
}

// awaitRoom waits until there may be room: when something is confirmed, or too
// old.
func (r *Ring) awaitRoom(ctx context.Context) error {
	tell(r.many)
	timer := time.NewTimer(max(r.nextDeath()-r.now(), time.Second))
	defer timer.Stop()
	if err := r.wait(ctx, timer.C); err != nil {
		return fmt.Errorf("confirm: waiting for the server to confirm what was sent: %w", err)
	}
	if r.full() {
		r.expire()
	}
	return nil
}

// nextDeath is when the first entry will be too old.
func (r *Ring) nextDeath() time.Duration {
	next := r.now() + r.opts.AnswerAge
	for _, q := range []*queue{&r.given, &r.held} {
		if q.first != nil {
			next = min(next, q.first.dies)
		}
	}
	return next
}

// wait waits until something has changed, at most until a timer. It is called
// with the mutex held, and lets go of it meanwhile.
func (r *Ring) wait(ctx context.Context, timer <-chan time.Time) error {
	return r.waitFor(ctx, nil, timer)
}

// waitFor is wait, at most until over is closed.
func (r *Ring) waitFor(ctx context.Context, over <-chan struct{}, timer <-chan time.Time) error {
	changed := r.waiting()
	r.mu.Unlock()
	defer r.mu.Lock()
	defer r.opts.Await()()
	select {
	case <-changed:
	case <-over:
	case <-timer:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return nil
}

// settle ends what take began, with the number that the last of the stanzas got, or
// the error of the link, and why the stanzas cannot be sent at all, if they cannot. It
// returns what Send does.
func (r *Ring) settle(e *entry, number int, last uint64, err, refused error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.release(e)
	switch {
	case e.in == nil || e.link != number: // a later link has taken it over
		return nil
	case err == nil:
		e.taken, e.last = true, last
		return nil
	case refused != nil:
		r.takeBack(e)
		return refused
	case r.closed, !AnyWanted(e.outs):
		r.takeBack(e)
		return err
	}
	e.link = 0 // it is over, and has sent nothing of this
	return nil
}
