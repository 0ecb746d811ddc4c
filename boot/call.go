package boot

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// call runs one of the two functions of a step in a goroutine of its own, and
// returns when it has returned or has been left behind. stuck counts those left
// behind that still run.
func call(ctx context.Context, limit time.Duration, stuck *atomic.Int64, fn func(context.Context) error) error {
	if fn == nil {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limit, limitError(limit))
	defer cancel()

	done := make(chan error, 1)
	var settled atomic.Bool // set by whoever comes first: fn with its end, or call with leaving
	go func() {
		err := errGoexit // what holds if fn neither returns nor panics
		defer func() {
			if v := recover(); v != nil {
				err = &Panic{v, debug.Stack()}
			}
			if !settled.CompareAndSwap(false, true) {
				stuck.Add(-1)
				return
			}
			done <- err
		}()
		err = fn(ctx)
	}()

	select {
	case err := <-done:
		return late(ctx, limit, err)
	case <-ctx.Done():
	}
	grace := time.NewTimer(Grace)
	defer grace.Stop()
	select {
	case err := <-done:
		return late(ctx, limit, err)
	case <-grace.C:
	}
	stuck.Add(1)
	if settled.CompareAndSwap(false, true) {
		return fmt.Errorf("%w: %w even %v later, and was left behind", context.Cause(ctx), ErrStuck, Grace)
	}
	stuck.Add(-1)
	return late(ctx, limit, <-done)
}

// late adds to the error of a step that its time was up, which is what its own
// error, about some interrupted reading, rarely says.
func late(ctx context.Context, limit time.Duration, err error) error {
	ours := limitError(limit)
	switch {
	case err == nil, context.Cause(ctx) != ours, errors.Is(err, ours):
		return err
	case err == context.DeadlineExceeded:
		return ours
	default:
		return fmt.Errorf("%w: %w", ours, err)
	}
}
