package framework

import (
	"context"
	"fmt"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/stanza"
)

var _ component.Host = (*App)(nil)

// Send sends stanzas from anywhere in the program; see [component.Sender].
// While no link is up it waits for one, until ctx ends.
func (a *App) Send(ctx context.Context, outs ...stanza.Out) error {
	for {
		l, err := a.link(ctx)
		if err != nil {
			return err
		}
		err = a.work.Sender(l).Send(ctx, outs...)
		if err == nil || l.Err() == nil {
			return err
		} // else the link went down before it took them
	}
}

// Ask asks a question from anywhere in the program; see [component.Sender].
// While no link is up it waits for one, until ctx ends. If the link goes down
// behind the question the error is stream.ErrInterrupted: whether it was acted
// upon is unknown.
func (a *App) Ask(ctx context.Context, question stanza.Out) (stanza.Stanza, error) {
	l, err := a.link(ctx)
	if err != nil {
		return stanza.Stanza{}, err
	}
	return a.work.Sender(l).Ask(ctx, question)
}

// link returns the link that is up, or waits for one.
func (a *App) link(ctx context.Context) (*liveLink, error) {
	a.init()
	for {
		a.mu.Lock()
		live, changed, ended := a.live, a.changed, a.ended
		a.mu.Unlock()
		switch {
		case ended:
			return nil, ErrStopped
		case live != nil && live.Err() == nil:
			return live, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("framework: no link is up: %w", context.Cause(ctx))
		}
	}
}

func (a *App) setLive(l *liveLink) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.live = l
	close(a.changed)
	a.changed = make(chan struct{})
}

// end has those who wait for a link give up.
func (a *App) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ended = true
	close(a.changed)
	a.changed = make(chan struct{})
}
