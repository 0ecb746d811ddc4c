package boot

import (
	"fmt"
	"time"
)

// A State is how far a step has come in one run.
type State int

// The states of a step, in the order they can be reached.
const (
	Planned    State = iota // not begun, or never to be: an earlier step failed
	Running                 // Run is at work
	Failed                  // Run failed; the step is not undone
	Done                    // Run is done, or has nothing to do
	Undoing                 // Undo is at work
	Undone                  // Undo is done
	UndoFailed              // Undo failed
)

var states = [...]string{"planned", "running", "failed", "done", "undoing", "undone", "undo failed"}

// String returns the state in words, as in "undo failed".
func (s State) String() string {
	if s < 0 || int(s) >= len(states) {
		return fmt.Sprintf("State(%d)", int(s))
	}
	return states[s]
}

// A Timing tells of one step in one run.
type Timing struct {
	Step  string // its name
	State State
	Took  time.Duration // what Run took, once it has ended
	Undo  time.Duration // what Undo took, once it has ended
	Err   error         // an *Error: why Run or Undo failed
}
