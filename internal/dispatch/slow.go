package dispatch

import (
	"time"

	"github.com/emp-framework/emp/router"
)

// Slow says of routes whether their actions had better not keep a reader, by a score:
// so much more for a run that took long, one less for one that did not. A route without
// a score is not in it, as most are.
type slow map[*router.Entry]int

// An action that takes so long is left to workers: the change of goroutine is a small
// part of that, and others can run beside it on another processor.
const slowAction = 50 * time.Microsecond

const (
	slowRun = 8 // more for a slow run
	// slowFrom is from which score on a route is slow. One run that was slow says
	// nothing: on a busy machine any may be interrupted.
	slowFrom = 3 * slowRun
	// slowMost is the most that a score can be: so many quick runs make a route quick
	// again. One that is slow now and then would otherwise keep readers again and again.
	slowMost = slowFrom - 1 + 64
)

func (s slow) has(e *router.Entry) bool {
	return len(s) > 0 && s[e] >= slowFrom // which mostly saves the look-up
}

// note takes note of how long the action of a route took.
func (s slow) note(e *router.Entry, took time.Duration) {
	switch {
	case took >= slowAction:
		s[e] = min(s[e]+slowRun, slowMost)
	case len(s) == 0:
	case s[e] > 1:
		s[e]--
	default:
		delete(s, e)
	}
}
