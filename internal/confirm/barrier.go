package confirm

import (
	"context"
	"errors"
)

var errNoLink = errors.New("confirm: no link is up")

// A barrier asks the server to confirm what was sent before it.
type barrier struct {
	at   *attachment // of the link that it goes over
	last uint64      // the seq of the last stanza that it covers
}

// Barrier waits until the server has taken all that was sent before on the link
// that is up, for Options.Timeout at most. The error is ctx's, that of the link, or says
// that none is up.
func (r *Ring) Barrier(ctx context.Context) error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	a := r.at
	if !r.up && !r.repeating {
		a = nil
	}
	r.mu.Unlock()
	if a == nil {
		return errNoLink
	}
	defer r.opts.Await()()
	back := make(chan error, 1)
	r.ask(a, func(err error) { back <- err })
	select {
	case err := <-back:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// ask puts a barrier behind what went over the link of a. then is called when that is
// over, if it is not nil.
func (r *Ring) ask(a *attachment, then func(error)) {
	r.mu.Lock()
	b := barrier{a, 0}
	if r.at == a {
		b.last = r.given // or nothing: another link has come
	}
	r.barriers++
	r.fresh = 0
	r.enough.Store(false)
	r.mu.Unlock()
	a.link.Confirm(r.opts.Timeout, func(err error) {
		r.back(b, err)
		if then != nil {
			then(err)
		}
	})
}

// back forgets what a barrier covers that has come back. Where it has not that says
// that what was sent is not confirmed, not that it is lost: it stays.
func (r *Ring) back(b barrier, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.barriers--
	switch {
	case err == nil: // which is as good if another link has come
		r.stats.Barriers++
		r.warned = false
		for n := r.log.head(); n != nil && n.seq <= b.last; n = r.log.head() {
			r.gone(n, &r.stats.Confirmed)
			r.log.pop()
		}
		r.news()
	case errors.Is(err, context.DeadlineExceeded) && b.at.link.Err() == nil:
		r.unanswered(err)
	} // Other errors: it could not be sent, or the link is just ending.
	r.arm()
}

// unanswered notes that a barrier did not come back.
func (r *Ring) unanswered(err error) {
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

// due says whether a barrier is due behind what was sent just now, in enough, for who
// has sent it to put it there: nobody has to be woken for it so. With time it is due
// in any case.
func (r *Ring) due() {
	if r.fresh >= r.opts.Batch && (r.barriers == 0 || r.fresh >= r.far()) && r.barriers < r.opts.Stanzas/r.opts.Batch+1 {
		r.enough.Store(true)
	}
	r.arm()
}

// far is how many stanzas follow a barrier at most before the next, where one is under
// way. While a server is quick each begins when the one before is back, so under load
// they are as far apart as the server is away, and cost next to nothing a stanza.
//
// Under load there are several under way: each shows how far the server has got, and if
// the connection breaks only what lies behind the last that came back has to be sent
// again, however much is queued.
func (r *Ring) far() int {
	// What is confirmed makes room, and does not go out again if this link breaks soon, too.
	if r.repeating || r.kept >= r.opts.Stanzas/4 || r.bytes >= r.opts.Bytes/4 {
		return r.opts.Batch
	}
	return 8 * r.opts.Batch
}

// arm has a barrier follow in Options.Delay, unless there is nothing to confirm then.
func (r *Ring) arm() {
	if r.armed {
		return
	}
	if !r.closed && r.unconfirmed() {
		r.armed = true
		r.read()
		r.timer.Reset(r.opts.Delay)
	}
}

// unconfirmed reports whether the link has got something that is still kept.
func (r *Ring) unconfirmed() bool {
	n := r.log.head()
	return n != nil && n.given
}

// soon has a barrier follow at once, if none is under way.
func (r *Ring) soon() {
	if !r.closed {
		r.armed = true
		r.read()
		r.timer.Reset(0)
	}
}

// look is what the timer does.
func (r *Ring) look() {
	r.mu.Lock()
	a := r.at
	r.armed = false
	idle := a == nil || r.closed || !r.unconfirmed() || r.barriers > 0 || a.link.Err() != nil
	r.mu.Unlock()
	if !idle { // else what is under way, or the next link, will tell of what it leaves
		r.ask(a, nil)
	}
}
