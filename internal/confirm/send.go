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
	if r == nil {
		return false, via.Send(ctx, outs...)
	}
	wanted := AnyWanted(outs)
	if !wanted {
		if err := r.Turn(ctx, via); err != nil {
			return false, err
		}
		if !via.Counts() {
			return false, via.Send(ctx, outs...)
		}
	}
	for {
		if kept, err = r.try(ctx, via, outs, wanted, asked); err != errAgain {
			return kept, err
		}
	}
}

// errAgain: the link that was up is not any more, or one is now.
var errAgain = errors.New("confirm: another link has come, or none is up")

// try is one attempt of send. The error is errAgain if it is to be repeated.
func (r *Ring) try(ctx context.Context, via Link, outs []stanza.Out, wanted, asked bool) (kept bool, err error) {
	a, keep := r.open.Load(), true
	if a == nil {
		if a, keep, err = r.admit(ctx, outs, wanted); err != nil {
			return false, err
		}
	}
	switch {
	case !keep && a != nil:
		return false, a.link.SendKept(ctx, unkept{}, outs...)
	case !keep:
		return false, via.SendKept(ctx, unkept{}, outs...)
	case a == nil:
		err := via.Render((*held)(r), outs...)
		return err == nil, err
	}
	var k Keeper = a
	if asked {
		k = (*asking)(a)
	}
	switch err = a.link.SendKept(ctx, k, outs...); {
	case err == nil:
		if r.enough.Load() && r.enough.CompareAndSwap(true, false) {
			r.ask(a, nil)
		}
		return true, nil
	case err == errAgain, ctx.Err() != nil && errors.Is(err, context.Cause(ctx)):
		return false, err
	}
	// The stanzas are to blame, or else the link.
	if refused := a.link.Render(unkept{}, outs...); refused != nil {
		return false, refused
	}
	r.lost(a)
	if !wanted && a.link == via {
		return false, err
	}
	return false, errAgain // what is not Wanted may still go with via
}

// admit waits for room. It returns the link to send over; none if there is none, or
// the one that the caller has is meant; and whether what is sent is kept. A Ring that is
// closed keeps nothing, one that is full no answers, one that is full or without a link
// nothing that is not Wanted.
func (r *Ring) admit(ctx context.Context, outs []stanza.Out, wanted bool) (a *attachment, keep bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.full() && !r.closed {
		if r.isUp() && answers(outs) {
			r.stats.Unkept += len(outs)
			r.soon()
			return r.at, false, nil
		}
		if !wanted {
			return nil, false, nil
		}
		if err := r.awaitRoom(ctx); err != nil {
			return nil, false, err
		}
	}
	switch up := r.isUp(); {
	case r.closed, !wanted && !up:
		return nil, false, nil
	case up:
		return r.at, true, nil
	}
	// From here to the next link all are held, for order's sake.
	r.up = false
	r.news()
	return nil, true, nil
}

// isUp reports whether a link takes what is sent.
func (r *Ring) isUp() bool { return r.up && r.at.link.Err() == nil }

// lost notes that the link of a does not take anything any more.
func (r *Ring) lost(a *attachment) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at == a {
		r.up = false
		r.news()
	}
}

// An attachment is a link of the Ring's, as the Keeper of what goes out over it.
type attachment struct {
	ring *Ring
	link Link
}

// asking is an attachment for questions.
type asking attachment

// held is a Ring as the Keeper of what waits for a link.
type held Ring

// unkept is the Keeper of what is not kept.
type unkept struct{}

func (*attachment) Identifies(o *stanza.Out) bool { return wantsOriginID(o) }
func (*asking) Identifies(o *stanza.Out) bool     { return wantsOriginID(o) }
func (*held) Identifies(o *stanza.Out) bool       { return wantsOriginID(o) }
func (unkept) Identifies(o *stanza.Out) bool      { return wantsOriginID(o) }

func (a *attachment) Keep(outs []stanza.Out, words []byte, mark int, ends []int, last uint64) error {
	return a.keep(outs, words, mark, ends, last, false)
}

func (a *asking) Keep(outs []stanza.Out, words []byte, mark int, ends []int, last uint64) error {
	return (*attachment)(a).keep(outs, words, mark, ends, last, true)
}

func (a *attachment) keep(outs []stanza.Out, words []byte, mark int, ends []int, last uint64, asked bool) error {
	r := a.ring
	r.mu.Lock()
	var err error
	switch {
	case r.at != a || !r.up:
		err = errAgain
	case !r.closed:
		if !r.armed {
			r.read()
		}
		r.put(outs, words, mark, ends, last, true, asked)
		r.fresh += len(outs)
		r.due()
	}
	r.mu.Unlock()
	return err
}

func (unkept) Keep([]stanza.Out, []byte, int, []int, uint64) error { return nil }

func (h *held) Keep(outs []stanza.Out, words []byte, mark int, ends []int, _ uint64) error {
	r := (*Ring)(h)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || r.up {
		return errAgain
	}
	r.read()
	r.put(outs, words, mark, ends, 0, false, false)
	return nil
}

// Turn waits until what has to go over link before anything new has done so.
func (r *Ring) Turn(ctx context.Context, link Link) error {
	if r == nil || r.open.Load() != nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.repeating && r.at.link == link && link.Err() == nil && !r.closed {
		if err := r.waitFor(ctx, link.Down(), nil); err != nil {
			return fmt.Errorf("confirm: waiting for what is sent again first: %w", err)
		}
	}
	return nil
}

// awaitRoom waits until there may be room: when something is confirmed, or too
// old.
func (r *Ring) awaitRoom(ctx context.Context) error {
	r.soon()
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

// nextDeath is when the first of what is kept may be too old: they come in order, but
// for answers.
func (r *Ring) nextDeath() time.Duration {
	next := r.now() + r.opts.AnswerAge
	if n := r.log.head(); n != nil {
		next = min(next, r.dies(n))
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
