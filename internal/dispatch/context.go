package dispatch

import (
	"context"
	"slices"
	"sync"
	"time"
)

// How a delivery is over. The step from going on, which is taken once, decides who
// answers: the action, or who has found that it will not.
const (
	goesOn   int32 = iota
	returned       // the action has
	expired        // its time has
	forsaken       // the application stops
)

// end ends a delivery, and reports whether it was this that did.
func (v *delivery) end(how int32) bool {
	if !v.state.CompareAndSwap(goesOn, how) {
		return false
	}
	if w := v.watch.Load(); w != nil { // who asks for it later looks at the state
		w.close()
	}
	return true
}

// A limit is a delivery as the context of its action: it ends with the action, at its
// deadline, or when the application stops. It has no timer of its own: the dispatcher's
// clock ends it. What else a context needs is made when it is asked for, which most
// actions never do.
type limit delivery

// ctx is the context of the action.
func (v *delivery) ctx() *limit { return (*limit)(v) }

// A watch is what a context needs once somebody wants to be told of its end.
type watch struct {
	done chan struct{}

	mu     sync.Mutex
	closed bool
	after  []*func()
}

var _ context.Context = (*limit)(nil)

// Deadline is not guarded by the dispatcher's mutex: since does not change while the
// action runs.
func (l *limit) Deadline() (time.Time, bool) {
	return l.in.d.epoch.Add(l.since + l.in.d.opts.Timeout), true
}

func (l *limit) Value(any) any { return nil }

func (l *limit) Err() error {
	how := l.state.Load()
	if how == goesOn {
		return nil
	}
	l.watched() // Done is closed before anybody learns of the end here
	if how == expired {
		return context.DeadlineExceeded
	}
	return context.Canceled
}

func (l *limit) Done() <-chan struct{} { return l.watched().done }

// watched returns the watch, which is closed if the end has come.
func (l *limit) watched() *watch {
	w := l.watch.Load()
	if w == nil {
		l.watch.CompareAndSwap(nil, &watch{done: make(chan struct{})})
		w = l.watch.Load()
	}
	if l.state.Load() != goesOn {
		w.close()
	}
	return w
}

func (w *watch) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	w.closed = true
	close(w.done)
	for _, f := range w.after {
		go (*f)()
	}
	w.after = nil
}

// AfterFunc lets package context derive contexts without a goroutine for each:
// it looks for this method. f runs in a goroutine of its own when l ends; stop
// reports whether it kept it from that.
func (l *limit) AfterFunc(f func()) (stop func() bool) {
	w, entry := l.watched(), &f
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		go f()
		return func() bool { return false }
	}
	w.after = append(w.after, entry)
	return func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		i := slices.Index(w.after, entry)
		if i < 0 {
			return false
		}
		w.after = slices.Delete(w.after, i, i+1)
		return true
	}
}
