package framework

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/supervise"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// linkList is how a link comes up, each time it does, and, read backwards, what
// happens when it is gone.
func (l *liveLink) list() *boot.Sequence {
	list := boot.New(
		boot.Step{Name: "connect", Run: l.Connect, Undo: l.abort, Timeout: 30 * time.Second},
		boot.Step{Name: "stream", Run: l.Open, Timeout: 10 * time.Second},
		boot.Step{Name: "authenticate", Run: l.Authenticate, Undo: l.endStream, Timeout: 10 * time.Second},
		boot.Step{Name: "receive", Run: l.receive},
		boot.Step{Name: "resend", Run: l.resend, Timeout: forever}, // which the link's own limits bound
		boot.Step{Name: "presence", Run: l.announce},
		boot.Step{Name: "self-test", Run: l.selfTest, Timeout: 10 * time.Second},
	)
	if c := l.client; c != nil {
		list.After("stream", boot.Step{Name: "encrypt", Run: c.Encrypt, Timeout: 10 * time.Second})
		list.After("authenticate", boot.Step{Name: "resume", Run: l.resume, Timeout: 10 * time.Second})
		list.After("resume", boot.Step{Name: "bind", Run: c.Bind, Timeout: 10 * time.Second})
		list.After("receive", boot.Step{Name: "manage", Run: c.Enable, Timeout: 10 * time.Second})
	}
	if l.app.BootLink != nil {
		l.app.BootLink(list)
	}
	l.app.timings.observe(l.name, list)
	return list
}

// A liveLink is a link from its first step to its end.
type liveLink struct {
	*endpoint
	wire
	client  *stream.Client // the wire, if it is one
	resumed bool           // it goes on with a session, a link of which was up (XEP-0198)
	reading bool           // receive has begun
	resent  bool           // resend was run
	read    chan struct{}  // closed when all that came has been handed on
}

// serve is the life of one link.
func (e *endpoint) serve(ctx context.Context, up func()) (err error) {
	defer func() { err = e.sent.heed(err) }()
	defer func() { e.lost(err) }()
	l, err := e.newLink()
	if err != nil {
		return err
	}
	defer e.counting(l)()
	list := l.list()
	if err := list.Err(); err != nil {
		return &startError{err}
	}
	defer l.awaitReader(ctx)
	run, err := list.Run(ctx)
	if err != nil {
		return l.why(err)
	}
	defer run.Undo(context.Background())
	if !l.resent { // BootLink has taken the step out, and what is kept would be so for ever
		if err := l.resend(ctx); err != nil {
			return l.why(err)
		}
	}
	up()
	e.sent.arrived()
	e.app.linkUp(ctx, l, run)
	defer e.app.linkDown(l)
	select {
	case <-l.Down():
		return taken(l.Err())
	case <-ctx.Done():
		return l.closeOrderly()
	}
}

// lost takes note that a link is gone, for the reason err, or, with nil, as it was to.
func (e *endpoint) lost(err error) {
	if err != nil {
		e.tally.lost.Add(1)
	}
	e.show(Traffic{Kind: LinkLost, Err: err})
}

// closeOrderly ends the stream as RFC 6120 section 4.4 has it. What the server
// still sends meanwhile is read.
func (l *liveLink) closeOrderly() error {
	ctx, cancel := context.WithTimeout(l.app.leaving(), closeTime)
	defer cancel()
	return l.Close(ctx)
}

// endStream is for a link that was not up yet when the application stopped: from
// the handshake on a stream is to be ended. One that failed is only cut.
func (l *liveLink) endStream(context.Context) error {
	if closed(l.app.links.Ended()) {
		return l.closeOrderly()
	}
	return nil
}

// closeTime is how long the server has for its closing tag.
const closeTime = 5 * time.Second

