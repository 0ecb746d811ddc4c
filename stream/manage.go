package stream

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/sm"
	"github.com/emp-framework/emp/jid"
)

var errNotManaged = errors.New("stream: the server does not manage the stream")

// A Resumption is what became of the session of a link before.
type Resumption struct {
	// Resumed: the link goes on with it. It is bound and ready for use, and for
	// everybody else nothing has happened: presence, roster and all is as it was.
	Resumed bool
	// Lost: there was one, and the server does not resume it.
	Lost bool
	// Known: the server has said how many stanzas of the session it has handled:
	// those up to the number Handled. What was sent behind them it never got.
	// Without, the fate of all that it had not confirmed is unknown.
	Known   bool
	Handled uint64
}

// Resume asks the server to go on with the session of the link before, if
// Options.Session has one (XEP-0198 section 5). It comes behind Authenticate and before
// Bind, which then has nothing to do if the session was resumed. That the server does
// not resume it is no error.
func (c *Client) Resume(ctx context.Context) (Resumption, error) {
	if err := c.at(authenticated, "Resume"); err != nil {
		return Resumption{}, err
	}
	if c.session == nil {
		return Resumption{}, nil
	}
	id, handled := c.session.take(&c.conn)
	switch {
	case id == "":
		return Resumption{}, nil
	case !c.Offers(sm.NS):
		c.session.end(&c.conn)
		return Resumption{Lost: true}, nil
	}
	ctx, cancel := limited(ctx)
	defer cancel()
	var w element.Writer
	w.Start(sm.NS, "resume")
	w.Attr("previd", id)
	w.Attr("h", count(handled))
	w.End()
	if err := c.say(ctx, string(w.Bytes())); err != nil {
		return Resumption{}, err
	}
	ev, err := c.next(ctx)
	if err != nil {
		return Resumption{}, err
	}
	switch n := ev.Node; {
	case n.Is(sm.NS, "failed"):
		r := Resumption{Lost: true}
		if h, err := sm.ParseCount(n.Attr("h")); err == nil {
			r.Handled, r.Known = c.session.settled(h)
		}
		c.session.end(&c.conn)
		return r, nil
	case !n.Is(sm.NS, "resumed"):
		return Resumption{}, c.refuse(broken(UnsupportedStanzaType, "<%s> in answer to <resume/>", n.Local()))
	case n.Attr("previd") != id:
		return Resumption{}, c.refuse(c.unmanage(broken(UndefinedCondition, "the server resumed another session, %q", n.Attr("previd"))))
	default:
		return c.goOn(n)
	}
}

// goOn makes c ready for use with the session that the server has resumed.
func (c *Client) goOn(n element.Node) (Resumption, error) {
	h, err := sm.ParseCount(n.Attr("h"))
	var local jid.JID
	var handled uint64
	if err == nil {
		local, handled, err = c.session.resumed(h)
	}
	if err != nil {
		return Resumption{}, c.refuse(c.unmanage(err))
	}
	if err := c.settle(resumed, local); err != nil {
		return Resumption{}, err
	}
	return Resumption{Resumed: true, Known: true, Handled: handled}, nil
}

// Enable has the server manage the stream, and offer to resume it, if Options.Session
// asks for that and the server offers it (XEP-0198 section 3). It comes behind Bind, and
// somebody must Read. That the server does not do it after all is no error: Managed
// tells.
func (c *Client) Enable(ctx context.Context) error {
	if c.session == nil || !c.Offers(sm.NS) || c.Managed() {
		return nil
	}
	ctx, cancel := limited(ctx)
	defer cancel()
	w, err := c.out.begin(ctx)
	if err != nil {
		return err
	}
	if c.enabling { // which is for once (XEP-0198 section 3)
		c.out.cancel()
	} else {
		c.enabling = true
		mark := w.Len()
		c.word(w, "enable", "resume", "true")
		c.session.begin(&c.conn)
		c.out.commit(mark, nil)
	}
	select {
	case <-c.enabled:
		return nil
	case <-c.down:
		select {
		case <-c.enabled:
			return nil
		default:
			return c.downErr
		}
	case <-ctx.Done():
		return c.ended(ctx, context.Cause(ctx))
	}
}

