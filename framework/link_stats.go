package framework

import (
	"sync/atomic"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stream"
)

// LinkStats is what there is to know of one link, over all the connections that it has
// had.
type LinkStats struct {
	Name string  // as the log names it
	JID  jid.JID // its address: the component's domain, or the one that the client's server gave it last
	Up   bool
	Ups  int // how often it came up
	Lost int // how often it was lost, or an attempt to connect failed

	// What went over it: stanzas, with answers to questions and pings of our own, and
	// bytes of XML. What stood in the queue when it was lost counts as sent.
	Read, Sent           int
	ReadBytes, SentBytes int64

	Reliable Sent // of what is sent at least once, what became of it
}

// LinkStats returns a snapshot of each link, the main one first; none before the
// application has begun to connect.
func (a *App) LinkStats() []LinkStats {
	a.mu.Lock()
	ends := a.ends
	addresses := make([]jid.JID, len(ends))
	for i, e := range ends {
		addresses[i] = e.address()
	}
	a.mu.Unlock()
	all := make([]LinkStats, len(ends))
	for i, e := range ends {
		s := &all[i]
		n := e.counts()
		*s = LinkStats{
			Name: e.name, JID: addresses[i], Up: e.current() != nil, Ups: int(e.tally.ups.Load()), Lost: int(e.tally.lost.Load()),
			Read: n.Read, Sent: n.Sent, ReadBytes: n.ReadBytes, SentBytes: n.SentBytes,
		}
		s.Reliable.add(e.ring)
	}
	return all
}

// A tally is what an endpoint counts of its links.
type tally struct {
	ups, lost atomic.Int64
	past      stream.Counts // of links that are gone; guarded by app.mu
	now       wire          // the link there is, nil for none; likewise
}

// counting has what goes over l counted, until the function it returns is called.
func (e *endpoint) counting(l *liveLink) func() {
	e.app.mu.Lock()
	defer e.app.mu.Unlock()
	e.tally.now = l.wire
	return func() {
		e.app.mu.Lock()
		defer e.app.mu.Unlock()
		e.tally.past, e.tally.now = e.tally.sum(), nil
	}
}

func (e *endpoint) counts() stream.Counts {
	e.app.mu.Lock()
	defer e.app.mu.Unlock()
	return e.tally.sum()
}

func (t *tally) sum() stream.Counts {
	if t.now == nil {
		return t.past
	}
	return t.past.Plus(t.now.Counts())
}
