package supervise

import (
	"math/rand/v2"
	"time"
)

// The defaults of a Policy.
const (
	DefaultBase  = time.Second
	DefaultCap   = time.Minute
	DefaultReset = time.Minute
)

// A Policy says how long to wait between a failure and the next try, and which
// failures end it all. The zero Policy has the defaults. Its functions are
// called by the goroutine of Run, one at a time.
type Policy struct {
	// Base is the range of the wait after a first failure; each further one in a
	// row doubles it. 0 or less: DefaultBase.
	Base time.Duration
	// First, if positive, is that range for the first failure alone. RFC 6120
	// section 3.3 recommends 60 s, for the many clients of one server.
	First time.Duration
	// Cap is the largest range. 0 or less: DefaultCap.
	Cap time.Duration
	// Reset is for how long Serve must have been up for the failure after it to
	// count as a first one. 0 or less: DefaultReset.
	Reset time.Duration
	// Floor, if set, is the least time to wait after this error, also beyond
	// Cap: a wrong secret does not become right within a second.
	Floor func(err error) time.Duration
	// Fatal, if set, says which errors end the supervision. It is asked only
	// until Serve was up for the first time: what worked once is not badly
	// configured, so it is tried again.
	Fatal func(err error) bool
	// Announce, if set, is told of each failure before the wait begins.
	Announce func(Failure)
	// Rand returns a random number in [0, n). nil: rand.Int64N of math/rand/v2.
	Rand func(n int64) int64
}

// A Failure is an end of Serve that another try will follow.
type Failure struct {
	Attempt int           // counts the failures in a row, from 1; see Policy.Reset
	Err     error         // never nil: ErrEnded where Serve returned nil, a *Panic where it panicked
	Up      time.Duration // for how long Serve had been up; 0: it did not get so far
	Since   time.Time     // since when it has been down: it was up last then, or else the supervision began
	Wait    time.Duration // from now to the next try
}

// wait returns how long to wait after so many failures in a row, of which err is
// the last.
func (p *Policy) wait(failures int, err error) time.Duration {
	random := p.Rand
	if random == nil {
		random = rand.Int64N
	}
	wait := time.Duration(random(int64(p.span(failures))))
	if p.Floor != nil {
		wait = max(wait, p.Floor(err))
	}
	return wait
}

// span returns the range of the wait after so many failures in a row.
func (p *Policy) span(failures int) time.Duration {
	limit := positive(p.Cap, DefaultCap)
	if failures == 1 && p.First > 0 {
		return min(p.First, limit)
	}
	span := positive(p.Base, DefaultBase)
	for ; failures > 1; failures-- {
		if span > limit/2 {
			return limit
		}
		span *= 2
	}
	return min(span, limit)
}

func positive(d, otherwise time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return otherwise
}