// why returns why a step failed: the end of the link if there was one, since
// all else is its consequence.
func (l *liveLink) why(err error) error {
	var step *boot.Error
	if errors.As(err, &step) {
		err = step.Err
		if errors.Is(err, context.DeadlineExceeded) {
			err = &silence{step.Step, step.Took, err}
		}
	}
	if end := l.Err(); end != nil && !errors.Is(end, stream.ErrClosed) && !errors.Is(end, context.DeadlineExceeded) {
		err = end
	}
	if step != nil && step.Step == "stream" && errors.Is(err, stream.ErrCut) {
		err = &hungUp{err}
	}
	return err
}

func (l *liveLink) abort(context.Context) error {
	l.Abort()
	return nil
}

// receive starts to read stanzas. From here on they are answered.
func (l *liveLink) receive(context.Context) error {
	l.reading = true
	l.app.reading.Add(1)
	l.app.work.Serve(l, &source{liveLink: l}, func() {
		close(l.read)
		l.app.reading.Done()
	})
	return nil
}

// A source is a link as the dispatcher reads from it.
type source struct {
	*liveLink
	batch []stream.Received
}

func (s *source) Read() (int, error) {
	clear(s.batch) // it is not ours to keep alive
	var err error
	s.batch, err = s.wire.Read(s.batch[:0])
	return len(s.batch), err
}

func (s *source) At(i int) (*stanza.Stanza, int, error) {
	r := &s.batch[i]
	s.presence.heard(&r.Stanza)
	return &r.Stanza, r.Bytes, r.Err
}

// Reuse is for dispatch.Source.
func (s *source) Reuse(of *stanza.Stanza) { s.wire.Reuse(of) }

// awaitReader waits until what came over a link that is gone has been handed on:
// while there is no room for it there is none for what the next link brings, and
// what came first is to be first. No action can wait for longer, unless it waits
// for the next link.
func (l *liveLink) awaitReader(ctx context.Context) {
	if !l.reading {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, l.app.conf.Timeout)
	defer cancel()
	select {
	case <-l.read:
	case <-ctx.Done():
	}
}

// announce sends the presence again that went out over the link before, unless the
// server has it. A client has some in any case, or nothing would come to it (RFC 6121
// section 4.2).
func (l *liveLink) announce(ctx context.Context) error {
	if l.resumed {
		return nil
	}
	if l.client != nil && !l.presence.broadcast() {
		forAll := []stanza.Out{{Kind: stanza.Presence, Priority: l.priority}}
		l.presence.note(forAll)
		if !l.presence.broadcast() { // there is no room to remember it
			if err := l.say(ctx, forAll...); err != nil {
				return err
			}
		}
	}
	return l.presence.repeat(ctx, l.say)
}

// At is the address that routes look at; see dispatch.Placed.
func (l *liveLink) At() jid.JID { return l.at() }

// selfTest shows that stanzas find their way through the server to us.
func (l *liveLink) selfTest(ctx context.Context) error {
	if l.conf.SelfTest == Off || l.resumed { // which shows no less
		return nil
	}
	return l.roundTrip(ctx, l.SelfTest)
}

// roundTrip asks the server for something, with the dispatcher knowing that the answer
// may lie behind much else: it then has what comes read in any case.
func (l *liveLink) roundTrip(ctx context.Context, ask func(context.Context) error) error {
	_, err := l.app.work.Sender(roundTripper{l, ask}).Ask(ctx, stanza.Out{})
	return err
}

// A roundTripper asks nothing but its question.
type roundTripper struct {
	*liveLink
	ask func(context.Context) error
}

func (t roundTripper) Ask(ctx context.Context, _ stanza.Out) (stanza.Stanza, error) {
	return stanza.Stanza{}, t.ask(ctx)
}

// Send is that of the ring, over this link or a later one, and notes what presence
// went out.
func (l *liveLink) Send(ctx context.Context, outs ...stanza.Out) error {
	if l.client != nil {
		var err error
		if outs, err = l.ranked(outs); err != nil {
			return err
		}
		outs = l.unsigned(outs)
	}
	if !anyPresence(outs) {
		return l.ring.Send(ctx, kept{l}, outs...)
	}
	return l.presence.send(outs, func() error { return l.ring.Send(ctx, kept{l}, l.announced(outs)...) })
}

