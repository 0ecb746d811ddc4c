package dispatch

import (
	"context"
	"slices"
	"sync"
	"time"
)

// A limit is the context of one action: it ends with the action, at its
// deadline, or when the application stops. It is part of the job and has no
// timer of its own: the dispatcher's clock ends it. What else a context needs
// is made when it is asked for, which most actions never do.
type limit struct {
	deadline time.Time

	mu    sync.Mutex
	done  chan struct{}
	err   error
	after []*func()
}

var _ context.Context = (*limit)(nil)

// ended is the channel of contexts whose end came before anybody asked.
var ended = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

func (l *limit) Deadline() (time.Time, bool) { return l.deadline, true }

func (l *limit) Value(any) any { return nil }

func (l *limit) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

func (l *limit) Done() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.done == nil {
		if l.err != nil {
			l.done = ended
		} else {
			l.done = make(chan struct{})
		}
	}
	return l.done
}

// end ends the context for the reason err, once.
func (l *limit) end(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return
	}
	l.err = err
	if l.done != nil {
		close(l.done)
	}
	for _, f := range l.after {
		go (*f)()
	}
	l.after = nil
}

// AfterFunc lets package context derive contexts without a goroutine for each:
// it looks for this method. f runs in a goroutine of its own when l ends; stop
// reports whether it kept it from that.
func (l *limit) AfterFunc(f func()) (stop func() bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		go f()
		return func() bool { return false }
	}
	entry := &f
	l.after = append(l.after, entry)
	return func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		i := slices.Index(l.after, entry)
		if i < 0 {
			return false
		}
		l.after = slices.Delete(l.after, i, i+1)
		return true
	}
}
