package dispatch

// HandOn has another goroutine read on wherever an action keeps the one that reads, as
// the clock does after a while.
func (d *Dispatcher) HandOn() {
	d.lock(func() {
		now := d.now()
		d.relieve(now, now)
	})
}

// Inputs returns how many links the dispatcher knows.
func (d *Dispatcher) Inputs() (n int) {
	d.lock(func() { n = len(d.inputs) })
	return n
}

const (
	FewAsks     = fewAsks
	HandOnAfter = handOnAfter
	SlowRuns    = (slowFrom + slowRun - 1) / slowRun // in a row, that make a route slow
	PaceSteady  = paceSteady
	PaceSkips   = paceSkips
	QuickRuns   = slowMost - slowFrom + 1 // in a row, that make it quick again
)
