package dispatch

import (
	"hash/maphash"
	"time"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A meter limits how many stanzas come from each sender: a token bucket for each
// bare JID. Its size is fixed. A sender has one of a few places, by its hash
// under a seed of the process's own, so that nobody can choose with whom to share
// them; where all are taken, the one who has sent least beyond its due makes
// room, and is as one never seen. So who is forgotten gains next to nothing, and
// a crowd of new senders costs neither memory nor a search.
type meter struct {
	seed  maphash.Seed
	every time.Duration // a token comes
	debt  time.Duration // that a sender may have who still may send
	sets  *[meterSets][meterWays]gauge
}

// How many senders are known at once: 65,536, in 1 MiB.
const (
	meterSets = 1 << 14
	meterWays = 4
)

// A gauge is a bucket, as one time: when it will be full again. An empty place
// looks like a bucket that has always been full.
type gauge struct {
	sender uint64
	full   time.Duration
}

// newMeter returns a meter, off if rate is 0 or less.
func newMeter(rate float64, burst int) meter {
	if rate <= 0 {
		return meter{}
	}
	every := max(time.Duration(float64(time.Second)/rate), 1)
	return meter{maphash.MakeSeed(), every, every * time.Duration(burst-1), new([meterSets][meterWays]gauge)}
}

// allow takes a token of the sender's, if there is one.
func (m *meter) allow(sender jid.JID, now time.Duration) bool {
	h := maphash.String(m.seed, sender.Bare().String())
	set := &m.sets[h%meterSets]
	g := &set[0]
	for i := range set {
		if set[i].sender == h {
			g = &set[i]
			break
		}
		if set[i].full < g.full {
			g = &set[i]
		}
	}
	full := now
	if g.sender == h {
		full = max(now, g.full)
	}
	if full-now > m.debt {
		return false
	}
	g.sender, g.full = h, full+m.every
	return true
}

// tooFast reports whether the sender of a stanza has sent too many. It is called
// locked.
func (d *Dispatcher) tooFast(s *stanza.Stanza, now time.Duration) bool {
	return d.meter.sets != nil && !s.From.JID.IsZero() && !d.meter.allow(s.From.JID, now)
}

// hasty is the error for who sends too much. It is not that we are out of
// something (resource-constraint), and to wait helps (RFC 6120 section 8.3.3.12
// leaves the type to the policy).
var hasty = stanza.PolicyViolation.With("too many stanzas").WithType(stanza.Wait)
