package dispatch

// HandOn has another goroutine read on wherever an action keeps the one that reads, as
// the clock does after a while.
func (d *Dispatcher) HandOn() {
	d.lock(func() {
		now := d.now()
		d.relieve(now, now)
	})
}

const (
	HandOnAfter = handOnAfter
	SlowRuns    = (slowFrom + slowRun - 1) / slowRun // in a row, that make a route slow
	QuickRuns   = slowMost - slowFrom + 1            // in a row, that make it quick again
)
