package framework

import (
	"context"
	"errors"

	"github.com/emp-framework/emp/internal/confirm"
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

// SelfTest does not by itself have stanzas refused, so that its answer is read: where
// reading has stopped for want of room, it waits. Who waits for it sees to that; see
// confirm.Options.Await.
func (k kept) SelfTest(ctx context.Context) error {
	err := k.wire.SelfTest(ctx)
	if errors.Is(err, context.DeadlineExceeded) && !k.wire.Listening() {
		return confirm.ErrUnread
	}
	return err
}

// Ask is that of the link, behind what it gets again.
func (l *liveLink) Ask(ctx context.Context, question stanza.Out) (stanza.Stanza, error) {
	if err := l.ring.Turn(ctx, kept{l}); err != nil {
		return stanza.Stanza{}, err
	}
	return l.wire.Ask(ctx, question)
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
