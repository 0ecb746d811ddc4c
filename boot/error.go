package boot

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// ErrStuck is in the chain of the error of a step that did not return within
// [Grace] after its ctx had ended, and was left behind.
var ErrStuck = errors.New("did not return")

var errGoexit = errors.New("ended its goroutine (runtime.Goexit)")

// An Error says which step failed, and why.
type Error struct {
	Step    string
	Undoing bool          // it was the step's Undo that failed, not its Run
	Err     error         // the cause
	Took    time.Duration // from the step's begin to its failure
	// Undo is what failed while the steps before were undone: Errors joined;
	// nil if all went well. It is no part of the chain of errors: whoever asks
	// what the cause is does not want to hear of its consequences.
	Undo error
}

// Error returns one sentence: the step, the cause, and what could not be undone.
func (e *Error) Error() string {
	doing := "step"
	if e.Undoing {
		doing = "undoing step"
	}
	text := fmt.Sprintf("boot: %s %q: %v", doing, e.Step, e.Err)
	if e.Undo != nil {
		text += "; then " + strings.ReplaceAll(e.Undo.Error(), "\n", "; ")
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// A Panic is the error of a step that panicked.
type Panic struct {
	Value any    // what it panicked with
	Stack []byte // of the step's goroutine, as debug.Stack has it
}

// Error returns what the step panicked with, without the stack.
func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Unwrap returns Value if it is an error, else nil.
func (p *Panic) Unwrap() error {
	err, _ := p.Value.(error)
	return err
}

// A limitError is the cause of a ctx that ended with the step's time limit. It
// is a context.DeadlineExceeded.
type limitError time.Duration

func (l limitError) Error() string { return fmt.Sprintf("past its time limit of %v", time.Duration(l)) }
func (l limitError) Unwrap() error { return context.DeadlineExceeded }
