package boot

import (
	"context"
	"time"
)

// DefaultTimeout is the time limit of a step that states none.
const DefaultTimeout = 30 * time.Second

// Grace is how long a step may take to return after its ctx has ended, before
// it is left behind.
const Grace = 2 * time.Second

// A Step is one line of a Sequence: something that starts and can be stopped.
type Step struct {
	// Name is what errors, plugins and timings call the step, as in "connect".
	// It is the only one of that name in its Sequence.
	Name string
	// Run does the step. Its ctx ends with the time limit, with the ctx of the
	// whole run, and when Run returns: what is to live longer than the step
	// needs another one. nil does nothing: the step is a mark to insert others
	// around, or has only something to undo.
	Run func(ctx context.Context) error
	// Undo takes back what Run did, after Run has returned nil, and at most once
	// for that. nil: there is nothing to take back.
	Undo func(ctx context.Context) error
	// Timeout bounds Run, and again Undo. 0 is DefaultTimeout.
	Timeout time.Duration
}

// A Service is work that goes on as long as the program serves: a queue to
// empty, a clock to follow. The framework starts it after the steps before it
// are done, and stops it by ending ctx.
type Service struct {
	// Name is what the log calls the service.
	Name string
	// Run works until ctx ends, and then returns soon. If it returns before,
	// with an error, with nil or by a panic, it is started again after a wait
	// that grows with each failure. Work to be done once is a Step, what is to be
	// done each hour an Every.
	Run func(ctx context.Context) error
}
