package dispatch

import "time"

// linger is the time after which a spare worker is let go.
const linger = time.Second

// Spares are goroutines without work. To wake one costs less than a goroutine
// which is new and has to grow its stack. Of those that were spare all the time
// between two looks, linger apart, none is kept.
//
// There are two kinds, for stacks do not shrink soon. Those that read, or send, have
// deep ones. Workers, which run actions, had better not; see fewAsks.
type spares struct {
	idle  []chan func() bool // what to do next, nil: to end; the last one is woken first
	least int                // the fewest there were since the last look
	look  time.Duration
}

// park makes a goroutine spare, and reports whether it shall wait for its channel.
func (d *Dispatcher) park(s *spares, wake chan func() bool) bool {
	now := d.now()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.draining {
		return false
	}
	s.idle = append(s.idle, wake)
	if s.look == 0 {
		s.look, s.least = now+linger, len(s.idle)
		d.wind(s.look, now)
	}
	return true
}

// wake has a spare worker do something, if there is one.
func (s *spares) wake(do func() bool) bool {
	n := len(s.idle) - 1
	if n < 0 {
		return false
	}
	s.idle[n] <- do
	s.idle = s.idle[:n]
	s.least = min(s.least, n)
	return true
}

// letGo ends the n workers that were spare for longest.
func (s *spares) letGo(n int) {
	for _, w := range s.idle[:n] {
		w <- nil
	}
	s.idle = append(s.idle[:0], s.idle[n:]...)
	s.least = min(s.least, len(s.idle))
}

// sweep is the look at the spare workers, when it is time for it.
func (s *spares) sweep(now time.Duration) {
	if s.look == 0 || s.look > now {
		return
	}
	s.letGo(s.least)
	if s.least, s.look = len(s.idle), 0; len(s.idle) > 0 {
		s.look = now + linger
	}
}
