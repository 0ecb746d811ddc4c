package dispatch

import (
	"maps"

	"github.com/emp-framework/emp/stanza"
)

// A Reason says why a stanza was refused or dropped. The Drops of package
// stanza and the conditions that stanza.Of finds are reasons besides, under
// their own names ("no-from", "bad-request", "jid-malformed").
type Reason string

// The dispatcher's reasons. Refused is what was answered with an error, dropped
// what must not be: presence, messages of rooms, errors.
const (
	UnaskedAnswer Reason = "unasked-answer" // an iq result or error that nobody waits for
	NoRoute       Reason = "no-route"       // no route takes it
	TooComplex    Reason = "too-complex"    // matching took too many steps
	TooFast       Reason = "too-fast"       // its sender sends more than Options.Rate
	PairFull      Reason = "pair-full"      // more of its pair is held than may be
	PairStuck     Reason = "pair-stuck"     // an action of its pair does not return
	Full          Reason = "full"           // more is held in total than may be, and a question is open
	Impatience    Reason = "impatience"     // a request that waited for its turn too long
	Draining      Reason = "draining"       // came after Drain
	Stopped       Reason = "stopped"        // held or running when Drain ran out of time
	Unreadable    Reason = "unreadable"     // read with an error that is neither Fault nor Drop
)

// Stats is a snapshot of the books: Read = Held + Handled + the sum of Refused
// + the sum of Dropped, at every instant.
type Stats struct {
	Read    int            // stanzas that Serve has read
	Held    int            // waiting, running, or with an answer on its way to the link
	Handled int            // an action ran, whatever came of it
	Refused map[Reason]int // answered with an error without an action
	Dropped map[Reason]int // not answered and not run

	Bytes   int // memory held, as estimated
	Pairs   int // pairs of which something is held
	Running int // actions running, those that ask included
	Asking  int // questions open
	Workers int // slots in use
	Stuck   int // actions that do not return

	// What happened to the stanzas handled, beside.
	Failed   int // actions that returned an error that is no protocol reply, panicked, or returned what cannot be sent
	Timeouts int // actions that ran out of time
	Late     int // actions that returned something after their stanza had been answered
	Unsent   int // answers that the link refused to take
}

// Balanced reports whether the books balance.
func (s Stats) Balanced() bool {
	sum := s.Held + s.Handled
	for _, n := range s.Refused {
		sum += n
	}
	for _, n := range s.Dropped {
		sum += n
	}
	return s.Read == sum
}

// Stats returns a snapshot of the books.
func (d *Dispatcher) Stats() Stats {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := d.stats
	s.Refused, s.Dropped = maps.Clone(s.Refused), maps.Clone(s.Dropped)
	s.Pairs = d.lanes.n + d.owned
	s.Workers = d.slots
	return s
}

// A hold is one stanza's place in the books while it is held.
type hold struct {
	bytes  int
	claims int32 // what it is held for: to run, to be answered
	verdict
}

// A verdict is how a stanza ends in the books. The zero verdict is handled.
type verdict struct {
	dropped bool
	reason  Reason
}

// A stanza costs memory for its bytes, its nodes, and around them.
const (
	stanzaBytes = 2 << 10 // the job with its request, captures, its lane, the tree
	nodeBytes   = 44
)

// weigh estimates the memory that a stanza of so many bytes holds on to.
func weigh(s *stanza.Stanza, bytes int) int {
	w := stanzaBytes + bytes
	if !s.Node.IsZero() {
		w += nodeBytes * s.Node.Document().End()
	}
	return w
}

// take enters a stanza that was just read as held, with one claim.
func (d *Dispatcher) take(h *hold) {
	h.claims = 1
	d.stats.Read++
	d.stats.Held++
	d.stats.Bytes += h.bytes
}

// release gives up one claim, and with the last one the stanza.
func (d *Dispatcher) release(h *hold) {
	if h.claims--; h.claims > 0 {
		return
	}
	d.stats.Held--
	d.stats.Bytes -= h.bytes
	d.count(h.verdict)
	if d.waits > 0 && d.roomy() {
		d.room.Broadcast()
	}
	if d.stats.Held == 0 && d.idle != nil {
		close(d.idle)
		d.idle = nil
	}
}

func (d *Dispatcher) count(v verdict) {
	switch {
	case v.reason == "":
		d.stats.Handled++
	case v.dropped:
		d.stats.Dropped[v.reason]++
	default:
		d.stats.Refused[v.reason]++
	}
}

// full reports whether so many bytes more are more than may be held: twice the
// bounds if over is set.
func (d *Dispatcher) full(bytes int, over bool) bool {
	n := 1
	if over {
		n = 2
	}
	return d.stats.Held > 0 && (d.stats.Held+1 > n*d.opts.Stanzas || d.stats.Bytes+bytes > n*d.opts.Bytes)
}

// roomy reports whether there is room enough again to wake readers for: they
// would wait again at once if they came for each place.
func (d *Dispatcher) roomy() bool {
	return d.stats.Held <= d.opts.Stanzas-d.opts.Stanzas/8 && d.stats.Bytes <= d.opts.Bytes-d.opts.Bytes/8
}

// wait waits for room, or for an end of waiting. It is called locked.
func (in *input) wait() {
	d := in.d
	in.pace.rest()
	if in.corked { // who waits for our answers may have to see some first
		d.mu.Unlock()
		in.uncork()
		d.mu.Lock()
		return
	}
	d.waits++
	d.room.Wait()
	d.waits--
}

// drop counts a stanza that was just read and leaves no more to do.
func (d *Dispatcher) drop(r Reason) {
	d.stats.Read++
	d.stats.Dropped[r]++
}
