package confirm

import (
	"context"
	"sync"
	"time"

	"github.com/emp-framework/emp/stanza"
)

// A Ring keeps what was sent until a barrier shows that the server has it. Any
// number of goroutines may use one. A nil *Ring keeps nothing, and sends.
type Ring struct {
	opts  Options
	began time.Time // with a monotonic reading

	some    chan struct{} // told when something is to be confirmed
	many    chan struct{} // told when it is enough for a barrier at once
	barring chan struct{} // has one for each barrier under way
	life    context.Context
	end     context.CancelFunc // of life; called by Close
	keepers sync.WaitGroup

	mu        sync.Mutex
	link      Link // the last one
	number    int  // of it; they count from 1
	repeating bool // it gets what is held; nothing may pass that
	up        bool // it has got that: what is sent goes to it at once
	given     queue
	held      queue // behind given: what was not yet given to link
	spare     *entry
	spares    int
	seq       uint64
	kept      int           // stanzas in given and held
	bytes     int           // of them
	fresh     int           // stanzas given since the last barrier
	armed     bool          // the keeper has been told of some, and will look at the time
	clock     time.Duration // when it was last read: not long ago, while armed
	closed    bool
	warned    bool // that barriers do not come back
	stats     Stats
	changed   chan struct{} // closed when what somebody waits for may have come; nil while nobody does
}

// New returns a Ring without a link: it keeps what it is given for the first.
func New(opts Options) *Ring {
	opts = opts.withDefaults()
	r := &Ring{
		opts: opts, began: time.Now(),
		some: make(chan struct{}, 1), many: make(chan struct{}, 1),
		barring: make(chan struct{}, max(1, opts.Stanzas/opts.Batch)),
	}
	r.life, r.end = context.WithCancel(context.Background())
	return r
}

// Stats returns the counters, all of the same moment.
func (r *Ring) Stats() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.stats
	s.Kept = r.kept
	return s
}

// Close ends the keeping: who waits for room gets an error, what is sent from now
// on is only sent. It returns how many stanzas were not confirmed. The link is to
// be closed behind it.
func (r *Ring) Close() (unconfirmed int) {
	if r == nil {
		return 0
	}
	r.mu.Lock()
	if !r.closed {
		r.closed = true
		r.end()
		r.wake()
	}
	r.mu.Unlock()
	r.keepers.Wait()
	return r.Stats().Kept
}

// Open reports whether r keeps what it is sent: it is not nil, and not closed.
func (r *Ring) Open() bool { return r != nil && r.life.Err() == nil }

func (r *Ring) now() time.Duration { return time.Since(r.began) }

// read reads the clock. Not each stanza needs that, for its age is that of minutes.
func (r *Ring) read() time.Duration {
	r.clock = r.now()
	return r.clock
}

// full reports whether one more entry has to wait. The last one that was let in
// may go beyond the bounds.
func (r *Ring) full() bool { return r.kept >= r.opts.Stanzas || r.bytes >= r.opts.Bytes }

// put keeps copies of outs in q, with an origin-id for each message that has no id of
// this kind. fresh are those for messages that have no id at all.
func (r *Ring) put(q *queue, outs []stanza.Out, fresh []string) *entry {
	e := r.spare
	if e != nil {
		r.spare, e.next = e.next, nil
		r.spares--
	} else {
		e = new(entry)
	}
	if len(outs) == 1 {
		e.one[0] = outs[0]
		e.outs = e.one[:]
	} else {
		e.outs = append([]stanza.Out(nil), outs...)
	}
	for i := range e.outs {
		o := &e.outs[i]
		if !wantsOriginID(o) {
			continue
		}
		if o.ID == "" {
			o.ID, fresh = fresh[0], fresh[1:]
		}
		*o = o.WithOriginID()
	}
	r.seq++
	e.seq, e.bytes, e.uses = r.seq, sizeOf(e.outs), 1
	e.since, e.dies = r.clock, r.clock+r.opts.age(e.outs)
	q.push(e)
	r.kept += len(e.outs)
	r.bytes += e.bytes
	r.stats.Taken += len(e.outs)
	return e
}

func wantsOriginID(o *stanza.Out) bool {
	return o.Kind == stanza.Message && Wanted(o) && o.OriginID() == ""
}

// appendFresh adds to ids those that put needs for outs. They take their time, so they
// are made while no Ring is locked.
func appendFresh(ids []string, outs []stanza.Out) []string {
	for i := range outs {
		if o := &outs[i]; o.ID == "" && wantsOriginID(o) {
			ids = append(ids, stanza.NewID())
		}
	}
	return ids
}

// drop ends the keeping of e, and adds its stanzas to a counter.
func (r *Ring) drop(e *entry, counter *int) {
	e.in.remove(e)
	r.kept -= len(e.outs)
	r.bytes -= e.bytes
	*counter += len(e.outs)
	r.recycle(e)
	r.wake()
}

// takeBack undoes put.
func (r *Ring) takeBack(e *entry) {
	n := 0
	r.drop(e, &n)
	r.stats.Taken -= n
}

// release ends the use of an entry.
func (r *Ring) release(e *entry) {
	if e.uses--; e.uses == 0 {
		r.wake() // see Settle
	}
	r.recycle(e)
}

// recycle keeps an entry that nobody needs any more for the next.
func (r *Ring) recycle(e *entry) {
	if e.in != nil || e.uses > 0 {
		return
	}
	*e = entry{}
	if r.spares < maxSpares {
		e.next = r.spare
		r.spare = e
		r.spares++
	}
}

// maxSpares bounds the entries kept for the next.
const maxSpares = 1024

// expire gives up what is too old, and says so.
func (r *Ring) expire() {
	before, now := r.stats.Aged, r.read()
	for _, q := range []*queue{&r.given, &r.held} {
		for e := q.first; e != nil; {
			next := e.next
			if e.dies <= now && e.uses == 0 {
				r.drop(e, &r.stats.Aged)
			}
			e = next
		}
	}
	if n := r.stats.Aged - before; n > 0 {
		r.opts.Log.Warn("gave up stanzas that the server has not confirmed in time", "stanzas", n)
	}
}

// wake lets those look again who wait.
func (r *Ring) wake() {
	if r.changed != nil {
		close(r.changed)
		r.changed = nil
	}
}

// waiting returns what wake closes.
func (r *Ring) waiting() <-chan struct{} {
	if r.changed == nil {
		r.changed = make(chan struct{})
	}
	return r.changed
}

// tell sends to a channel that holds one.
func tell(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
