package dispatch

import (
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A pair is two addresses between which the order of stanzas is kept: bare
// JIDs, since bare and full JID of an account are one for that (RFC 6120
// section 10.1).
type pair struct{ from, to jid.JID }

// keepable is the greatest size of a stanza whose bytes a lane may keep alive,
// by its key, for longer than the stanza is held.
const keepable = 4 << 10

func pairOf(s *stanza.Stanza, bytes int) pair {
	p := pair{s.From.JID.Bare(), s.To.JID.Bare()}
	if bytes > keepable {
		p = pair{p.from.Clone(), p.to.Clone()}
	}
	return p
}

// A lane is what is held of one pair. It exists while there is something.
type lane struct {
	pair    pair
	waiting list // for the one before them
	shut    bool // one of its jobs is ready or runs
	stuck   bool // and does not return
	// held and bytes count the jobs waiting, ready and running, also those
	// that do not keep the order.
	held, bytes int
}

// over reports whether a lane that holds something is too full for so many
// bytes more. The lane nil is that of a quiet pair.
func (l *lane) over(bytes int, o *Options) bool {
	return l != nil && (l.held+1 > o.PairStanzas || l.bytes+bytes > o.PairBytes)
}

// enter puts a job into the lane of its pair, the end of the line unless its
// order does not matter.
func (d *Dispatcher) enter(j *job, p pair) {
	l := d.lanes[p]
	if l == nil {
		l = &lane{pair: p}
		d.lanes[p] = l
	}
	j.lane = l
	l.held++
	l.bytes += j.hold.bytes
	switch {
	case j.alone:
		d.ready.push(&j.place)
	case l.shut:
		l.waiting.push(&j.place)
	default:
		l.shut = true
		d.ready.push(&j.place)
	}
}

// open lets the next one of the lane run.
func (d *Dispatcher) open(l *lane) {
	if next := l.waiting.pop(); next != nil {
		d.ready.push(&next.place)
	} else {
		l.shut = false
	}
}

// leave takes a job that runs no more, or shall not run, out of its lane.
func (d *Dispatcher) leave(j *job) {
	l := j.lane
	waited := j.place.in == &l.waiting
	j.place.leave()
	if !waited && !j.alone {
		d.open(l)
	}
	l.held--
	l.bytes -= j.hold.bytes
	if l.held == 0 {
		delete(d.lanes, l.pair)
	}
}
