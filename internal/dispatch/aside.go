package dispatch

import (
	"context"

	"github.com/emp-framework/emp/stanza"
)

// fewAsks is how many questions may be open with no thought of memory. An action that
// waits keeps its goroutine's stack: 16 KiB where that has read or sent something, and
// stacks count twice, for the collector lets the heap grow by their size. Those beyond
// wait with 4: a worker runs the action, another goroutine sends the question, and the
// worker ends with the action. That costs some microseconds each.
const fewAsks = 512

// A Poser is a link that asks in two steps, which together are Ask.
type Poser interface {
	// Pose sends a question.
	Pose(ctx context.Context, question *stanza.Out) (Question, error)
}

// A Question was sent, and its answer must be waited for.
type Question interface {
	Wait() (stanza.Stanza, error)
}

// pose has another goroutine send a question. It is a function of its own for the sake
// of Ask, whose frame stays small so.
func (d *Dispatcher) pose(ctx context.Context, p Poser, question stanza.Out) (q Question, err error) {
	done := make(chan struct{})
	d.lock(func() {
		d.start(&d.deep, func() bool {
			defer close(done)
			q, err = p.Pose(ctx, &question)
			return true
		})
	})
	<-done
	return q, err
}
