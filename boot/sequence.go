package boot

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
)

// A Sequence is a plan: steps in the order they run. Build it in one goroutine,
// then run it as often as needed, also at the same time. The zero Sequence is an
// empty plan.
//
// Mistakes in the plan (a name that is unknown, double or missing, a negative
// Timeout) leave it as it was. They are returned at once, and kept: Err has all
// of them, and Run refuses a plan that has any. So those who change a plan need
// not look at the error of each change.
type Sequence struct {
	// Observe, if set, is called when a step begins and when it ends, in the
	// goroutine of Run or Undo and with their ctx, in order. It is for logging:
	// it does not block.
	Observe func(ctx context.Context, t Timing)

	steps    []Step
	mistakes []error
	stuck    atomic.Int64
}

// New returns the plan of these steps.
func New(steps ...Step) *Sequence {
	s := &Sequence{}
	for _, step := range steps {
		if fault := s.fault(step, ""); fault != "" {
			_ = s.mistake("New", step.Name, fault) // kept for Err
			continue
		}
		s.steps = append(s.steps, limited(step))
	}
	return s
}

// Before inserts a step directly before the one of that name.
func (s *Sequence) Before(name string, step Step) error {
	return s.splice("Before", name, step, 0, 0)
}

// After inserts a step directly after the one of that name, and so before those
// inserted there earlier.
func (s *Sequence) After(name string, step Step) error {
	return s.splice("After", name, step, 1, 1)
}

// Replace puts a step in the place of the one of that name. A step without a
// name takes that name over.
func (s *Sequence) Replace(name string, step Step) error {
	if step.Name == "" {
		step.Name = name
	}
	return s.splice("Replace", name, step, 0, 1)
}

// Remove takes the step of that name out.
func (s *Sequence) Remove(name string) error {
	i := s.index(name)
	if i < 0 {
		return s.mistake("Remove", name, s.unknown())
	}
	s.steps = slices.Delete(s.steps, i, i+1)
	return nil
}

// Err returns all mistakes made so far, joined; nil if there are none.
func (s *Sequence) Err() error { return errors.Join(s.mistakes...) }

// Steps returns a copy of the plan, in order, with the time limits that hold.
func (s *Sequence) Steps() []Step { return slices.Clone(s.steps) }

// Stuck returns how many steps of all runs were left behind (see [ErrStuck]) and
// have not returned yet. Each holds a goroutine: a program where the number
// grows is not well.
func (s *Sequence) Stuck() int { return int(s.stuck.Load()) }

// splice puts step in the place of the steps from and up to to, counted from
// the step of that name.
func (s *Sequence) splice(call, name string, step Step, from, to int) error {
	i := s.index(name)
	if i < 0 {
		return s.mistake(call, name, s.unknown())
	}
	replaced := ""
	if from < to {
		replaced = name
	}
	if fault := s.fault(step, replaced); fault != "" {
		return s.mistake(call, name, fault)
	}
	s.steps = slices.Replace(s.steps, i+from, i+to, limited(step))
	return nil
}

func (s *Sequence) index(name string) int {
	return slices.IndexFunc(s.steps, func(step Step) bool { return step.Name == name })
}

// limited is the step with the time limit that holds.
func limited(step Step) Step {
	if step.Timeout == 0 {
		step.Timeout = DefaultTimeout
	}
	return step
}
