package confirm

import (
	"context"
	"errors"
	"time"
)

var errNoLink = errors.New("confirm: no link is up")

// A barrier is a ping to ourselves behind what was sent.
type barrier struct {
	at   *attachment // of the link that it goes over; nil: there is none
	last uint64      // the seq of the last stanza that it covers
}

// Barrier waits until the server has taken all that was sent before on the link
// that is up. The error is ctx's, that of the link, or says that none is up.
func (r *Ring) Barrier(ctx context.Context) error {
	if r == nil {
		return nil
	}
	select {
	case r.barring <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer r.opts.Await()()
	return r.pass(ctx, r.begin())
}

// begin notes what a barrier that is sent now covers. The caller holds a place
// in barring, which pass gives back.
func (r *Ring) begin() (b barrier) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.fresh, r.armed = 0, false
	select {
	case <-r.many: // this is for this barrier
	default:
	}
	r.news() // see repeat
	if r.up || r.repeating {
		b = barrier{r.at, r.given}
	}
	return b
}

// pass sends a barrier, waits for it to come back, and forgets what it covers.
func (r *Ring) pass(ctx context.Context, b barrier) error {
	err := errNoLink
	if b.at != nil {
		err = b.at.link.SelfTest(ctx)
	}
	<-r.barring
	r.mu.Lock()
	defer r.mu.Unlock()
	if err == nil && r.at == b.at {
		r.stats.Barriers++
		r.warned = false
		for n := r.log.head(); n != nil && n.seq <= b.last; n = r.log.head() {
			r.gone(n, &r.stats.Confirmed)
			r.log.pop()
		}
		r.news()
	}
	if r.unconfirmed() {
		r.due()
	}
	return err
}

// due tells the keeper that there is something to confirm, once: to wake it for each
// stanza would cost more than to send it.
func (r *Ring) due() {
	if r.fresh >= r.opts.Batch && (len(r.barring) == 0 || r.fresh >= r.far()) {
		tell(r.many)
	}
	if !r.armed {
		r.armed = true
		r.read()
		tell(r.some)
	}
}

// far is how many stanzas follow a barrier at most before the next, where one is under
// way. While a server is quick each begins when the one before is back, so under load
// they are as far apart as the server is away, and cost next to nothing a stanza.
func (r *Ring) far() int {
	// What is confirmed makes room, and does not go out again if this link breaks soon, too.
	if r.repeating || r.kept >= r.opts.Stanzas/4 || r.bytes >= r.opts.Bytes/4 {
		return r.opts.Batch
	}
	return 8 * r.opts.Batch
}

// unconfirmed reports whether the link has got something that is still kept.
func (r *Ring) unconfirmed() bool {
	n := r.log.head()
	return n != nil && n.given
}

// keep puts barriers behind what goes over a link until that is down. Under load
// there are several under way: each shows how far the server has got, and if the
// connection breaks only what lies behind the last that came back has to be sent
// again, however much is queued.
func (r *Ring) keep(a *attachment) {
	defer r.handOn()
	timer := time.NewTimer(0)
	defer timer.Stop()
	var timed <-chan time.Time // set while there is something to confirm
	for {
		select {
		case <-r.some:
			if timed == nil {
				timer.Reset(r.opts.Delay)
				timed = timer.C
			}
			continue
		case <-r.many:
		case <-timed:
			if r.idle() {
				timed = nil
				continue
			}
		case <-a.link.Down():
			return
		case <-r.life.Done():
			return
		}
		timed = nil
		select {
		case r.barring <- struct{}{}:
		case <-a.link.Down():
			return
		case <-r.life.Done():
			return
		}
		b := r.begin()
		r.keepers.Go(func() { r.bounded(b) })
	}
}

// idle reports whether no barrier is due with time: nothing waits for one, or
// one is under way, which will tell of what it leaves.
func (r *Ring) idle() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.armed = false
	return !r.unconfirmed() || len(r.barring) > 0
}

// handOn tells the keeper of the next link what the one that ends may have been
// told, and has repeat look again.
func (r *Ring) handOn() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.armed = false
	r.due()
	r.news()
}

// bounded is a pass that ends with Options.Timeout, or the Ring.
func (r *Ring) bounded(b barrier) {
	ctx, cancel := context.WithTimeout(r.life, r.opts.Timeout)
	defer cancel()
	// Other errors: it could not be sent, or the link is just ending.
	if err := r.pass(ctx, b); errors.Is(err, context.DeadlineExceeded) && b.at.link.Err() == nil {
		r.unanswered(err)
	}
}

// unanswered notes that a barrier did not come back. That says that what was sent
// is not confirmed, not that it is lost: it stays.
func (r *Ring) unanswered(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	r.stats.Unanswered++
	r.expire()
	if !r.warned {
		r.warned = true
		r.opts.Log.Warn("the server does not confirm what was sent", "stanzas", r.kept, "error", err)
	}
}
