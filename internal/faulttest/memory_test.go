package faulttest

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/pipe"
)

// header is a server's part of the start of a stream.
const header = "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='comp.localhost' id='abc'>"

// A memory is a network without wires: a test plays the server at its end.
type memory chan *pipe.Conn

func (m memory) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, its := pipe.New()
	select {
	case m <- its:
		return ours, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// app returns an application on this network that does not test its link.
func (m memory) app(change func(*framework.App)) *framework.App {
	a := &framework.App{
		Config: framework.Config{
			JID: "comp.localhost", Secret: framework.NewSecret("s"),
			SelfTest: framework.Off, PingInterval: time.Hour, ReconnectMax: time.Second,
		},
		Dial: m.dial,
	}
	change(a)
	return a
}

// A peer is a server's end of a stream.
type peer struct {
	*pipe.Conn
	t testing.TB
	p *element.Parser
}

// accept plays the server until the handshake is through.
func (m memory) accept(t testing.TB) *peer {
	t.Helper()
	c := &peer{<-m, t, element.NewParser()}
	t.Cleanup(func() { c.Close() })
	c.expect("stream")
	c.say(header)
	c.expect("handshake")
	c.say("<handshake/>")
	return c
}

func (c *peer) say(format string, args ...any) {
	c.t.Helper()
	if _, err := fmt.Fprintf(c, format, args...); err != nil {
		c.t.Errorf("the server cannot say %.100q: %v", format, err)
	}
}

func (c *peer) expect(local string) element.Node {
	c.t.Helper()
	ev, err := c.p.Read(c)
	if err != nil || ev.Node.Local() != local {
		c.t.Fatalf("got %v, %v, want <%s>", ev.Node, err, local)
	}
	return ev.Node
}

// A hearing is what a peer hears, in the background.
type hearing struct {
	mu      sync.Mutex
	answers map[string]tally // of each id, by what they are: "result", or the error's condition and type
	order   []string         // the ids
	done    chan struct{}
}

// hear hears what comes until the stream ends.
func (c *peer) hear() *hearing {
	h := &hearing{answers: make(map[string]tally), done: make(chan struct{})}
	go func() {
		defer close(h.done)
		for {
			ev, err := c.p.Read(c)
			if err != nil || ev.Kind == element.EventClose {
				io.Copy(io.Discard, c)
				return
			}
			h.note(ev.Node)
		}
	}()
	return h
}

func (h *hearing) note(n element.Node) {
	what := n.Attr("type")
	if e := n.Child(element.NSClient, "error"); !e.IsZero() {
		what = e.FirstElement().Local() + "/" + e.Attr("type")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	id := n.Attr("id")
	if h.answers[id] == nil {
		h.answers[id] = make(tally)
	}
	h.answers[id][what]++
	h.order = append(h.order, id)
}

// once counts the answers by what they are, and fails if there are not so many
// requests answered, each once.
func (h *hearing) once(t testing.TB, requests int) tally {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.answers) != requests {
		t.Errorf("%d of %d requests were answered", len(h.answers), requests)
	}
	all := make(tally)
	for id, c := range h.answers {
		n := 0
		for what, k := range c {
			all[what] += k
			n += k
		}
		if n != 1 {
			t.Errorf("request %s got %v", id, c)
		}
	}
	return all
}

func iq(from, id, what string) string {
	return fmt.Sprintf("<iq type='get' id='%s' from='%s@localhost/r' to='comp.localhost'><%s xmlns='urn:q'/></iq>", id, from, what)
}

func message(from, id, body string) string {
	return fmt.Sprintf("<message type='chat' id='%s' from='%s@localhost/r' to='comp.localhost'><body>%s</body></message>", id, from, body)
}

func body(n element.Node) string { return n.Child(element.NSClient, "body").Text() }
