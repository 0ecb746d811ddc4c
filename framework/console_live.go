package framework

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/command"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// live is the far end of a console whose stanzas go to the server, as the application's.
// It is a TrafficWatcher: all that goes over the links is shown.
type live struct {
	*console
	begun chan struct{} // closed when there is a console
}

// consoleWait is how long an answer is waited for.
const consoleWait = 30 * time.Second

// liveConsole prepares the application to be on its server, as run does.
func (a *App) liveConsole(flags map[string]string) (far, error) {
	quieter(flags)
	if _, err := a.load(flags); err != nil {
		return nil, err
	}
	l := &live{begun: make(chan struct{})}
	a.Use(l)
	return l, nil
}

func (l *live) begin(ctx context.Context, c *console) error {
	l.console = c
	c.app.seen(ctx, l)
	close(l.begun)
	return nil
}

func (l *live) defaults() (from, to string) { return "", "" } // which are the link's to know

func (l *live) help() string {
	return `It is sent to the server, as the application's: one without from is from its address.
Shown is all that goes over the link from now on (but for the pings that EMP itself sends
to know that the server is there), the route that takes what comes, and the time until the
server has answered an iq or taken another stanza.`
}

func (l *live) take(ctx context.Context, n element.Node) error {
	ctx, cancel := context.WithTimeoutCause(ctx, consoleWait, errors.New("the time for it is over"))
	defer cancel()
	out, err := outOf(n)
	if err == nil {
		err = l.app.check(ctx, out)
	}
	if err != nil {
		fmt.Fprintln(l, "not sent:", err)
		return nil
	}
	began := time.Now()
	what := "answered"
	if isQuestion(out) {
		_, err = l.app.Ask(ctx, out)
	} else if err = l.app.Send(ctx, out); err == nil {
		what, err = "taken by the server", l.app.awaitTaken(ctx, out)
	}
	took := time.Since(began)
	l.app.seen(ctx, l)
	var refusal stanza.Fault
	if errors.As(err, &refusal) {
		what += " with " + reason(refusal)
	} else if err != nil {
		what = "not " + what + ": " + err.Error()
	}
	fmt.Fprintf(l, "%s after %s\n", what, command.Round(took))
	return nil
}

// Traffic shows what goes over a link.
func (l *live) Traffic(t Traffic) {
	select {
	case <-l.begun:
	default:
		return // what it says of itself when it comes
	}
	switch {
	case t.Kind == LinkUp:
		fmt.Fprintf(l, "the link %s is up\n", t.Link)
	case t.Kind == LinkLost && t.Err != nil:
		fmt.Fprintf(l, "the link %s is lost: %v\n", t.Link, t.Err)
	}
	n := t.Node()
	if t.Early || n.IsZero() || ofOurselves(n) {
		return
	}
	fmt.Fprintf(l, "%s: %s\n", t.Kind, n)
	if s, err := stanza.Of(n); t.Kind == TrafficRead && err == nil && !s.IsAnswer() {
		l.route(&s, l.app.linkAt(t.Link))
	}
}

// ofOurselves reports whether a stanza is a ping to ourselves through the server, or the
// answer. What a client sends has no from.
func ofOurselves(n element.Node) bool {
	from := n.Attr("from")
	return n.Is(element.NSClient, "iq") && strings.HasPrefix(n.Attr("id"), "emp-") && (from == "" || from == n.Attr("to"))
}

// linkAt is the address that routes know a link by.
func (a *App) linkAt(name string) jid.JID {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range a.ends {
		if e.name == name {
			return e.at()
		}
	}
	return jid.JID{}
}

// check returns what the link that a stanza would go over has against it.
func (a *App) check(ctx context.Context, o stanza.Out) error {
	l, err := a.linkFor(ctx, o.From.JID, nil)
	if err == nil {
		err = l.Check(o)
	}
	return err
}

// awaitTaken waits until the server has taken what was sent with o, as far as one can know.
func (a *App) awaitTaken(ctx context.Context, o stanza.Out) error {
	a.mu.Lock()
	e := a.endFor(o.From.JID)
	a.mu.Unlock()
	return e.ring.Barrier(ctx)
}

// seen waits until a watcher has seen all traffic until now.
func (a *App) seen(ctx context.Context, w TrafficWatcher) {
	for _, f := range a.feeds {
		if f.to == w {
			f.settle(ctx)
		}
	}
}
