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
	return c.ask(ctx, q, nil)
}

// AskKept is Ask for who keeps questions, as all else that is sent, until the server has
// them, and sends them again over the link that goes on with the session. send sends
// one and reports whether it is kept so. Its answer may then come over any link of the
// session: it ends with ErrInterrupted when the session does, and not with the link.
// Where the stream is not managed it is like any other.
func (c *Client) AskKept(ctx context.Context, q stanza.Out, send func(ctx context.Context, q stanza.Out) (kept bool, err error)) (stanza.Stanza, error) {
	return c.ask(ctx, q, send)
}

// ask sends with send, nil for Send.
func (c *conn) ask(ctx context.Context, q stanza.Out, send func(context.Context, stanza.Out) (bool, error)) (stanza.Stanza, error) {
	if q.Kind != stanza.IQ || q.Type != stanza.TypeGet && q.Type != stanza.TypeSet {
		return stanza.Stanza{}, errQuestion
	}
	if c.state.Load() == negotiating {
		return stanza.Stanza{}, ErrNotReady
	}
	if q.ID == "" {
		q.ID = stanza.NewID()
	}
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, c.opts.AskTimeout)
		defer cancel()
	}
	whom := q.To.JID
	if whom.IsZero() {
		whom = c.defaults.From.JID // of a client: its account, which answers for itself
	}
	var over <-chan struct{} // closed with the session, of a question that outlasts the link
	var owner any = c
	if send != nil {
		if over = c.session.lasting(c); over != nil {
			owner = nil
		}
	}
	answers := make(chan answer, 1)
	a, err := c.opts.Pending.add(owner, whom, q.ID, false, func(x answer) { answers <- x })
	if err != nil {
		return stanza.Stanza{}, err
	}
	defer c.opts.Pending.drop(a)
	kept := false
	if send == nil {
		err = c.Send(ctx, q)
	} else {
		kept, err = send(ctx, q)
	}
	if err != nil {
		return stanza.Stanza{}, err
	}
	if !kept {
		over = nil
		c.opts.Pending.give(a, c)
	}
	if c.state.Load() == isDown { // perhaps before the question was in the table
		c.opts.Pending.interrupt(c)
	}
	select {
	case got := <-answers:
		return got.stanza, got.failure()
	case <-over:
		select {
		case got := <-answers: // in the same moment
			return got.stanza, got.failure()
		default:
			return stanza.Stanza{}, ErrInterrupted
		}
	case <-ctx.Done():
		return stanza.Stanza{}, fmt.Errorf("stream: no answer from %s: %w", whom, context.Cause(ctx))
	}
}

// failure returns the error that an answer is, or nil.
func (a answer) failure() error {
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

// isEcho reports whether s is a ping of ours that has come back.
func isEcho(s *stanza.Stanza) bool {
	return s.Kind == stanza.IQ && s.Type == stanza.TypeGet && s.From.JID == s.To.JID &&
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
