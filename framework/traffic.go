package framework

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stream"
)

// A TrafficWatcher is a plugin that sees all that goes over the links, for logs and
// recordings. Traffic is called by a goroutine of its own, for one thing after
// another: of each link, what was read and what was sent in its order, and what was
// read before what was sent for it.
//
// No link ever waits for a watcher. Up to 16,384 things and 32 MiB wait for it; what
// is more than that is lost to it, and counted in the next Traffic.
type TrafficWatcher interface{ Traffic(t Traffic) }

// A Traffic is something that happened on a link.
type Traffic struct {
	Time time.Time
	Link string // as the log names it: "echo.example.org", "bot@example.org/hack"
	Kind TrafficKind
	// Early says of what was read or sent that it belongs to the negotiation (the
	// headers, SASL, the handshake), and is no stanza.
	Early bool
	// Err is why the link went down, or did not come up; of LinkLost.
	Err error
	// Lost is how many there were between the Traffic before and this one that the
	// watcher was too slow for.
	Lost int

	node  element.Node    // of what was read
	words string          // of what was sent
	mark  chan<- struct{} // not nil: it is none, but is to be closed in its turn
}

// TrafficKind is what happened.
type TrafficKind uint8

const (
	// TrafficRead: an element came over the link.
	TrafficRead TrafficKind = iota + 1
	// TrafficSent: an element is on its way: checked, and in the queue of what is
	// written, in its order. What stands there when the link breaks is not written.
	TrafficSent
	// LinkUp: the link is ready, and was tried out.
	LinkUp
	// LinkLost: the link is gone, or an attempt to connect has failed.
	LinkLost
)

// String returns "read", "sent", "up" or "lost".
func (k TrafficKind) String() string {
	switch k {
	case TrafficRead:
		return "read"
	case TrafficSent:
		return "sent"
	case LinkUp:
		return "up"
	case LinkLost:
		return "lost"
	}
	return fmt.Sprintf("TrafficKind(%d)", uint8(k))
}

// Node returns what was read or sent. It is zero for events of the link, and for the
// header of a stream that we sent, which is but the start of an element.
func (t *Traffic) Node() element.Node {
	if t.Kind != TrafficSent {
		return t.node
	}
	n, err := element.ParseIn(element.NSClient, []byte(t.words))
	if err != nil {
		return element.Node{}
	}
	return n.Root()
}

// size is how much memory it takes while it waits, about.
func (t *Traffic) size() int { return 256 + t.node.Size() + len(t.words) }

// How much may wait for a watcher.
const (
	maxTraffic      = 1 << 14
	maxTrafficBytes = 32 << 20
)

// A feed is what waits for one watcher.
type feed struct {
	to TrafficWatcher

	mu     sync.Mutex
	more   sync.Cond
	queue  []Traffic
	bytes  int
	lost   int // since the last that was put in
	closed bool
	done   chan struct{}
}

func newFeed(to TrafficWatcher) *feed {
	f := &feed{to: to, done: make(chan struct{})}
	f.more.L = &f.mu
	return f
}

// put has the watcher see t, unless it is too far behind.
func (f *feed) put(t Traffic) {
	if w, ok := f.to.(*trafficLog); ok && w.idle() {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	size := t.size()
	switch {
	case f.closed:
		return
	case len(f.queue) >= maxTraffic, f.bytes+size > maxTrafficBytes && len(f.queue) > 0:
		f.lost++
		return
	}
	t.Lost, f.lost = f.lost, 0
	f.queue = append(f.queue, t)
	f.bytes += size
	f.more.Signal()
}

// serve hands over what comes, until the feed is closed and empty. failed is told
// of a panic, once.
func (f *feed) serve(failed func(error)) {
	defer close(f.done)
	var some []Traffic
	for {
		f.mu.Lock()
		for len(f.queue) == 0 && !f.closed {
			f.more.Wait()
		}
		clear(some)
		some, f.queue, f.bytes = f.queue, some[:0], 0
		f.mu.Unlock()
		if len(some) == 0 {
			return
		}
		for i := range some {
			if some[i].mark != nil {
				close(some[i].mark)
				continue
			}
			if err := guarded(func() error { f.to.Traffic(some[i]); return nil }); err != nil && failed != nil {
				failed(err)
				failed = nil
			}
		}
	}
}

// settle waits until the watcher has seen all that there is by now, or ctx ends.
func (f *feed) settle(ctx context.Context) {
	seen := make(chan struct{})
	f.mu.Lock()
	if f.closed {
		close(seen)
	} else {
		f.queue = append(f.queue, Traffic{mark: seen})
		f.more.Signal()
	}
	f.mu.Unlock()
	select {
	case <-seen:
	case <-ctx.Done():
	}
}

// close lets nothing more in, and waits until the watcher has seen all that was.
func (f *feed) close(ctx context.Context) error {
	f.mu.Lock()
	f.closed = true
	f.more.Signal()
	f.mu.Unlock()
	select {
	case <-f.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("framework: %T has not seen all traffic yet: %w", f.to, context.Cause(ctx))
	}
}

// openFeeds starts what shows traffic to those who want to see it.
func (a *App) openFeeds() {
	watchers := pluginsAs[TrafficWatcher](a)
	if w := newTrafficLog(a.log, a.conf.Log.Traffic); w != nil {
		watchers = append(watchers, w)
	}
	for _, w := range watchers {
		f := newFeed(w)
		a.feeds = append(a.feeds, f)
		go f.serve(func(err error) {
			args := []any{"plugin", fmt.Sprintf("%T", w), "error", err}
			a.log.Error("a plugin failed when it was shown traffic", append(args, stackOf(err)...)...)
		})
	}
}

// closeFeeds has all watchers see the end of it. Also where ctx has ended they have a
// moment: mostly there is little left.
func (a *App) closeFeeds(ctx context.Context) (err error) {
	last, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	defer context.AfterFunc(ctx, func() {
		time.AfterFunc(time.Second, func() { cancel(context.Cause(ctx)) })
	})()
	for _, f := range a.feeds {
		if e := f.close(last); e != nil {
			err = e
		}
	}
	return err
}

// show shows something to all watchers.
func (e *endpoint) show(t Traffic) {
	if len(e.app.feeds) == 0 {
		return
	}
	t.Time, t.Link = time.Now(), e.name
	for _, f := range e.app.feeds {
		f.put(t)
	}
}

// tap is what a link of e is watched with; nil while nobody watches.
func (e *endpoint) tap() stream.Tap {
	if len(e.app.feeds) == 0 {
		return nil
	}
	return func(p stream.Passage) {
		t := Traffic{Kind: TrafficRead, Early: p.Early, node: p.Node}
		if p.Words != nil {
			t.Kind, t.words = TrafficSent, string(p.Words)
		}
		e.show(t)
	}
}