// linkUp makes the link the one that its endpoint sends on.
func (a *App) linkUp(ctx context.Context, l *liveLink, run *boot.Run) {
	up := "link up" + l.outage.over()
	if l.resumed {
		up += ", session resumed"
	}
	a.log.Info(up, "link", l.name, "server", l.reached().where(), "took", total(run).Round(time.Millisecond))
	l.tally.ups.Add(1)
	a.setLive(l.endpoint, l)
	l.show(Traffic{Kind: LinkUp}) // from here on it is the one that all is sent over
	l.present = true
	whileUp, cancel := l.whileUp(ctx)
	a.watch("came up", func(w component.LinkWatcher) error { return w.LinkUp(whileUp, a.work.Sender(l)) })
	cancel()
	a.mu.Lock()
	defer a.mu.Unlock()
	l.cameUp = true
	if !closed(a.up) && !slices.ContainsFunc(a.ends, func(e *endpoint) bool { return !e.cameUp }) {
		close(a.up)
	}
}

// whileUp returns a context that ends when the link is down too: what waits for an
// answer that only the next link can bring would keep that from being made.
func (l *liveLink) whileUp(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-l.Down():
			cancel(l.Err())
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil) }
}

func (a *App) linkDown(l *liveLink) {
	a.setLive(l.endpoint, nil)
	a.watch("went down", func(w component.LinkWatcher) error { w.LinkDown(); return nil })
}

// An outage is the time that a link is down for. It belongs to the goroutine
// that supervises the link.
type outage struct {
	failures int
	since    time.Time
	again    bool // it was up before
}

// failed notes a failure, which another attempt will follow.
func (o *outage) failed(f supervise.Failure) {
	if o.failures == 0 {
		o.since = f.Since
	}
	o.failures++
}

// over notes that the link is up, and returns what there is to say of the time
// that it was not: " again after 12s, 3 attempts".
func (o *outage) over() string {
	was := *o
	*o = outage{again: true}
	if was.failures == 0 {
		return ""
	}
	attempts, again := was.failures, " again"
	if !was.again {
		attempts, again = was.failures+1, "" // the first was not for a failure
	}
	plural := "s"
	if attempts == 1 {
		plural = ""
	}
	return fmt.Sprintf("%s after %s, %d attempt%s", again, round(time.Since(was.since)), attempts, plural)
}

// goodLink is how long a link must have been up for the pauses to begin anew
// with its end. It has passed the self-test by then, so more than a moment says
// nothing further about the server.
const goodLink = 5 * time.Second

// policy says how a link that failed is tried again.
func (e *endpoint) policy() supervise.Policy {
	return supervise.Policy{
		Base:     e.conf.ReconnectMin,
		Reset:    goodLink,
		Cap:      e.conf.ReconnectMax,
		Floor:    leastWait,
		Fatal:    e.giveUp,
		Announce: e.announceFailure,
	}
}

// giveUp says which errors end an application whose link was never up, and tells
// it.
func (e *endpoint) giveUp(err error) bool {
	var mistake *startError
	switch {
	case errors.As(err, &mistake):
		err = mistake
	case stream.Misconfigured(err):
		err = &fatalError{explain(e.reached(), err), err}
	default:
		return false
	}
	e.app.hopeless.Store(true)
	select {
	case e.app.fatal <- err:
	default: // another link has ended the application
	}
	return true
}

// A replaced is the conflict that ends a link which was up: another connection
// took its name.
type replaced struct{ error }

func (r *replaced) Unwrap() error { return r.error }

// taken marks the conflict that ended a link which was up.
func taken(err error) error {
	if errors.Is(err, stream.Conflict) {
		return &replaced{err}
	}
	return err
}

// leastWait is how long to wait at least before a link is tried again.
func leastWait(err error) time.Duration {
	var r *replaced
	switch {
	case stream.Misconfigured(err):
		return time.Minute
	case errors.As(err, &r), // or two instances would take it from each other for ever
		errors.Is(err, stream.ErrBind): // a resource that another has, or one too many
		return 30 * time.Second
	}
	return 0
}
