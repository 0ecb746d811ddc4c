package dispatch

import (
	"context"
	"errors"
	"hash/maphash"
	"log/slog"
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
	opts  Options   // with the defaults filled in; never changed
	epoch time.Time // what the clock counts from

	table atomic.Pointer[router.Table]

	mu       sync.Mutex
	stats    Stats
	draining bool
	room     sync.Cond     // something was released, or waiting for that is no use
	waits    int           // how many wait for that
	idle     chan struct{} // closed when nothing is held; nil if nobody waits for that
	lanes    lanes
	meter    meter
	ready    list // jobs that wait for nothing but a slot
	outboxes map[component.Sender]*outbox

	// Slots: see worker.go and ask.go.
	slots    int       // in use
	starting int       // of those, with a worker that has not begun yet
	back     []*waiter // those who have their answer and want their slot back
	spare    spares    // workers without one

	// Clock: see clock.go.
	timer    *time.Timer
	rings    time.Duration // when the timer does; zero if it is not set
	patience timeline      // requests that wait for their turn
	running  timeline      // actions within their time
	overdue  timeline      // actions beyond it
	stuck    list          // actions beyond help
}

// New returns a Dispatcher that is ready.
func New(o Options) *Dispatcher {
	d := &Dispatcher{
		opts:     o.withDefaults(),
		epoch:    time.Now(),
		outboxes: make(map[component.Sender]*outbox),
	}
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
func (d *Dispatcher) Replace(t *router.Table) { d.table.Store(t) }

// A scratch is what a reader needs to match, kept for the next one.
type scratch struct {
	match  router.Match
	stanza stanza.Stanza
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// Handle takes one stanza read: the stanza, the error of stanza.Of for it, and
// its size in bytes. A stanza with a Fault is answered with it, one with a Drop
// is counted, any other is routed and waits for its turn. via is the link that
// it came on, which gets the answers, and must be comparable, as pointers are;
// with nil, answers are counted as unsent.
//
// Handle is called in the order of reading, by one goroutine for each link. It
// waits while as much is held as may be, so that reading stops; unless a
// question is open, for its answer may lie behind: then the stanza is refused.
func (d *Dispatcher) Handle(via component.Sender, s stanza.Stanza, err error, bytes int) {
	x := scratches.Get().(*scratch)
	x.stanza = s
	d.handle(via, x, err, bytes)
	x.stanza = stanza.Stanza{}
	scratches.Put(x)
}

func (d *Dispatcher) handle(via component.Sender, x *scratch, err error, bytes int) {
	s := &x.stanza
	var entry *router.Entry
	var table *router.Table
	var matchErr error
	if err == nil && !s.IsAnswer() {
		table = d.table.Load()
		entry, matchErr = table.Match(s, &x.match)
	}
	var j *job
	if entry != nil {
		j = d.newJob(via, x, table, entry, bytes)
	}

	if j == nil && err == nil && matchErr == nil && !s.IsAnswer() && d.opts.Log.Enabled(context.Background(), slog.LevelDebug) {
		d.opts.Log.Debug("no route takes this", "kind", s.Kind.String(), "type", string(s.Type), "id", s.ID, "from", s.From.JID.Bare().String(), "to", s.To.JID.String())
	}

	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case err != nil:
		d.unreadable(via, s, err, bytes)
	case s.IsAnswer():
		d.drop(UnaskedAnswer)
	case d.tooFast(s):
		d.refuse(via, s, bytes, hasty, TooFast)
	case matchErr != nil:
		d.refuse(via, s, bytes, tooComplex, TooComplex)
	case j == nil && s.Kind == stanza.IQ:
		d.refuse(via, s, bytes, noRoute, NoRoute)
	case j == nil:
		d.drop(NoRoute) // RFC 6120 section 8.4: ignored
	default:
		d.admit(j, pairOf(s), bytes)
	}
}

// unreadable ends a stanza that was read with an error.
func (d *Dispatcher) unreadable(via component.Sender, s *stanza.Stanza, err error, bytes int) {
	var fault stanza.Fault
	var drop stanza.Drop
	switch {
	case errors.As(err, &drop):
		d.drop(Reason(drop))
	case errors.As(err, &fault):
		d.refuse(via, s, bytes, fault, Reason(fault.Condition))
	default:
		d.drop(Unreadable)
	}
}

// The errors that the dispatcher finds itself.
var (
	noRoute    = stanza.ServiceUnavailable.Fault()
	tooComplex = stanza.ResourceConstraint.With("too complex").WithType(stanza.Modify)
	busy       = stanza.ResourceConstraint.Fault()
	leaving    = stanza.ServiceUnavailable.Fault().WithType(stanza.Wait)
	timedOut   = stanza.RemoteServerTimeout.Fault()
	broken     = stanza.InternalServerError.Fault()
)

// admit lets a job in, or refuses it.
func (d *Dispatcher) admit(j *job, p pair, bytes int) {
	s := &j.req.Stanza
	bucket := d.lanes.bucket(p)
	for {
		l := p.in(bucket)
		switch {
		case d.draining:
			d.refuse(j.via, s, bytes, leaving, Draining)
		case l != nil && l.stuck && !j.alone:
			d.refuse(j.via, s, bytes, busy, PairStuck)
		case l.over(j.hold.bytes, &d.opts):
			d.refuse(j.via, s, bytes, busy, PairFull)
		case !d.full(j.hold.bytes, false):
			d.take(&j.hold)
			d.enter(j, l, p, bucket)
			if s.IsRequest() && !d.soon(j) {
				d.patience.push(d, j, d.now())
			}
			d.hire()
		case d.stats.Asking > 0:
			d.refuse(j.via, s, bytes, busy, Full)
		default:
			d.wait()
			continue
		}
		return
	}
}
