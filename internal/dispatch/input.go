package dispatch

import (
	"errors"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// An Input takes what is read from one link, for the one goroutine that reads it:
// each stanza with Handle, and Flush when there is no more to be had without waiting.
type Input struct {
	d       *Dispatcher
	via     component.Sender
	match   router.Match
	batch   list // jobs since the last Flush
	batched int
}

// maxBatch is after how many jobs an Input flushes by itself: with several
// processors, workers shall begin while the rest is still looked at.
const maxBatch = 64

// Input returns the Input for what is read from the link via, which gets the
// answers. It must be comparable, as pointers are; with nil, answers are counted as
// unsent.
func (d *Dispatcher) Input(via component.Sender) *Input {
	return &Input{d: d, via: via, match: router.Match{At: placeOf(via)}}
}

// A Placed is a link that says itself which address the routes are to look at, in
// place of the to of what comes over it; see router.Match.
type Placed interface{ At() jid.JID }

func placeOf(via component.Sender) jid.JID {
	if p, ok := via.(Placed); ok {
		return p.At()
	}
	return jid.JID{}
}

// Handle takes one stanza, in the order of reading: the stanza, the error of
// stanza.Of for it, and its size in bytes. A stanza with a Fault is answered with it,
// one with a Drop is counted, any other is routed and has its turn from the next
// Flush on: so the dispatcher is locked, and the clock read, once for a batch.
//
// Handle and Flush wait while as much is held as may be, so that reading stops;
// unless a question is open, for its answer may lie behind: then the stanza is refused.
func (in *Input) Handle(s *stanza.Stanza, err error, bytes int) {
	d := in.d
	var table *router.Table
	var matchErr error
	if err == nil && !s.IsAnswer() {
		table = d.table.Load()
		var entry *router.Entry
		if entry, matchErr = table.Match(s, &in.match); entry != nil {
			in.batch.push(in.job(s, table, entry, bytes))
			if in.batched++; in.batched == maxBatch {
				in.Flush()
			}
			return
		}
	}
	in.Flush()
	if table != nil && matchErr == nil {
		d.unrouted(table, in.via, s)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	weight := weigh(s, bytes)
	switch {
	case err != nil:
		d.unreadable(in.via, s, err, weight)
	case s.IsAnswer():
		d.drop(UnaskedAnswer)
	case d.tooFast(s, d.now()):
		d.refuse(in.via, s, weight, hasty, TooFast)
	case matchErr != nil:
		d.refuse(in.via, s, weight, tooComplex, TooComplex)
	case s.Kind == stanza.IQ:
		d.refuse(in.via, s, weight, noRoute, NoRoute)
	default:
		d.drop(NoRoute) // RFC 6120 section 8.4: ignored
	}
}

// Flush lets in what Handle has taken since the last one.
func (in *Input) Flush() {
	if in.batched == 0 {
		return
	}
	in.batched = 0
	d := in.d
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.now()
	for j := in.batch.pop(); j != nil; j = in.batch.pop() {
		now = d.admit(j, now)
	}
	d.hire()
}

// unreadable ends a stanza that was read with an error.
func (d *Dispatcher) unreadable(via component.Sender, s *stanza.Stanza, err error, weight int) {
	var fault stanza.Fault
	var drop stanza.Drop
	switch {
	case errors.As(err, &drop):
		d.drop(Reason(drop))
	case errors.As(err, &fault):
		d.refuse(via, s, weight, fault, Reason(fault.Condition))
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

// admit lets a job in, or refuses it. It returns the time: later than now if it had
// to wait for room.
func (d *Dispatcher) admit(j *job, now time.Duration) time.Duration {
	s, weight := &j.req.Stanza, j.hold.bytes
	p := pairOf(s)
	bucket := d.lanes.bucket(p)
	hurried := d.tooFast(s, now)
	for {
		l := p.in(bucket)
		switch {
		case hurried:
			d.refuse(j.via, s, weight, hasty, TooFast)
		case d.draining:
			d.refuse(j.via, s, weight, leaving, Draining)
		case l != nil && l.stuck && !j.alone:
			d.refuse(j.via, s, weight, busy, PairStuck)
		case l.over(weight, &d.opts):
			d.refuse(j.via, s, weight, busy, PairFull)
		case !d.full(weight, false):
			d.take(&j.hold)
			d.enter(j, l, p, bucket)
			if s.IsRequest() && !d.soon(j) {
				d.patience.push(d, j, now)
			}
		case d.stats.Asking > 0:
			d.refuse(j.via, s, weight, busy, Full)
		default:
			d.wait()
			now = d.now()
			continue
		}
		return now
	}
}
