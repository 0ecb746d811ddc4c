package dispatch

import "time"

// A pace is the clock as a reader sees it. Behind many stanzas that were quick it is
// read for one in eight: that costs as much as all else such a stanza needs under the
// lock. The time is then too early by what up to seven actions take, and never by more
// than handOnAfter: a reader is relieved then, and the next one begins anew.
type pace struct {
	now   time.Duration
	read  bool // now is of the stanza before
	quick int  // how many readings in succession found nothing slow
	skip  int  // for how many stanzas more now will do
}

const (
	paceSteady = 64 // so many of those let
	paceSkips  = 7  // so many stanzas go by without
)

// rest is for when the reader has waited: the clock is to be read next.
func (p *pace) rest() { p.read = false }

// next returns the time behind the stanza before, which is that of the next.
func (p *pace) next(d *Dispatcher) time.Duration {
	if p.read && p.skip > 0 {
		p.skip--
		return p.now
	}
	before := p.now
	p.now = d.now()
	switch {
	case !p.read:
		p.read = true
	case p.now-before >= slowAction:
		p.quick = 0
	default:
		if p.quick++; p.quick >= paceSteady {
			p.skip = paceSkips
		}
	}
	return p.now
}
