package dispatch

import (
	"context"
	"log/slog"
	"time"
)

// A timeline is jobs that wait for a time, the same span from when each came
// in: so they stand in the order of their times, and one timer for the first of
// them all is enough.
type timeline struct {
	list
	delay time.Duration
}

// now is the time since the dispatcher was made: monotonic, and half the price
// of time.Now.
func (d *Dispatcher) now() time.Duration { return time.Since(d.epoch) }

func (t *timeline) push(d *Dispatcher, j *job, now time.Duration) {
	j.due = now + t.delay
	t.list.push(j)
	d.wind(j.due, now)
}

// insert is push for a job that came in a moment ago, at j.since.
func (t *timeline) insert(d *Dispatcher, j *job, now time.Duration) {
	j.due = j.since + t.delay
	behind := t.last
	for behind != nil && behind.due > j.due {
		behind = behind.links[t.of].prev
	}
	t.list.insert(j, behind)
	d.wind(j.due, now)
}

// late takes out the first job if its time has come, and returns it.
func (t *timeline) late(now time.Duration) *job {
	j := t.first
	if j == nil || j.due > now {
		return nil
	}
	return t.pop()
}

// wind sees to it that the timer rings at due or before. A timer that is set is
// left alone when its job is done early: in steady work it rings now and then,
// and is set again.
func (d *Dispatcher) wind(due, now time.Duration) {
	if d.rings != 0 && d.rings <= due {
		return
	}
	d.rings = due
	if d.timer == nil {
		d.timer = time.AfterFunc(due-now, d.ring)
	} else {
		d.timer.Reset(due - now)
	}
}

// ring sees to all jobs whose time has come.
func (d *Dispatcher) ring() {
	now := d.now()
	var late, stuck []*job
	changed := false // whether Ready has
	d.mu.Lock()
	d.rings = 0
	d.relieve(now-handOnAfter, now)
	for j := d.patience.late(now); j != nil; j = d.patience.late(now) {
		d.shed(j, busy, Impatience)
	}
	for j := d.running.late(now); j != nil; j = d.running.late(now) {
		if d.timeOut(j, now) {
			late = append(late, j)
		}
	}
	for j := d.overdue.late(now); j != nil; j = d.overdue.late(now) {
		changed = d.giveUp(j) || changed
		stuck = append(stuck, j)
	}
	for _, s := range []*spares{&d.workers, &d.deep} {
		s.sweep(now)
		if s.look != 0 {
			d.wind(s.look, now)
		}
	}
	for _, t := range []*timeline{&d.patience, &d.running, &d.overdue} {
		if j := t.first; j != nil {
			d.wind(j.due, now)
		}
	}
	lost := d.lost.take(now)
	if d.lost.due != 0 {
		d.wind(d.lost.due, now)
	}
	d.hire()
	attrs := make([][]slog.Attr, 0, len(late)+len(stuck))
	for _, j := range append(late, stuck...) {
		attrs = append(attrs, j.attrs())
	}
	crowded, n := d.crowded, d.stats.Stuck
	d.mu.Unlock()

	for i := range attrs {
		if i < len(late) {
			d.opts.Log.LogAttrs(context.Background(), slog.LevelWarn, "action ran out of time", attrs[i]...)
		} else {
			d.opts.Log.LogAttrs(context.Background(), slog.LevelError, "action is stuck: its context is done and it does not return", attrs[i]...)
		}
	}
	if changed {
		d.tellReady(crowded, n)
	}
	lost.tell(d.opts.Log)
}

// timeOut answers for an action that had its time, unless it is about to.
func (d *Dispatcher) timeOut(j *job, now time.Duration) bool {
	if !j.end(expired) {
		return false
	}
	d.stats.Timeouts++
	d.settle(j, timedOut, verdict{})
	d.overdue.push(d, j, now)
	return true
}

// giveUp no longer waits for an action that ignores its context. Its worker is
// replaced, while there are not too many of them. Its lane stays shut until it
// returns: nothing of its pair may run beside it. So what waits there is
// refused, and what comes, rather than kept for who knows how long. It reports
// whether Ready changes.
func (d *Dispatcher) giveUp(j *job) (changed bool) {
	j.isStuck = true
	changed = d.crowd(1)
	d.stuck.push(j)
	if j.slot && d.stats.Stuck <= d.opts.Stuck {
		d.free(j)
	}
	if j.alone {
		return changed
	}
	j.lane.stuck = true
	for j.lane.waiting.first != nil {
		d.shed(j.lane.waiting.first, busy, PairStuck)
	}
	return changed
}
