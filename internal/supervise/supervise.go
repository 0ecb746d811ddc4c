package supervise

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"
)

// Serve does its work until ctx ends, and then returns soon. When the work has
// truly begun, a link say has authenticated, it calls up; more calls change
// nothing. Any other return than after the end of ctx is a failure.
type Serve func(ctx context.Context, up func()) error

// ErrEnded is the failure of a Serve that returned nil although its ctx had not
// ended.
var ErrEnded = errors.New("supervise: ended without an error")

// Run calls serve in this goroutine, again and again, with the waits of the
// policy between, until ctx ends or an error is fatal (see Policy.Fatal), which it
// returns as it is. After the end of ctx it returns nil; or, if serve was at work
// then, the error of serve, unless that only repeats the end of ctx.
func Run(ctx context.Context, policy Policy, serve Serve) error {
	var (
		failures int
		everUp   bool
		since    = time.Now()
	)
	for ctx.Err() == nil {
		t := &try{}
		err := t.serve(ctx, serve)
		if ctx.Err() != nil {
			return unlessEnd(ctx, err)
		}
		if err == nil {
			err = ErrEnded
		}
		now := time.Now()
		var up time.Duration
		if at := t.upAt.Load(); at != nil {
			up, everUp, since = now.Sub(*at), true, now
		}
		if !everUp && policy.Fatal != nil && policy.Fatal(err) {
			return err
		}
		if up >= positive(policy.Reset, DefaultReset) {
			failures = 0
		}
		failures++
		wait := policy.wait(failures, err)
		if policy.Announce != nil {
			policy.Announce(Failure{Attempt: failures, Err: err, Up: up, Since: since, Wait: wait})
		}
		sleep(ctx, wait)
	}
	return nil
}

// A try is one call of a Serve. Each has an up of its own: one that is called
// after its try has ended, by a goroutine left over, says nothing of the next.
type try struct {
	upAt atomic.Pointer[time.Time] // when it got up; nil: it did not
}

// serve calls serve and turns a panic into its error.
func (t *try) serve(ctx context.Context, serve Serve) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &Panic{v, debug.Stack()}
		}
	}()
	return serve(ctx, t.up)
}

func (t *try) up() {
	now := time.Now()
	t.upAt.CompareAndSwap(nil, &now)
}

// unlessEnd returns err unless it says nothing but that ctx has ended.
func unlessEnd(ctx context.Context, err error) error {
	if errors.Is(err, ctx.Err()) || errors.Is(err, context.Cause(ctx)) {
		return nil
	}
	return err
}

// sleep waits until d is over or ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// A Panic is the error of a Serve that panicked.
type Panic struct {
	Value any    // what it panicked with
	Stack []byte // as debug.Stack has it
}

// Error returns what Serve panicked with, without the stack.
func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Unwrap returns Value if it is an error, else nil.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}