// Managed reports whether the server manages the stream: it confirms what it has
// handled, and so do we.
func (c *Client) Managed() bool {
	on, _ := c.session.isOn(&c.conn)
	return on
}

// AwaitAck asks the server how much it has handled, and waits until that is all that
// was sent before. Somebody must Read. The error is ctx's, why the link ended, or says
// that the stream is not managed. When ctx ends and the server has answered none of these
// questions for Options.PingTimeout, the link ends, too, and the session with it.
func (c *Client) AwaitAck(ctx context.Context) error {
	var target uint64
	for first := true; ; first = false {
		done, changed, err := c.session.await(&c.conn, &target)
		switch {
		case err != nil:
			return c.orClosed(err)
		case done:
			return nil
		case first:
			c.out.nudge()
		}
		select {
		case <-changed:
		case <-c.down:
			return c.downErr
		case <-ctx.Done():
			c.deaf()
			return context.Cause(ctx)
		}
	}
}

// deaf ends the link to a server that talks and does not listen: it may take all that
// comes for the rest of a stanza that was cut off on the link before.
func (c *conn) deaf() {
	asked := c.session.unanswered(c)
	if asked < c.opts.PingTimeout || !c.Listening() {
		return
	}
	e := broken(ConnectionTimeout, "the server has not said for %v what it has handled", asked.Round(time.Second))
	c.session.end(c) // or the next link would have the same parser
	c.finish(e.tag()+endTag, e)
	c.net.Close()
}

// words puts into w what is due to be said beside stanzas.
func (c *conn) words(w *element.Writer) {
	answer, handled, ask := c.session.due(c)
	if answer {
		c.word(w, "a", "h", count(handled))
	}
	if ask {
		c.word(w, "r")
	}
}

// word puts an element of stream management into w, with an attribute or none.
func (c *conn) word(w *element.Writer, name string, attr ...string) {
	mark := w.Len()
	w.Start(sm.NS, name)
	if len(attr) > 0 {
		w.Attr(attr[0], attr[1])
	}
	w.End()
	if c.opts.Tap != nil {
		c.tapSent(w.Bytes(), mark, []int{w.Len()})
	}
}

// count is how a count is written.
func count(n uint32) string { return strconv.FormatUint(uint64(n), 10) }

// manage takes what the server says about the management of the stream. Some say such
// things also to whom never asked for it: to a link without a session that is nothing.
func (c *conn) manage(n element.Node) error {
	on, awaited := c.session.isOn(c)
	switch name := n.Local(); {
	case awaited && (name == "enabled" || name == "failed"):
		if name == "enabled" {
			c.session.agreed(n, c.role.Local(), c.direct)
		} else {
			c.session.end(c)
		}
		close(c.enabled)
	case !on:
	case name == "r":
		c.session.asked()
		c.out.nudge()
	case name == "a":
		h, err := sm.ParseCount(n.Attr("h"))
		if err == nil {
			err = c.session.acked(h)
		}
		return c.unmanage(err)
	case name == "resumed":
		return c.unmanage(broken(UndefinedCondition, "the server resumes a session that is going on"))
	}
	return nil
}

// unmanage ends the session because of err, if that is not nil, and returns it as the
// stream error that it is to end the link with: where the counts are wrong nothing can
// be built on them.
func (c *conn) unmanage(err error) error {
	if err == nil {
		return nil
	}
	c.session.end(c)
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	e = &Error{Condition: UndefinedCondition, Cause: err}
	var high sm.TooHigh
	if errors.As(err, &high) {
		e.App = element.New(sm.NS, "handled-count-too-high").
			Attr("h", count(high.H)).
			Attr("send-count", count(high.Sent)).Node()
	}
	return e
}
