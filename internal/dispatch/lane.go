package dispatch

import (
	"hash/maphash"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A pair is two addresses between which the order of stanzas is kept: bare
// JIDs, since bare and full JID of an account are one for that (RFC 6120
// section 10.1).
type pair struct{ from, to jid.JID }

// keepable is the greatest size of a stanza whose bytes a lane may keep alive,
// by its pair, for longer than the stanza is held.
const keepable = 4 << 10

// A lane is what is held of one pair. It exists while there is something.
type lane struct {
	pair    pair
	own     *input // whose own it is; nil: it is in a bucket
	bucket  **lane
	next    *lane // in its bucket
	waiting list  // for the one before them
	shut    bool  // one of its jobs is ready or runs
	stuck   bool  // and does not return
	// held and bytes count the jobs waiting, ready and running, also those
	// that do not keep the order.
	held, bytes int
}

// over reports whether a lane that holds something is too full for so many
// bytes more. The lane nil is that of a quiet pair.
func (l *lane) over(bytes int, o *Options) bool {
	return l != nil && (l.held+1 > o.PairStanzas || l.bytes+bytes > o.PairBytes)
}

// maxSpares is how many lanes are kept for the pairs to come: what one read brings.
const maxSpares = 1024

// Lanes are the lanes that there are, in a hash table. A map would hash the two
// addresses once to look, once to insert and once to delete, for each stanza of
// a quiet pair.
type lanes struct {
	seed    maphash.Seed
	buckets [4096]*lane
	n       int
	spare   *lane // those that have ended, for the next pairs
	spares  int
}

// bucket returns where the lane of a pair is, if it is.
func (t *lanes) bucket(p pair) **lane {
	h := maphash.String(t.seed, p.from.String())*31 + maphash.String(t.seed, p.to.String())
	return &t.buckets[h%uint64(len(t.buckets))]
}

// in returns the lane of a pair in its bucket, or nil.
func (p pair) in(bucket **lane) *lane {
	l := *bucket
	for l != nil && l.pair != p {
		l = l.next
	}
	return l
}

func (t *lanes) add(p pair, bucket **lane) *lane {
	l := t.spare
	if l == nil {
		l = new(lane)
	} else {
		t.spare = l.next
		t.spares--
	}
	l.pair, l.bucket, l.next = p, bucket, *bucket
	*bucket = l
	t.n++
	return l
}

func (t *lanes) remove(l *lane) {
	at := l.bucket
	for *at != l {
		at = &(*at).next
	}
	*at = l.next
	*l = lane{}
	t.n--
	if t.spares < maxSpares {
		l.next, t.spare = t.spare, l
		t.spares++
	}
}

// lane returns the lane of a pair, or nil. Most pairs are quiet, and have none: while
// all are there is nothing to look for.
func (d *Dispatcher) lane(p pair) *lane {
	if d.owned > 0 {
		for _, in := range d.inputs {
			if in.own.held > 0 && in.own.pair == p {
				return &in.own
			}
		}
	}
	if d.lanes.n == 0 {
		return nil
	}
	return p.in(d.lanes.bucket(p))
}

// maxOwners is up to how many inputs each has a lane of its own: all are looked at.
const maxOwners = 8

// newLane makes the lane of a pair that has none. That of what the reader runs by itself
// is the input's own most times: a pair that comes and goes with one stanza is in no table.
func (in *input) newLane(p pair) *lane {
	d := in.d
	if in.own.held > 0 || len(d.inputs) > maxOwners {
		return d.lanes.add(p, d.lanes.bucket(p))
	}
	in.own.pair, in.own.own = p, in
	d.owned++
	return &in.own
}

// disown ends a lane that was an input's own.
func (d *Dispatcher) disown(l *lane) {
	in := l.own
	*l = lane{}
	d.owned--
	if in.ended {
		d.forget(in)
	}
}

// enter puts a job into the lane of its pair, l or a new one: at the end of the line
// unless its order does not matter. It reports whether its turn has come.
func (in *input) enter(j *job, l *lane) bool {
	if l == nil {
		l = in.newLane(j.pair())
	}
	j.lane = l
	l.held++
	l.bytes += j.hold.bytes
	switch {
	case j.alone:
	case l.shut:
		l.waiting.push(j)
		return false
	default:
		l.shut = true
	}
	return true
}

// open lets the next one of the lane run.
func (d *Dispatcher) open(l *lane) {
	if next := l.waiting.pop(); next != nil {
		d.ready.push(next)
	} else {
		l.shut = false
	}
}

// exit takes a job that runs no more, or shall not run, out of its lane.
func (d *Dispatcher) exit(j *job) {
	l := j.lane
	waited := j.links[place].in == &l.waiting
	j.leave(place)
	if !waited && !j.alone {
		d.open(l)
	}
	l.held--
	l.bytes -= j.hold.bytes
	j.lane = nil
	switch {
	case l.held > 0:
	case l.own != nil:
		d.disown(l)
	default:
		d.lanes.remove(l)
	}
}

func pairOf(s *stanza.Stanza) pair { return pair{s.From.JID.Bare(), s.To.JID.Bare()} }

// pair is that of the job's stanza, for a lane to keep.
func (j *job) pair() pair {
	p := pairOf(&j.req.Stanza)
	if j.hold.bytes > keepable {
		p = pair{p.from.Clone(), p.to.Clone()}
	}
	return p
}
