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
	err   error
	asked *asked
}

// asked is what a context needs once somebody asks for its end.
type asked struct {
	done  chan struct{}
	after []*func()
}

var _ context.Context = (*limit)(nil)

// ended is what contexts have that ended before anybody asked.
var ended = func() *asked {
	a := &asked{done: make(chan struct{})}
	close(a.done)
	return a
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
	return l.ask().done
}

func (l *limit) ask() *asked {
	switch {
	case l.asked != nil:
	case l.err != nil:
		l.asked = ended
	default:
		l.asked = &asked{done: make(chan struct{})}
	}
	return l.asked
}

// end ends the context for the reason err, once.
func (l *limit) end(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return
	}
	l.err = err
	if a := l.asked; a != nil {
		close(a.done)
		for _, f := range a.after {
			go (*f)()
		}
		a.after = nil
	}
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
	a, entry := l.ask(), &f
	a.after = append(a.after, entry)
	return func() bool {
		l.mu.Lock()
		defer l.mu.Unlock()
		i := slices.Index(a.after, entry)
		if i < 0 {
			return false
		}
		a.after = slices.Delete(a.after, i, i+1)
		return true
	}
}
