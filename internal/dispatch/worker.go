package dispatch

import "time"

// hire starts a worker if there is work and a slot for it. While one that was
// started has not begun it does not: that one will hire the next. So a burst of
// short jobs is not a burst of goroutines.
func (d *Dispatcher) hire() {
	if d.ready.first != nil && d.slots < d.opts.Workers && d.starting == 0 {
		d.slots++
		d.starting++
		d.start(&d.workers, d.serveSlot)
	}
}

// start has a goroutine of a kind do something: a spare one or a new one.
func (d *Dispatcher) start(of *spares, do func() bool) {
	if !of.wake(do) {
		go d.worker(of, do)
	}
}

// soon reports whether a job that was just let in is the only one that a worker
// which is on its way, or can be hired, will find: then it does not wait.
func (d *Dispatcher) soon(j *job) bool {
	return d.ready.first == j && (d.starting > 0 || d.slots < d.opts.Workers)
}

// worker is a goroutine of a kind: it does one thing after the other, to read or to run
// what is ready, until one of them says that it had better not go on.
func (d *Dispatcher) worker(of *spares, do func() bool) {
	wake := make(chan func() bool, 1)
	for do != nil && do() && d.park(of, wake) {
		do = <-wake
	}
}

// begin takes up the slot that a worker was hired with.
func (d *Dispatcher) begin() *job {
	now := d.now()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.starting--
	return d.next(now)
}

// pass has a worker run j, if there is one to run.
func (d *Dispatcher) pass(j *job) {
	if j != nil {
		d.lock(func() { d.start(&d.workers, func() bool { return d.work(j) }) })
	}
}

// work runs jobs, from j on, until there are none or its slot is gone. It reports whether
// the goroutine is good for more: not if its stack was spared, for what came behind the
// answer has made it deep, and the next action may ask too.
func (d *Dispatcher) work(j *job) (good bool) {
	// An action can end its goroutine (runtime.Goexit, as testing.T.FailNow
	// does): another goroutine goes on then.
	ended := true
	defer func() {
		if ended {
			d.pass(d.finish(j))
		}
	}()
	good = true
	for j != nil && good {
		j.run()
		good = !j.spare.Load()
		j = d.finish(j)
	}
	ended = false
	d.pass(j)
	return good
}

// next returns the job for a slot that is free, or gives up the slot. It is
// called locked.
func (d *Dispatcher) next(now time.Duration) *job {
	if d.giveBack() {
		return nil
	}
	j := d.ready.pop()
	if j == nil {
		d.slots--
		return nil
	}
	j.leave(timed)
	j.begin(now)
	d.running.push(d, j, now)
	d.stats.Running++
	d.hire()
	return j
}

// begin notes that the action of j begins, in a slot.
func (j *job) begin(now time.Duration) {
	j.slot, j.since = true, now
}

// free gives up the slot of a job.
func (d *Dispatcher) free(j *job) {
	j.slot = false
	if !d.giveBack() {
		d.slots--
		d.hire()
	}
}

// finish takes note that the action of j has returned, and returns the next job
// for the slot it has left, if any.
func (d *Dispatcher) finish(j *job) *job {
	now := d.now()
	d.mu.Lock()
	ready := d.finished(j, now)
	stuck := d.stats.Stuck
	var next *job
	if j.slot {
		j.slot = false
		next = d.next(now)
	}
	d.mu.Unlock()
	if ready {
		d.tellReady(false, stuck)
	}
	return next
}

// finished takes a job that has run out of the books, and reports whether the
// dispatcher is Ready again with that.
func (d *Dispatcher) finished(j *job, now time.Duration) (ready bool) {
	d.slow.note(j.first, now-j.since)
	j.delivery.job = nil
	j.leave(timed)
	d.stats.Running--
	if j.isStuck {
		ready = d.crowd(-1)
		if !j.alone {
			j.lane.stuck = false
		}
	}
	d.exit(j)
	if !j.abandoned {
		d.release(&j.hold)
	}
	return ready
}
