package dispatch

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A Dispatcher runs the actions of a route table. Make it with New; end it with
// Drain. All methods may be called by any number of goroutines.
type Dispatcher struct {
	opts  Options   // with the defaults filled in; its bounds are guarded by mu, all else never changes
	epoch time.Time // what the clock counts from

	table     atomic.Pointer[router.Table]
	explained explained // by unrouted

	mu       sync.Mutex
	stats    Stats
	draining bool
	room     sync.Cond     // something was released, or waiting for that is no use
	waits    int           // how many wait for that
	awaited  int           // calls of Await that are not over
	idle     chan struct{} // closed when nothing is held; nil if nobody waits for that
	lanes    lanes
	meter    meter
	ready    list // jobs that wait for nothing but a slot
	inputs   []*input
	owned    int // lanes that are inputs' own
	slow     slow
	outboxes map[component.Sender]*outbox
	lost     losses

	// Slots: see worker.go and ask.go.
	slots    int       // in use
	starting int       // of those, with a worker that has not begun yet
	back     []*waiter // those who have their answer and want their slot back
	workers  spares    // workers without one
	deep     spares    // those who read, or send for others
	// serveSlot is what a worker does that was hired: the method, made a value once.
	serveSlot func() bool

	// Clock: see clock.go.
	timer    *time.Timer
	rings    time.Duration // when the timer does; zero if it is not set
	patience timeline      // requests that wait for their turn
	running  timeline      // actions within their time
	overdue  timeline      // actions beyond it
	stuck    list          // actions beyond help
	crowded  bool          // there are too many of those; see ready.go
}

// New returns a Dispatcher that is ready.
func New(o Options) *Dispatcher {
	d := &Dispatcher{
		opts:     o.withDefaults(),
		epoch:    time.Now(),
		outboxes: make(map[component.Sender]*outbox),
		slow:     make(slow),
	}
	d.serveSlot = func() bool { return d.work(d.begin()) }
	d.stats.Refused, d.stats.Dropped = make(map[Reason]int), make(map[Reason]int)
	d.table.Store(d.opts.Table)
	d.room.L = &d.mu
	d.meter = newMeter(d.opts.Rate, d.opts.Burst)
	d.lanes.seed = maphash.MakeSeed()
	d.patience.delay, d.running.delay, d.overdue.delay = d.opts.Patience, d.opts.Timeout, d.opts.Grace
	for _, l := range []*list{&d.patience.list, &d.running.list, &d.overdue.list, &d.stuck} {
		l.of = timed
	}
	return d
}

// Replace puts another route table in place of the one there is. Stanzas that
// are held keep the table that matched them.
func (d *Dispatcher) Replace(t *router.Table) {
	d.table.Store(t)
	d.lock(func() { clear(d.slow) }) // it shall not keep old tables
}

// A scratch is what is needed to match again behind a guard, kept for the next one.
type scratch struct {
	match  router.Match
	stanza stanza.Stanza
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}
