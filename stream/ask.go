package stream

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// nsPing is the namespace of pings (XEP-0199).
const nsPing = "urn:xmpp:ping"

var (
	errSameID   = errors.New("stream: a question with this id to the same address still waits for its answer")
	errQuestion = errors.New("stream: only an iq get or set can be asked")
)

// Ask sends a question and waits for its answer; see [Link].
func (c *conn) Ask(ctx context.Context, q stanza.Out) (stanza.Stanza, error) {
	question, err := c.pose(ctx, &q, nil)
	if err != nil {
		return stanza.Stanza{}, err
	}
	return question.Wait()
}

// Pose is Ask in two steps: it sends the question, whose answer is waited for with
// Question.Wait, until ctx ends. Sending takes a deep stack, which who waits need not
// have then.
func (c *conn) Pose(ctx context.Context, q *stanza.Out) (*Question, error) {
	return c.pose(ctx, q, nil)
}

// PoseKept is Pose for who keeps questions, as all else that is sent, until the server has
// them, and sends them again over the link that goes on with the session. send sends
// one and reports whether it is kept so. Its answer may then come over any link of the
// session: it ends with ErrInterrupted when the session does, and not with the link.
// Where the stream is not managed it is like any other.
func (c *Client) PoseKept(ctx context.Context, q *stanza.Out, send func(ctx context.Context, q stanza.Out) (kept bool, err error)) (*Question, error) {
	return c.pose(ctx, q, send)
}

// pose sends with send, nil for Send.
func (c *conn) pose(ctx context.Context, out *stanza.Out, send func(context.Context, stanza.Out) (bool, error)) (*Question, error) {
	o := *out
	if o.Kind != stanza.IQ || o.Type != stanza.TypeGet && o.Type != stanza.TypeSet {
		return nil, errQuestion
	}
	if c.state.Load() == negotiating {
		return nil, ErrNotReady
	}
	if o.ID == "" {
		o.ID = stanza.NewID()
	}
	whom := o.To.JID
	if whom.IsZero() {
		whom = c.views.From.JID // of a client: its account, which answers for itself
	}
	var over <-chan struct{} // closed with the session, of a question that outlasts the link
	var owner any = c
	if send != nil {
		if over = c.session.lasting(c); over != nil {
			owner = nil
		}
	}
	q := &Question{pending: c.opts.Pending, ctx: ctx, answered: make(chan struct{})}
	var err error
	if q.ask, err = q.pending.add(owner, whom, o.ID, false, q.tell); err != nil {
		return nil, err
	}
	if _, ok := ctx.Deadline(); !ok {
		q.ctx, q.cancel = context.WithTimeout(ctx, c.opts.AskTimeout)
	}
	kept := false
	if send == nil {
		err = c.Send(q.ctx, o)
	} else {
		kept, err = send(q.ctx, o)
	}
	if err != nil {
		q.end()
		return nil, err
	}
	if kept {
		q.over = over
	} else {
		q.pending.give(q.ask, c)
	}
	if c.state.Load() == isDown { // perhaps before the question was in the table
		q.pending.interrupt(c)
	}
	return q, nil
}

// failure returns the error that an answer is, or nil. A copy of the answer would lie on the
// stack of who waits; see Question.
func (a *answer) failure() error {
	if a.err != nil {
		if errors.Is(a.err, ErrInterrupted) {
			return a.err
		}
		return fmt.Errorf("stream: unusable answer: %w", a.err)
	}
	if f, ok := a.stanza.Fault(); ok {
		return f
	}
	return nil
}

// selfResource is that of the address that a component's pings to itself go from and
// to, and the beginning of the ids of all pings to ourselves: new for each process, so
// that another connection of the same name has its own.
var selfResource = "emp-" + stanza.NewID()

// isEcho reports whether s, an iq, is a ping of ours that has come back.
func isEcho(s *stanza.Stanza) bool {
	return s.Type == stanza.TypeGet && s.From.JID == s.To.JID &&
		(s.From.JID.Resource() == selfResource || strings.HasPrefix(s.ID, selfResource))
}

// SelfTest sends a ping from an address of ours to itself and waits until the
// server has relayed it back, which shows that stanzas find their way to us. A
// component's address for it is at a resource of its own, a client's its full JID.
// No server of the field has a better word for "are you there" that a
// component may use everywhere. The error is ErrDeaf if nothing came back
// before the deadline of ctx; without one, in Options.AskTimeout.
func (c *conn) SelfTest(ctx context.Context) error {
	timeout := c.opts.AskTimeout
	if deadline, ok := ctx.Deadline(); ok {
		timeout = time.Until(deadline)
	}
	back := make(chan error, 1)
	drop := c.echo(timeout, func(err error) { back <- err })
	select {
	case err := <-back:
		return err
	case <-ctx.Done():
	}
	if !drop() {
		return <-back
	}
	if err := context.Cause(ctx); !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stream: no answer to a ping to ourselves: %w", err)
	}
	return errDeaf
}

var errDeaf = fmt.Errorf("%w: a ping to ourselves did not come back: %w", ErrDeaf, context.DeadlineExceeded)

// Echo begins a SelfTest, and does not wait, not even for room in the queue of what goes
// out: where that is full the ping goes beyond its bound. done is called once, perhaps before Echo returns, by the
// goroutine that reads or another one that cannot wait for it: it must return at once.
func (c *conn) Echo(timeout time.Duration, done func(error)) { c.echo(timeout, done) }

// echo is Echo. drop has done not be called, and reports whether it is not.
func (c *conn) echo(timeout time.Duration, done func(error)) (drop func() bool) {
	none := func() bool { return false }
	if c.state.Load() == negotiating {
		done(ErrNotReady)
		return none
	}
	self, err := c.role.echo()
	if err != nil {
		done(fmt.Errorf("stream: %w", err))
		return none
	}
	ping := stanza.NewIQ(stanza.TypeGet, self, element.New(nsPing, "ping"))
	ping.From, ping.ID = self.Address(), selfResource+stanza.NewID()
	p := c.opts.Pending
	var a *ask
	timer := time.AfterFunc(math.MaxInt64, func() {
		if p.drop(a) {
			done(errDeaf)
		}
	})
	a, err = p.add(c, self, ping.ID, true, func(x answer) {
		timer.Stop()
		err := x.failure()
		var fault stanza.Fault
		if errors.As(err, &fault) { // even a refusal came through the server's router
			err = nil
		}
		done(err)
	})
	if err != nil {
		timer.Stop()
		done(err)
		return none
	}
	timer.Reset(timeout)
	drop = func() bool {
		timer.Stop()
		return p.drop(a)
	}
	w, err := c.out.enter()
	if err == nil {
		err = c.queue(w, nil, ping)
	}
	if err != nil && drop() {
		done(err)
		return none
	}
	if c.state.Load() == isDown { // perhaps before the question was in the table
		p.interrupt(c)
	}
	return drop
}
