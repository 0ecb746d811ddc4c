package framework

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/confirm"
	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/stanza"
)

// resend sends what the server may not have got over the link before, and makes
// this link the one for what is sent from now on.
func (l *liveLink) resend(ctx context.Context) error {
	l.resent = true
	return l.ring.Attach(ctx, kept{l})
}

// A kept is a link as the ring sees it.
type kept struct{ *liveLink }

// Send only sends.
func (k kept) Send(ctx context.Context, outs ...stanza.Out) error {
	return k.wire.Send(ctx, outs...)
}

// Confirm does not by itself have stanzas refused, so that its answer is read: where
// reading has stopped for want of room, it waits. Who waits for it sees to that; see
// confirm.Options.Await. Where the server manages the stream it says itself what it
// has, and no ping is needed.
func (k kept) Confirm(timeout time.Duration, done func(error)) {
	heard := func(err error) {
		if errors.Is(err, context.DeadlineExceeded) && !k.wire.Listening() {
			err = confirm.ErrUnread
		}
		done(err)
	}
	if !k.Counts() {
		k.wire.Echo(timeout, heard)
		return
	}
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		defer cancel()
		heard(k.client.AwaitAck(ctx))
	}()
}

// Counts reports whether the server manages the stream (XEP-0198).
func (k kept) Counts() bool { return k.client != nil && k.client.Managed() }

var _ confirm.Link = kept{}

// resume goes on with the session of the link before, if the server has it still. If
// not, that may know how much of it was taken.
func (l *liveLink) resume(ctx context.Context) error {
	r, err := l.client.Resume(ctx)
	if err != nil {
		return err
	}
	if r.Lost {
		l.app.log.Info("the server did not resume the session", "link", l.name)
	}
	if r.Known {
		l.ring.Settle(r.Handled, r.Resumed)
	} else { // the next link may go on with a session of this one, before it has got what is kept
		l.ring.Unsettle()
	}
	if r.Resumed {
		l.ring.Prepare(kept{l}) // before anything is read that may be answered
	} else {
		l.present = false
	}
	l.resumed = r.Resumed && l.present
	return nil
}

// tellUnconfirmed tells plugins what the server may or may not have got.
func (a *App) tellUnconfirmed(outs []stanza.Out) {
	for _, w := range pluginsAs[component.FateWatcher](a) {
		if err := guarded(func() error { w.FateUnknown(outs); return nil }); err != nil {
			args := []any{"plugin", fmt.Sprintf("%T", w), "error", err}
			a.log.Error("a plugin failed when told of unconfirmed stanzas", append(args, stackOf(err)...)...)
		}
	}
}

// Ask is that of the link, behind what it gets again. Where the session may outlast the
// link, so may the question.
func (l *liveLink) Ask(ctx context.Context, question stanza.Out) (stanza.Stanza, error) {
	q, err := l.Pose(ctx, &question)
	if err != nil {
		return stanza.Stanza{}, err
	}
	return q.Wait()
}

// Pose is the first step of Ask; see dispatch.Poser.
func (l *liveLink) Pose(ctx context.Context, question *stanza.Out) (dispatch.Question, error) {
	if err := l.ring.Turn(ctx, kept{l}); err != nil {
		return nil, err
	}
	if l.session == nil {
		return l.wire.Pose(ctx, question)
	}
	return l.client.PoseKept(ctx, question, func(ctx context.Context, q stanza.Out) (bool, error) {
		return l.ring.Ask(ctx, kept{l}, q)
	})
}

// stopRing ends the keeping. What the last barrier did not cover is given up.
func (e *endpoint) stopRing() {
	if n := e.ring.Close(); n > 0 {
		e.app.log.Warn("stopped with stanzas that the server has not confirmed", "link", e.name, "stanzas", n)
	}
}

// keeper returns the link that takes stanzas though it may be down: they are kept
// for the next. nil: they have to wait for one that is up.
func (e *endpoint) keeper(outs []stanza.Out) *liveLink {
	e.app.mu.Lock()
	last := e.last
	e.app.mu.Unlock()
	if last == nil || !e.ring.Open() || !confirm.AnyWanted(outs) { // before the first link there is no ring to look at
		return nil
	}
	return last
}
