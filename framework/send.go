package framework

import (
	"context"
	"errors"
	"fmt"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

var _ component.Host = (*App)(nil)

// Send sends stanzas from anywhere in the program; see [component.Sender].
// While no link is up what is sent at least once is kept for the next; for all else,
// and before the first, it waits for a link until ctx ends. When the application has
// closed its last one, the error is [ErrStopped].
func (a *App) Send(ctx context.Context, outs ...stanza.Out) error {
	for {
		l, err := a.keeper(outs), error(nil)
		if l == nil {
			l, err = a.link(ctx)
		}
		if err != nil {
			return err
		}
		err = a.work.Sender(l).Send(ctx, outs...)
		if err == nil || l.Err() == nil && !errors.Is(err, stream.ErrClosed) {
			return err
		} // else the link ended before it took them
	}
}

// Ask asks a question from anywhere in the program; see [component.Sender].
// While no link is up it waits for one, until ctx ends. If the link goes down
// behind the question the error is stream.ErrInterrupted: whether it was acted
// upon is unknown.
func (a *App) Ask(ctx context.Context, question stanza.Out) (stanza.Stanza, error) {
	for {
		l, err := a.link(ctx)
		if err != nil {
			return stanza.Stanza{}, err
		}
		answer, err := a.work.Sender(l).Ask(ctx, question)
		if err == nil || !errors.Is(err, stream.ErrClosed) && !errors.Is(l.Err(), err) {
			return answer, err
		} // else the link ended before it took the question, and for the very reason that is in err
	}
}

// link returns the link that is up, or waits for one.
func (a *App) link(ctx context.Context) (*liveLink, error) {
	a.init()
	for {
		a.mu.Lock()
		live, changed := a.live, a.changed
		a.mu.Unlock()
		if closed(a.over) {
			return nil, ErrStopped
		}
		if live != nil && live.Err() == nil {
			return live, nil
		}
		select {
		case <-changed:
		case <-a.over:
		case <-ctx.Done():
			return nil, fmt.Errorf("framework: no link is up: %w", context.Cause(ctx))
		}
	}
}

func (a *App) setLive(l *liveLink) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.live = l
	if l != nil {
		a.last = l
	}
	close(a.changed)
	a.changed = make(chan struct{})
}

// end has those who wait for a link give up: none will come any more.
func (a *App) end() { a.ending.Do(func() { close(a.over) }) }

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
