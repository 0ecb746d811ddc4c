package dispatch

import "time"

// linger is the time after which a spare worker is let go.
const linger = time.Second

// Spares are workers without work. To wake one costs less than a goroutine
// which is new and has to grow its stack. Of those that were spare all the time
// between two looks, linger apart, none is kept.
type spares struct {
	workers []chan func() // what to do next, nil: to end; the last one is woken first
	least   int           // the fewest there were since the last look
	look    time.Duration
}

// park makes a worker spare, and reports whether it shall wait for its channel.
func (d *Dispatcher) park(wake chan func()) bool {
	now := d.now()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.draining {
		return false
	}
	s := &d.spare
	s.workers = append(s.workers, wake)
	if s.look == 0 {
		s.look, s.least = now+linger, len(s.workers)
		d.wind(s.look, now)
	}
	return true
}

// wake has a spare worker do something, if there is one.
func (s *spares) wake(do func()) bool {
	n := len(s.workers) - 1
	if n < 0 {
		return false
	}
	s.workers[n] <- do
	s.workers = s.workers[:n]
	s.least = min(s.least, n)
	return true
}

// letGo ends the n workers that were spare for longest.
func (s *spares) letGo(n int) {
	for _, w := range s.workers[:n] {
		w <- nil
	}
	s.workers = append(s.workers[:0], s.workers[n:]...)
	s.least = min(s.least, len(s.workers))
}

// sweep is the look at the spare workers, when it is time for it.
func (s *spares) sweep(now time.Duration) {
	if s.look == 0 || s.look > now {
		return
	}
	s.letGo(s.least)
	if s.least, s.look = len(s.workers), 0; len(s.workers) > 0 {
		s.look = now + linger
	}
}
