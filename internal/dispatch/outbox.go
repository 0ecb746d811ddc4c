package dispatch

import (
	"context"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/stanza"
)

// An outbox is the errors on their way to one link that no worker sends: the
// reader and the clock find them, and must not wait until a link takes them. The
// reader sends by itself what the link takes at once. It exists while there are
// some. They are claims on stanzas held, which bounds them.
type outbox struct {
	via   component.Sender
	queue []errorReply
}

type errorReply struct {
	out  stanza.Out
	hold *hold
}

// post sends an error, a claim on the stanza it answers, in the background.
func (d *Dispatcher) post(via component.Sender, out stanza.Out, h *hold) {
	box := d.outboxes[via]
	if box == nil {
		box = &outbox{via: via}
		d.outboxes[via] = box
		go d.empty(box)
	}
	box.queue = append(box.queue, errorReply{out, h})
}

// empty sends what is in an outbox until there is nothing.
func (d *Dispatcher) empty(box *outbox) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for len(box.queue) > 0 {
		some := box.queue[:min(len(box.queue), outboxBatch)]
		box.queue = box.queue[len(some):]
		d.mu.Unlock()
		d.sendErrors(box.via, some)
		d.mu.Lock()
		for i := range some {
			d.release(some[i].hold)
			some[i] = errorReply{}
		}
	}
	delete(d.outboxes, box.via)
}

// outboxBatch is how many errors are sent at once.
const outboxBatch = 64

// sendErrors sends errors, each by itself if the link does not take them together.
func (d *Dispatcher) sendErrors(via component.Sender, some []errorReply) {
	outs := make([]stanza.Out, len(some))
	for i := range some {
		outs[i] = some[i].out
	}
	err := d.send(via, outs...)
	if err == nil {
		return
	}
	for i := range outs {
		why := err
		if len(outs) > 1 && !gone(via) {
			why = d.send(via, outs[i])
		}
		if why != nil {
			d.unsent(via, outs[i], why)
		}
	}
}

// unsent notes that the link does not take an error. There is nothing left to
// try then.
func (d *Dispatcher) unsent(via component.Sender, out stanza.Out, err error) {
	if gone(via) {
		d.lose(err)
		return
	}
	d.lock(func() { d.stats.Unsent++ })
	d.opts.Log.Warn("an error stanza could not be sent", "kind", out.Kind.String(), "id", out.ID, "to", out.To.JID.Bare().String(), "error", err)
}

// send gives stanzas to the link, and waits as long as it takes: an answer is
// due, and a link that takes nothing is ended by its own time limits.
func (d *Dispatcher) send(via component.Sender, outs ...stanza.Out) error {
	if via == nil {
		return component.ErrNoLink
	}
	return via.Send(context.Background(), outs...)
}

// refuse answers a stanza that was just read with a Fault, or drops it if it
// must not be answered. It is called locked, and may wait for room.
func (in *input) refuse(s *stanza.Stanza, weight int, f stanza.Fault, r Reason) {
	d := in.d
	out, ok := s.ErrorReply(f)
	if !ok {
		d.drop(r)
		return
	}
	h := &hold{bytes: weight, verdict: verdict{reason: r}}
	for d.full(h.bytes, d.expecting()) {
		in.wait()
	}
	d.take(h)
	if d.outboxes[in.via] == nil && in.sendNow(out) {
		d.release(h)
		return
	}
	d.post(in.via, out, h) // behind those that wait
}

// sendNow sends an error if the link takes it at once, and reports whether it did. It is
// called locked, and lets go of the mutex meanwhile.
func (in *input) sendNow(out stanza.Out) bool {
	d := in.d
	d.mu.Unlock()
	defer d.mu.Lock()
	return in.via != nil && in.via.Send(atOnce, out) == nil
}

// atOnce is the context of who does not wait: it is over.
var atOnce = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// shed refuses a job that is held and has not run.
func (d *Dispatcher) shed(j *job, f stanza.Fault, r Reason) {
	j.leave(timed)
	d.exit(j)
	d.settle(j, f, verdict{reason: r})
	d.release(&j.hold)
}

// settle answers a job with a Fault where one may be sent.
func (d *Dispatcher) settle(j *job, f stanza.Fault, v verdict) {
	out, ok := j.req.ErrorReply(f)
	v.dropped = v.reason != "" && !ok
	j.hold.verdict = v
	if ok {
		j.hold.claims++
		d.post(j.in.via, out, &j.hold)
	}
}

// lock runs f with the dispatcher locked.
func (d *Dispatcher) lock(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}
