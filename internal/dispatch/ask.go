package dispatch

import (
	"context"
	"errors"
	"fmt"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/stanza"
)

// Errors of the Sender that actions see.
var (
	// ErrTooManyAsks is the error of Ask when as many questions are open as may
	// be (Options.Asks). Nothing was sent. Returned by an action it is answered
	// with the resource-constraint that it wraps.
	ErrTooManyAsks = fmt.Errorf("dispatch: too many open questions: %w", busy)
	// ErrAnswer is the error of Send for an iq result or error: an action
	// returns its answer, so that there is exactly one. Nothing was sent.
	ErrAnswer = errors.New("dispatch: an answer to an iq is returned by its action, not sent")
)

func sendOwn(ctx context.Context, via component.Sender, outs []stanza.Out) error {
	if via == nil {
		return component.ErrNoLink
	}
	for i := range outs {
		if isAnswer(&outs[i]) {
			return ErrAnswer
		}
	}
	return via.Send(ctx, outs...)
}

// Sender returns via for use outside of actions: the dispatcher knows of the
// questions that are asked through it, and does not hold back their answers.
func (d *Dispatcher) Sender(via component.Sender) component.Sender { return outside{d, via} }

type outside struct {
	d   *Dispatcher
	via component.Sender
}

func (o outside) Send(ctx context.Context, outs ...stanza.Out) error {
	return sendOwn(ctx, o.via, outs)
}

func (o outside) Ask(ctx context.Context, question stanza.Out) (stanza.Stanza, error) {
	return o.d.ask(ctx, o.via, question)
}

// Await has stanzas read in any case, as an open question does, until over is called:
// whoever calls it waits for something that comes behind them.
func (d *Dispatcher) Await() (over func()) {
	d.lock(func() {
		d.awaited++
		d.room.Broadcast()
	})
	return func() { d.lock(func() { d.awaited-- }) }
}

// expecting reports whether what comes is to be read though it does not fit, since
// something that is waited for may lie behind.
func (d *Dispatcher) expecting() bool { return d.stats.Asking > 0 || d.awaited > 0 }

// ask asks for nobody that the dispatcher would have to do something for.
func (d *Dispatcher) ask(ctx context.Context, via component.Sender, question stanza.Out) (stanza.Stanza, error) {
	if via == nil {
		return stanza.Stanza{}, component.ErrNoLink
	}
	if _, err := d.asking(nil); err != nil {
		return stanza.Stanza{}, err
	}
	defer d.asked(nil)
	return via.Ask(ctx, question)
}

// Ask is req.Ask: the link's, with the job's slot given away while it waits.
func (v *delivery) Ask(ctx context.Context, question stanza.Out) (s stanza.Stanza, err error) {
	d, via := v.in.d, v.in.via
	if via == nil {
		return s, component.ErrNoLink
	}
	spare, err := d.asking(v)
	if err != nil {
		return s, err
	}
	defer d.asked(v)
	p, ok := via.(Poser)
	if !spare || !ok {
		return via.Ask(ctx, question)
	}
	q, err := d.pose(ctx, p, question)
	if err != nil {
		return s, err
	}
	return q.Wait()
}

// asking notes that a question is open, if there may be one more. The action that asks
// gives its slot away; if it asks several at once, with the first. spare says that the
// stack had better not grow; see fewAsks.
func (d *Dispatcher) asking(v *delivery) (spare bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stats.Asking >= d.opts.Asks {
		return false, ErrTooManyAsks
	}
	d.stats.Asking++
	d.room.Broadcast() // a reader that waits for room would keep the answer away
	j := v.unfinished()
	if j == nil {
		return false, nil
	}
	many := d.stats.Asking > fewAsks
	if j.in.running == j {
		d.handOn(j.in, d.now())
		if many {
			d.slow.note(j.first, slowAction) // it is for workers, now and not when the answer is there
		}
	} else if many {
		spare = true
		j.spare.Store(true)
	}
	j.asks++
	if j.slot {
		d.free(j)
	}
	return spare, nil
}

// unfinished returns the job of an action that is not over, or nil. It is called locked.
func (v *delivery) unfinished() *job {
	if v == nil {
		return nil
	}
	return v.job
}

// A waiter is an action that has its answer and waits for a slot to go on.
type waiter struct {
	of      *delivery
	granted chan struct{}
	gone    bool
}

// asked notes that a question is closed, and with the last one of an action
// waits for a slot. An action that is over, or stuck, needs none; and one whose
// time ends while it waits goes on without, so that it can end.
func (d *Dispatcher) asked(v *delivery) {
	d.mu.Lock()
	d.stats.Asking--
	j := v.unfinished()
	if j == nil {
		d.mu.Unlock()
		return
	}
	j.asks--
	if j.asks > 0 || j.slot || j.isStuck {
		d.mu.Unlock()
		return
	}
	if d.slots < d.opts.Workers {
		d.slots++
		j.slot = true
		d.mu.Unlock()
		return
	}
	w := &waiter{of: v, granted: make(chan struct{})}
	d.back = append(d.back, w)
	d.mu.Unlock()
	select {
	case <-w.granted:
	case <-v.ctx().Done():
		d.lock(func() { w.gone = true })
	}
}

// giveBack gives a slot that is free to the one who waits for his longest. It
// goes before jobs that are ready: what has begun shall end.
func (d *Dispatcher) giveBack() bool {
	for len(d.back) > 0 {
		w := d.back[0]
		d.back[0] = nil
		d.back = d.back[1:]
		close(w.granted)
		if j := w.of.job; !w.gone && j != nil && !j.slot && !j.isStuck {
			j.slot = true
			return true
		}
	}
	return false
}
