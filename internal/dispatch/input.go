package dispatch

import (
	"errors"
	"time"

	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// take gives one stanza its turn, in the order of reading. It returns the job that is
// for the caller to run, if there is one. A stanza with a Fault is answered with it, one
// with a Drop is counted, any other is routed. It waits while there is no room.
func (in *input) take(s *stanza.Stanza, bytes int, err error) *job {
	d := in.d
	var table *router.Table
	var matchErr error
	var j *job
	if err == nil && !s.IsAnswer() {
		table = d.table.Load()
		var entry *router.Entry
		if entry, matchErr = table.Match(s, &in.match); entry != nil {
			j = in.job(s, table, entry, bytes)
		} else if matchErr == nil {
			d.unrouted(table, in.via, s)
		}
	}
	now := in.pace.next(d)
	d.mu.Lock()
	if j == nil || !in.turnOver(j, now) {
		in.settle(now)
		switch {
		case j == nil:
			in.turnAway(s, weigh(s, bytes), err, matchErr, now)
		case !in.admit(j, now):
			j = nil
		}
	}
	d.mu.Unlock()
	return j
}

// turnAway ends a stanza that has no job: err is what it was read with, matchErr why no
// route could be looked for.
func (in *input) turnAway(s *stanza.Stanza, weight int, err, matchErr error, now time.Duration) {
	d := in.d
	switch {
	case err != nil:
		in.unreadable(s, err, weight)
	case s.IsAnswer():
		d.drop(UnaskedAnswer)
	case d.tooFast(s, now):
		in.refuse(s, weight, hasty, TooFast)
	case matchErr != nil:
		in.refuse(s, weight, tooComplex, TooComplex)
	case s.Kind == stanza.IQ:
		in.refuse(s, weight, noRoute, NoRoute)
	default:
		d.drop(NoRoute) // RFC 6120 section 8.4: ignored
	}
}

// unreadable ends a stanza that was read with an error.
func (in *input) unreadable(s *stanza.Stanza, err error, weight int) {
	d := in.d
	var fault stanza.Fault
	var drop stanza.Drop
	switch {
	case errors.As(err, &drop):
		d.drop(Reason(drop))
	case errors.As(err, &fault):
		in.refuse(s, weight, fault, Reason(fault.Condition))
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

// admit lets a job in, or refuses it. It reports whether it is for the caller to run.
func (in *input) admit(j *job, now time.Duration) bool {
	d, s, weight := in.d, &j.req.Stanza, j.hold.bytes
	p := pairOf(s)
	hurried := d.tooFast(s, now)
	for {
		l := d.lane(p)
		switch {
		case hurried:
			in.refuse(s, weight, hasty, TooFast)
		case d.draining:
			in.refuse(s, weight, leaving, Draining)
		case l != nil && l.stuck && !j.alone:
			in.refuse(s, weight, busy, PairStuck)
		case l.over(weight, &d.opts):
			in.refuse(s, weight, busy, PairFull)
		case !d.full(weight, false):
			d.take(&j.hold)
			turn := in.enter(j, l)
			if turn && in.start(j, now) {
				return true
			}
			if turn {
				d.ready.push(j)
			}
			if s.IsRequest() && !d.soon(j) {
				d.patience.push(d, j, now)
			}
			d.hire()
		case d.expecting():
			in.refuse(s, weight, busy, Full)
		default:
			in.wait()
			now = in.pace.next(d)
			continue
		}
		return false
	}
}
