package framework

import (
	"context"

	"github.com/emp-framework/emp/internal/confirm"
	"github.com/emp-framework/emp/stanza"
)

// resend sends what the server may not have got over the link before, and makes
// this link the one for what is sent from now on.
func (l *liveLink) resend(ctx context.Context) error {
	l.resent = true
	return l.app.ring.Attach(ctx, kept{l})
}

// A kept is a link as the ring sees it.
type kept struct{ *liveLink }

// Send only sends.
func (k kept) Send(ctx context.Context, outs ...stanza.Out) error {
	return k.Component.Send(ctx, outs...)
}

// SelfTest is one that is read in any case: actions that wait for the ring to have
// room must not keep its answer away.
func (k kept) SelfTest(ctx context.Context) error { return k.roundTrip(ctx) }

// Ask is that of the link, behind what it gets again.
func (l *liveLink) Ask(ctx context.Context, question stanza.Out) (stanza.Stanza, error) {
	if err := l.app.ring.Turn(ctx, kept{l}); err != nil {
		return stanza.Stanza{}, err
	}
	return l.Component.Ask(ctx, question)
}

// startRing begins to keep what is sent until the server has confirmed it. Where
// pings to ourselves are of no use nothing could ever be confirmed.
func (a *App) startRing() {
	if a.conf.SelfTest != Off {
		a.ring = confirm.New(confirm.Options{Log: a.log})
	}
}

// stopRing ends that. What the last barrier did not cover is given up.
func (a *App) stopRing() {
	if n := a.ring.Close(); n > 0 {
		a.log.Warn("stopped with stanzas that the server has not confirmed", "stanzas", n)
	}
}

// keeper returns the link that takes stanzas though it may be down: they are kept
// for the next. nil: they have to wait for one that is up.
func (a *App) keeper(outs []stanza.Out) *liveLink {
	a.mu.Lock()
	last := a.last
	a.mu.Unlock()
	if last == nil || !a.ring.Open() || !confirm.AnyWanted(outs) { // before the first link there is no ring to look at
		return nil
	}
	return last
}
