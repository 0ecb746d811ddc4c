package confirm

import (
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emp-framework/emp/stanza"
)

// A Ring keeps what was sent until a barrier shows that the server has it. Any
// number of goroutines may use one. A nil *Ring keeps nothing, and sends.
type Ring struct {
	opts  Options
	began time.Time // with a monotonic reading

	timer *time.Timer // of look; runs while armed

	// open is at while its link takes what is sent at once, and there is room for it.
	open atomic.Pointer[attachment]
	// enough: a barrier is due. Whoever has sent something puts it behind that.
	enough atomic.Bool

	mu        sync.Mutex
	at        *attachment // the last one; nil before the first
	repeating bool        // its link gets what is kept; nothing may pass that
	up        bool        // it has got that: what is sent goes to it at once
	log       log
	seq       uint64        // of the last record
	given     uint64        // the seq of the last record that is in the queue of the link
	kept      int           // stanzas in the log
	bytes     int           // that they take, about
	fresh     int           // stanzas given since the last barrier
	barriers  int           // under way
	armed     bool          // the timer runs
	clock     time.Duration // when it was last read: not long ago, while armed
	closed    bool
	warned    bool // that barriers do not come back
	stats     Stats
	changed   chan struct{} // closed when what somebody waits for may have come; nil while nobody does
}

// New returns a Ring without a link: it keeps what it is given for the first.
func New(opts Options) *Ring {
	opts = opts.withDefaults()
	r := &Ring{opts: opts, began: time.Now()}
	r.timer = time.AfterFunc(math.MaxInt64, r.look)
	r.timer.Stop()
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
	defer r.mu.Unlock()
	r.closed = true
	r.timer.Stop()
	r.news()
	return r.kept
}

// Open reports whether r keeps what it is sent: it is not nil, and not closed.
func (r *Ring) Open() bool {
	if r == nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.closed
}

func (r *Ring) now() time.Duration { return time.Since(r.began) }

// read reads the clock. Not each stanza needs that, for its age is that of minutes.
func (r *Ring) read() time.Duration {
	r.clock = r.now()
	return r.clock
}

// full reports whether one more stanza has to wait. The last ones that were let in
// may go beyond the bounds.
func (r *Ring) full() bool { return r.kept >= r.opts.Stanzas || r.bytes >= r.opts.Bytes }

// put keeps stanzas as they were written; see Keeper.
func (r *Ring) put(outs []stanza.Out, words []byte, mark int, ends []int, last uint64, given, asked bool) {
	for i := range outs {
		o, end := &outs[i], ends[i]
		n := r.log.add(words[mark:end])
		r.seq++
		n.seq, n.since, n.given, n.asked = r.seq, r.clock, given, asked
		n.wanted, n.iq = Wanted(o), o.Kind == stanza.IQ
		if last > 0 {
			n.last = last - uint64(len(outs)-1-i)
		}
		r.bytes += end - mark + recordSize
		mark = end
	}
	r.kept += len(outs)
	r.stats.Taken += len(outs)
	if given {
		r.given = r.seq
	}
	if r.full() {
		r.news()
	}
}

// gone ends the keeping of a stanza, and adds it to a counter. Who calls it takes the
// record out of the log, and tells of the news.
func (r *Ring) gone(n *record, counter *int) {
	r.kept--
	r.bytes -= int(n.size) + recordSize
	*counter++
}

// dies returns when a stanza is too old.
func (r *Ring) dies(n *record) time.Duration { return n.since + r.opts.age(n) }

// expire gives up what is too old, and says so.
func (r *Ring) expire() {
	before, now := r.stats.Aged, r.read()
	r.log.filter(func(n *record, _ []byte) bool {
		if r.dies(n) > now {
			return true
		}
		r.gone(n, &r.stats.Aged)
		return false
	})
	if n := r.stats.Aged - before; n > 0 {
		r.opts.Log.Warn("gave up stanzas that the server has not confirmed in time", "stanzas", n)
		r.news()
	}
}

// news has open say what is so now, and lets those look again who wait.
func (r *Ring) news() {
	var open *attachment
	if r.up && !r.closed && !r.full() {
		open = r.at
	}
	if r.open.Load() != open {
		r.open.Store(open)
	}
	if r.changed != nil {
		close(r.changed)
		r.changed = nil
	}
}

// waiting returns what news closes.
func (r *Ring) waiting() <-chan struct{} {
	if r.changed == nil {
		r.changed = make(chan struct{})
	}
	return r.changed
}
