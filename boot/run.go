package boot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// A Run is what became of a Sequence that was run once. Any number of goroutines
// may use it.
type Run struct {
	sequence *Sequence
	observe  func(context.Context, Timing)
	steps    []Step

	mu      sync.Mutex
	timings []Timing // one a step
	undoing bool     // Undo was called

	undone  chan struct{} // closed when undoing is over
	undoErr error         // valid then
}

// Run runs the steps in order, as the rules in the package comment have it. The
// error is an *Error that names the step, or the mistakes in the plan (see
// [Sequence.Err]), with which no step begins. The Run is never nil: after an
// error it is undone already and there for its Timings.
//
// The undoing after an error does not end with ctx, which may be what made the
// run fail: its bounds are the steps' time limits.
func (s *Sequence) Run(ctx context.Context) (*Run, error) {
	r := &Run{
		sequence: s,
		observe:  s.Observe,
		steps:    s.Steps(),
		timings:  make([]Timing, len(s.steps)),
		undone:   make(chan struct{}),
	}
	for i, step := range r.steps {
		r.timings[i].Step = step.Name
	}
	if err := s.Err(); err != nil {
		return r, err
	}
	for i := range r.steps {
		if err := r.run(ctx, i); err != nil {
			err.Undo = r.Undo(context.WithoutCancel(ctx))
			return r, err
		}
	}
	return r, nil
}

// Undo undoes the steps that are done, last first, and goes on past errors: it
// returns them all, joined, each an *Error. The ctx of each step's Undo ends
// with its time limit and with ctx; an ended ctx leaves each [Grace] to finish.
//
// A run is undone once. Further calls wait for that, or for the end of their
// ctx, and return the same.
func (r *Run) Undo(ctx context.Context) error {
	r.mu.Lock()
	first := !r.undoing
	r.undoing = true
	r.mu.Unlock()
	if first {
		var errs []error
		for i := len(r.steps) - 1; i >= 0; i-- {
			if err := r.undo(ctx, i); err != nil {
				errs = append(errs, err)
			}
		}
		r.undoErr = errors.Join(errs...)
		close(r.undone)
		return r.undoErr
	}
	select {
	case <-r.undone:
		return r.undoErr
	default:
	}
	select {
	case <-r.undone:
		return r.undoErr
	case <-ctx.Done():
		return fmt.Errorf("boot: another call is still undoing the run: %w", context.Cause(ctx))
	}
}

// Timings returns the steps in order, with their states and times.
func (r *Run) Timings() []Timing {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.timings)
}

// run does step i. A ctx that has ended is an error of the step that could not
// begin any more.
func (r *Run) run(ctx context.Context, i int) *Error {
	step := &r.steps[i]
	if ctx.Err() != nil {
		return &Error{Step: step.Name, Err: fmt.Errorf("not begun: %w", context.Cause(ctx))}
	}
	r.note(ctx, i, func(t *Timing) { t.State = Running })
	start := time.Now()
	cause := call(ctx, step.Timeout, &r.sequence.stuck, step.Run)
	took := time.Since(start)
	if cause == nil {
		r.note(ctx, i, func(t *Timing) { t.State, t.Took = Done, took })
		return nil
	}
	err := &Error{Step: step.Name, Err: cause, Took: took}
	r.note(ctx, i, func(t *Timing) { t.State, t.Took, t.Err = Failed, took, err })
	return err
}

// undo takes step i back, if it is done and can be.
func (r *Run) undo(ctx context.Context, i int) error {
	step := &r.steps[i]
	r.mu.Lock()
	done := r.timings[i].State == Done
	r.mu.Unlock()
	if !done || step.Undo == nil {
		return nil
	}
	r.note(ctx, i, func(t *Timing) { t.State = Undoing })
	start := time.Now()
	cause := call(ctx, step.Timeout, &r.sequence.stuck, step.Undo)
	took := time.Since(start)
	if cause == nil {
		r.note(ctx, i, func(t *Timing) { t.State, t.Undo = Undone, took })
		return nil
	}
	err := &Error{Step: step.Name, Undoing: true, Err: cause, Took: took}
	r.note(ctx, i, func(t *Timing) { t.State, t.Undo, t.Err = UndoFailed, took, err })
	return err
}

// note changes the timing of step i and tells the observer.
func (r *Run) note(ctx context.Context, i int, change func(*Timing)) {
	r.mu.Lock()
	change(&r.timings[i])
	t := r.timings[i]
	r.mu.Unlock()
	if r.observe != nil {
		r.observe(ctx, t)
	}
}
