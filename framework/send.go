package framework

import (
	"context"
	"errors"
	"fmt"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

var _ component.Host = (*App)(nil)

// Send sends stanzas from anywhere in the program; see [component.Sender].
// While no link is up what is sent at least once is kept for the next; for all else,
// and before the first, it waits for a link until ctx ends. When the application has
// closed its last one, the error is [ErrStopped].
func (a *App) Send(ctx context.Context, outs ...stanza.Out) error {
	var from jid.JID
	if len(outs) > 0 {
		from = outs[0].From.JID
	}
	for {
		l, err := a.linkFor(ctx, from, outs)
		if err != nil {
			return err
		}
		err = a.work.Sender(l).Send(ctx, outs...)
		switch {
		case err == nil, l.Err() == nil && !errors.Is(err, stream.ErrClosed):
			return err
		case ctx.Err() != nil, errors.Is(err, dispatch.ErrAnswer), l.Check(outs...) != nil:
			return err // which no other link mends
		} // else the link ended before it took them
	}
}

// Ask asks a question from anywhere in the program; see [component.Sender].
// While no link is up it waits for one, until ctx ends. If the link goes down
// behind the question the error is stream.ErrInterrupted: whether it was acted
// upon is unknown.
func (a *App) Ask(ctx context.Context, question stanza.Out) (stanza.Stanza, error) {
	for {
		l, err := a.linkFor(ctx, question.From.JID, nil)
		if err != nil {
			return stanza.Stanza{}, err
		}
		answer, err := a.work.Sender(l).Ask(ctx, question)
		if err == nil || !errors.Is(err, stream.ErrClosed) && !errors.Is(l.Err(), err) {
			return answer, err
		} // else the link ended before it took the question, and for the very reason that is in err
	}
}

// endFor returns the endpoint that what is from that address goes out over: the
// main one, if no other speaks for it. nil: there is none yet. It is called locked.
func (a *App) endFor(from jid.JID) *endpoint {
	for _, e := range a.ends {
		if !from.IsZero() && e.speaksFor(from) {
			return e
		}
	}
	if len(a.ends) == 0 {
		return nil
	}
	return a.ends[0]
}

// linkFor returns the link for what is from that address: one that is up, or that
// keeps outs for the next. It waits for one if need be.
func (a *App) linkFor(ctx context.Context, from jid.JID, outs []stanza.Out) (*liveLink, error) {
	a.init()
	for {
		var live *liveLink
		a.mu.Lock()
		e, changed := a.endFor(from), a.changed
		if e != nil {
			live = e.live
		}
		a.mu.Unlock()
		if e != nil && len(outs) > 0 {
			if keeper := e.keeper(outs); keeper != nil {
				return keeper, nil
			}
		}
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

func (a *App) setLive(e *endpoint, l *liveLink) {
	a.mu.Lock()
	defer a.mu.Unlock()
	e.live = l
	if l != nil {
		e.last, e.trouble = l, ""
	}
	a.signal()
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
