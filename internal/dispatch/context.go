package dispatch

import (
	"context"
	"slices"
	"sync"
	"time"
)

// A limit is a job as the context of its action: it ends with the action, at its
// deadline, or when the application stops. It has no timer of its own: the
// dispatcher's clock ends it. What else a context needs is made when it is asked
// for, which most actions never do.
type limit job

// ctx is the context of the action of j.
func (j *job) ctx() *limit { return (*limit)(j) }

// An ending is what a context needs once somebody asks for its end, or that has come.
type ending struct {
	done chan struct{}

	mu    sync.Mutex
	err   error
	after []*func()
}

var _ context.Context = (*limit)(nil)

// What contexts have that ended before anybody asked.
var cancelled, expired = ended(context.Canceled), ended(context.DeadlineExceeded)

func ended(err error) *ending {
	e := &ending{err: err, done: make(chan struct{})}
	close(e.done)
	return e
}

// Deadline is not guarded by the dispatcher's mutex: since does not change while the
// action runs.
func (l *limit) Deadline() (time.Time, bool) { return l.d.epoch.Add(l.since + l.d.opts.Timeout), true }

func (l *limit) Value(any) any { return nil }

func (l *limit) Err() error {
	e := l.ending.Load()
	if e == nil {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}

func (l *limit) Done() <-chan struct{} { return l.ask().done }

// ask returns what there is of the end, for who asks.
func (l *limit) ask() *ending {
	if e := l.ending.Load(); e != nil {
		return e
	}
	l.ending.CompareAndSwap(nil, &ending{done: make(chan struct{})})
	return l.ending.Load()
}

// end ends the context, once: the reason is that of how, which is cancelled or expired.
func (l *limit) end(how *ending) {
	if l.ending.CompareAndSwap(nil, how) {
		return
	}
	e := l.ending.Load()
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.err != nil {
		return
	}
	e.err = how.err
	close(e.done)
	for _, f := range e.after {
		go (*f)()
	}
	e.after = nil
}

// AfterFunc lets package context derive contexts without a goroutine for each:
// it looks for this method. f runs in a goroutine of its own when l ends; stop
// reports whether it kept it from that.
func (l *limit) AfterFunc(f func()) (stop func() bool) {
	e, entry := l.ask(), &f
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.err != nil {
		go f()
		return func() bool { return false }
	}
	e.after = append(e.after, entry)
	return func() bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		i := slices.Index(e.after, entry)
		if i < 0 {
			return false
		}
		e.after = slices.Delete(e.after, i, i+1)
		return true
	}
}
