package dispatch

import (
	"context"
	"fmt"
	"time"
)

// Idle waits until nothing is held: every stanza that was read has had its
// action, and its answer is with the link. The error is that of ctx.
func (d *Dispatcher) Idle(ctx context.Context) error {
	d.mu.Lock()
	if d.stats.Held == 0 {
		d.mu.Unlock()
		return nil
	}
	if d.idle == nil {
		d.idle = make(chan struct{})
	}
	idle := d.idle
	d.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("dispatch: not idle: %w", ctx.Err())
	}
}

// lastWords is how long answers may take to reach the link when Drain has no
// time left.
const lastWords = time.Second

// Drain ends the work. From now on what comes is refused, iqs and messages with
// service-unavailable of type wait; what is held is finished. If ctx ends first
// that is refused in the same way, actions that run see their contexts
// cancelled, and Drain returns an error that says how many there were, at most
// a second later.
func (d *Dispatcher) Drain(ctx context.Context) error {
	d.mu.Lock()
	d.draining = true
	d.workers.letGo(len(d.workers.idle))
	d.deep.letGo(len(d.deep.idle))
	d.room.Broadcast()
	d.mu.Unlock()
	defer func() {
		var lost losses
		d.lock(func() { lost = d.lost.take(d.lost.due) })
		lost.tell(d.opts.Log)
	}()
	err := d.Idle(ctx)
	if err == nil {
		return nil
	}
	n := d.abandon()
	last, cancel := context.WithTimeout(context.Background(), lastWords)
	defer cancel()
	d.Idle(last)
	d.lock(func() { n += d.stats.Held }) // answers that the link does not take
	if n == 0 {
		return nil // what was held had been refused, and was just being told so
	}
	return fmt.Errorf("dispatch: %d stanzas were not done in time: %w", n, ctx.Err())
}

// abandon refuses all that waits, and no longer waits for actions that run. It
// returns how many stanzas that was.
func (d *Dispatcher) abandon() (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	empty := func(l *lane) {
		for l.waiting.first != nil { // what runs keeps the lane there
			d.shed(l.waiting.first, leaving, Stopped)
			n++
		}
	}
	for i := range d.lanes.buckets {
		for l := d.lanes.buckets[i]; l != nil; l = l.next {
			empty(l)
		}
	}
	for _, in := range d.inputs {
		empty(&in.own)
	}
	for d.ready.first != nil {
		d.shed(d.ready.first, leaving, Stopped)
		n++
	}
	now := d.now()
	d.relieve(now, now) // what readers run is in no list
	for _, l := range []*list{&d.running.list, &d.overdue.list, &d.stuck} {
		for j := l.first; j != nil; j = j.links[timed].next {
			if d.forsake(j) {
				n++
			}
		}
	}
	return n
}

// forsake no longer waits for an action that runs, and reports whether it did.
func (d *Dispatcher) forsake(j *job) bool {
	switch {
	case j.abandoned:
		return false
	case j.end(forsaken):
		d.settle(j, leaving, verdict{reason: Stopped})
	case j.links[timed].in == &d.running.list:
		return false // its worker is just sending the answer
	}
	j.abandoned = true
	d.release(&j.hold)
	return true
}
