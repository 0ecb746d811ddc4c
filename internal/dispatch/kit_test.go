package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A link records what is sent over it.
type link struct {
	mu   sync.Mutex
	sent []stanza.Out
	fail func(stanza.Out) error                                   // what Send says of a stanza
	ask  func(context.Context, stanza.Out) (stanza.Stanza, error) // what Ask does
	pose func() error                                             // its first step, where it is taken by itself
}

// Send takes at once what it takes, so it does not look at the context.
func (l *link) Send(_ context.Context, outs ...stanza.Out) error {
	for _, o := range outs {
		if err := o.Check(); err != nil {
			return err
		}
		if l.fail != nil {
			if err := l.fail(o); err != nil {
				return err
			}
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, outs...)
	return nil
}

func (l *link) Ask(ctx context.Context, q stanza.Out) (stanza.Stanza, error) { return l.ask(ctx, q) }

// Pose makes the link a dispatch.Poser.
func (l *link) Pose(ctx context.Context, q *stanza.Out) (dispatch.Question, error) {
	if l.pose != nil {
		if err := l.pose(); err != nil {
			return nil, err
		}
	}
	return posed{l, ctx, *q}, nil
}

type posed struct {
	l   *link
	ctx context.Context
	q   stanza.Out
}

func (p posed) Wait() (stanza.Stanza, error) { return p.l.ask(p.ctx, p.q) }

// lines says what was sent, each stanza in short: "iq result 1", with the
// condition of an error and its type, the payload's name, or the body.
func (l *link) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var lines []string
	for _, o := range l.sent {
		line := strings.TrimSpace(fmt.Sprintf("%s %s", o.Kind, o.Type))
		if o.Kind == stanza.IQ {
			line += " " + o.ID
		}
		if o.Fault != nil {
			t := o.Fault.Type
			if t == "" {
				t = o.Fault.Condition.Type()
			}
			line += fmt.Sprintf(" %s/%s", string(o.Fault.Condition), t)
			if o.Fault.Text != "" {
				line += fmt.Sprintf(" %q", o.Fault.Text)
			}
		}
		if len(o.Payload) > 0 {
			line += " " + o.Payload[0].Local()
		}
		if o.Body != "" {
			line += fmt.Sprintf(" %q", o.Body)
		}
		lines = append(lines, line)
	}
	return lines
}

// answers counts the iq results and errors for each id.
func (l *link) answers() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := make(map[string]int)
	for _, o := range l.sent {
		if o.Kind == stanza.IQ && (o.Type == stanza.TypeResult || o.Type == stanza.TypeError) {
			n[o.ID]++
		}
	}
	return n
}

func (l *link) want(t *testing.T, want ...string) {
	t.Helper()
	got := strings.Join(l.lines(), "\n\t")
	if w := strings.Join(want, "\n\t"); got != w {
		t.Errorf("sent:\n\t%s\nwant:\n\t%s", got, w)
	}
}

// A kit is a dispatcher with a link and a log.
type kit struct {
	*dispatch.Dispatcher
	link *link
	log  *syncBuilder
	t    testing.TB
}

type syncBuilder struct {
	mu sync.Mutex
	b  strings.Builder
}

func (b *syncBuilder) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuilder) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func table(t testing.TB, routes func(r *router.Router)) *router.Table {
	t.Helper()
	table, err := router.Compile(routes)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func newKit(t testing.TB, o dispatch.Options, routes func(r *router.Router)) *kit {
	t.Helper()
	k := &kit{link: new(link), log: new(syncBuilder), t: t}
	o.Table = table(t, routes)
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(k.log, &slog.HandlerOptions{Level: slog.LevelInfo}))
	}
	k.Dispatcher = dispatch.New(o)
	t.Cleanup(func() { k.Drain(context.Background()) }) // which ends spare workers too: in a bubble they would be leaks
	return k
}

// quiet is a log that nobody reads.
var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// handle gives one stanza to a dispatcher. It returns when it is let in or refused.
func handle(d *dispatch.Dispatcher, via component.Sender, s stanza.Stanza, err error, bytes int) {
	f := serve(d, via)
	f.put(item{s, bytes, err})
	f.end()
}

// handle gives a stanza to the dispatcher as a link does.
func (k *kit) handle(xml string) {
	k.t.Helper()
	s, err := stanza.ParseString(xml)
	handle(k.Dispatcher, k.link, s, err, len(xml))
}

func (k *kit) idle() {
	k.t.Helper()
	if err := k.Idle(context.Background()); err != nil {
		k.t.Fatal(err)
	}
	k.balanced()
}

func (k *kit) balanced() {
	k.t.Helper()
	if s := k.Stats(); !s.Balanced() {
		k.t.Errorf("the books do not balance: %+v", s)
	}
}

func (k *kit) wantLog(parts ...string) {
	k.t.Helper()
	log := k.log.String()
	for _, p := range parts {
		if !strings.Contains(log, p) {
			k.t.Errorf("the log has no %q:\n%s", p, log)
		}
	}
}

func iq(from, id string) string {
	return fmt.Sprintf("<iq type='get' id='%s' from='%s' to='app.x'><q xmlns='urn:q'/></iq>", id, from)
}

func message(from, body string) string {
	return fmt.Sprintf("<message type='chat' id='m' from='%s' to='bot@app.x'><body>%s</body></message>", from, body)
}

// to makes a route table of one action for everything.
func to(a component.Action) func(r *router.Router) {
	return func(r *router.Router) { r.Route("*").To(a).Name("all") }
}

func parse(xml string) (stanza.Stanza, error) { return stanza.ParseString(xml) }

// A stalled link takes nothing until it is closed.
type stalled struct{ closed chan struct{} }

func (l *stalled) Send(ctx context.Context, _ ...stanza.Out) error {
	select {
	case <-l.closed:
		return errors.New("closed")
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l *stalled) Ask(context.Context, stanza.Out) (stanza.Stanza, error) {
	<-l.closed
	return stanza.Stanza{}, errors.New("closed")
}

// received is an address as a link reads it.
func received(s string) (jid.Address, error) { return jid.Received(s) }
