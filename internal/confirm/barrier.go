package confirm

import (
	"context"
	"errors"
	"time"
)

var errNoLink = errors.New("confirm: no link is up")

// Barrier waits until the server has taken all that was sent before on the link
// that is up. The error is ctx's, that of the link, or says that none is up.
func (r *Ring) Barrier(ctx context.Context) error {
	if r == nil {
		return nil
	}
	select {
	case r.barring <- struct{}{}:
		defer func() { <-r.barring }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	r.mu.Lock()
	link, number, last := r.link, r.number, r.covered()
	up := r.up || r.repeating
	r.fresh = 0
	select {
	case <-r.many: // this is for this barrier
	default:
	}
	r.mu.Unlock()
	if !up {
		return errNoLink
	}
	err := link.SelfTest(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil || r.number != number {
		return err
	}
	r.stats.Barriers++
	for e := r.given.first; e != nil && e.seq <= last; e = r.given.first {
		r.drop(e, &r.stats.Confirmed)
	}
	return nil
}

// due tells the keeper that there is something to confirm.
func (r *Ring) due() {
	if r.fresh >= r.opts.Batch {
		tell(r.many)
	}
	tell(r.some)
}

// covered returns the seq of the last entry that a barrier begun now covers: it
// and all before it are in the link's queue.
func (r *Ring) covered() (last uint64) {
	for e := r.given.first; e != nil && e.taken; e = e.next {
		last = e.seq
	}
	return last
}

// keep puts barriers behind what goes over link until it is down. There is one
// goroutine and one timer, whatever is sent.
func (r *Ring) keep(link Link) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for warned := false; ; {
		if !r.await(link, r.some, nil) {
			return
		}
		timer.Reset(r.opts.Delay)
		if !r.await(link, r.many, timer.C) {
			return
		}
		err := r.bounded()
		switch {
		case err == nil:
			warned = false
		case link.Err() != nil:
			return
		default: // it did not come back, could not be sent, or the link is just ending
			if errors.Is(err, context.DeadlineExceeded) {
				r.unanswered(err, &warned)
			}
			timer.Reset(r.opts.Delay)
			if !r.await(link, nil, timer.C) {
				return
			}
		}
		r.mu.Lock()
		if r.given.first != nil {
			tell(r.some)
		}
		r.mu.Unlock()
	}
}

// await waits for one of two signs. false is that the link is down, or the Ring
// closed.
func (r *Ring) await(link Link, sign <-chan struct{}, timer <-chan time.Time) bool {
	select {
	case <-sign:
	case <-timer:
	case <-link.Down():
		return false
	case <-r.life.Done():
		return false
	}
	return true
}

// bounded is a Barrier that ends with Options.Timeout, or the Ring.
func (r *Ring) bounded() error {
	ctx, cancel := context.WithTimeout(r.life, r.opts.Timeout)
	defer cancel()
	return r.Barrier(ctx)
}

// unanswered notes that a barrier did not come back. That says that what was sent
// is not confirmed, not that it is lost: it stays.
func (r *Ring) unanswered(err error, warned *bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	r.stats.Unanswered++
	r.expire()
	if !*warned {
		*warned = true
		r.opts.Log.Warn("the server does not confirm what was sent", "stanzas", r.kept, "error", err)
	}
}
