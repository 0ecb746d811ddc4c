package stream

import (
	"context"
	"fmt"

	"github.com/emp-framework/emp/stanza"
)

// A Question was sent by Pose. Who has it must wait for its answer, once.
type Question struct {
	pending *Pending
	ask     *ask
	ctx     context.Context
	cancel  context.CancelFunc // of ctx; nil: it is not ours
	over    <-chan struct{}    // closed with the session that it ends with; nil: none

	answered chan struct{} // closed when got is there
	got      answer
}

func (q *Question) tell(a answer) {
	q.got = a
	close(q.answered)
}

// Wait waits for the answer and returns it; see Link.Ask. Its frame is small, and so are
// those of what it calls while it waits: ten thousand open questions are mostly stacks.
func (q *Question) Wait() (stanza.Stanza, error) {
	defer q.end()
	if err := q.wait(); err != nil {
		return stanza.Stanza{}, err
	}
	return q.got.stanza, q.got.failure()
}

func (q *Question) wait() error {
	select {
	case <-q.answered:
	case <-q.over:
		select {
		case <-q.answered: // in the same moment
		default:
			return ErrInterrupted
		}
	case <-q.ctx.Done():
		return q.late()
	}
	return nil
}

func (q *Question) late() error {
	return fmt.Errorf("stream: no answer from %s: %w", q.ask.key.from, context.Cause(q.ctx))
}

// end forgets the question.
func (q *Question) end() {
	q.pending.drop(q.ask)
	if q.cancel != nil {
		q.cancel()
	}
}
