//go:build linux

package xmpptest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/emp-framework/emp/element"
)

// A Client is a user logged in with slixmpp, until its test ends. It is
// available, with an empty presence. It answers nothing by itself.
type Client struct {
	JID string // as the server bound it, with a resource

	t       testing.TB
	dir     string
	process *process
	stdin   io.WriteCloser
	inbox   chan element.Node // stanzas not looked at yet; closed at the end of the stream
	reason  string            // why the stream ended; set before inbox is closed
	kept    []element.Node    // stanzas that Ask came across
}

const (
	loginLimit = time.Minute
	inboxSize  = 1024 // beyond it the client reads no more from the server
)

// Login logs a user of the server's in: "alice", or "alice/desk" to choose the
// resource. It returns when the user is available.
func Login(t testing.TB, s *Server, user string) *Client {
	t.Helper()
	return login(t, s, user, slixmpp{})
}

// LoginXMPPJS is Login with @xmpp/client in place of slixmpp. It answers iqs that ask
// it for something, with service-unavailable.
func LoginXMPPJS(t testing.TB, s *Server, user string) *Client {
	t.Helper()
	return login(t, s, user, xmppJS{})
}

func login(t testing.TB, s *Server, user string, lib library) *Client {
	t.Helper()
	lib.need(t)
	c := &Client{t: t, dir: t.TempDir(), inbox: make(chan element.Node, inboxSize)}
	ready := c.start(s, jidOf(user), lib)
	limit := time.NewTimer(loginLimit)
	defer limit.Stop()
	select {
	case jid, ok := <-ready:
		if !ok {
			t.Fatalf("xmpptest: login as %s: %s", user, c.reason)
		}
		c.JID = jid
	case <-limit.C:
		t.Fatalf("xmpptest: login as %s: not done after %v", user, loginLimit)
	}
	return c
}

func jidOf(user string) string {
	local, resource, ok := strings.Cut(user, "/")
	if !ok {
		return local + "@" + Domain
	}
	return local + "@" + Domain + "/" + resource
}

// start runs the client's process, and a goroutine that reads its events. The
// channel gives the JID, or is closed without at the end of the stream.
func (c *Client) start(s *Server, jid string, lib library) <-chan string {
	c.t.Helper()
	check := func(err error) {
		c.t.Helper()
		if err != nil {
			c.t.Fatalf("xmpptest: client: %v", err)
		}
	}
	stderr, err := os.Create(c.stderrFile())
	check(err)
	defer stderr.Close()
	events, stdout, err := os.Pipe()
	check(err)
	defer stdout.Close()
	host, port, err := net.SplitHostPort(s.ClientAddr)
	check(err)

	args, ca := []string{host, port, jid, Password}, ""
	if s.LoginTLS {
		ca = s.CAFile
		args = append(args, ca)
	}
	cmd, err := lib.command(c.dir, ca, args)
	check(err)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.dir, stdout, stderr
	c.stdin, err = cmd.StdinPipe()
	check(err)
	c.process, err = startProcess(cmd)
	check(err)

	ready, read, ended := make(chan string, 1), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(read)
		defer events.Close()
		c.read(events, ready, ended)
	}()
	c.t.Cleanup(func() {
		close(ended)
		c.process.kill()
		<-read
		if b, err := os.ReadFile(c.stderrFile()); err == nil && c.t.Failed() {
			c.t.Logf("%s's standard error:\n%s", jid, tail(string(b)))
		}
	})
	return ready
}

func (c *Client) stderrFile() string { return filepath.Join(c.dir, "stderr") }

// read takes the client's events until its process ends or ended is closed.
func (c *Client) read(events io.Reader, ready chan<- string, ended <-chan struct{}) {
	defer close(c.inbox)
	defer close(ready)
	c.reason = "the client's process ended"
	for decoder := json.NewDecoder(events); ; {
		var event struct{ Ready, Stanza, Closed string }
		if err := decoder.Decode(&event); err != nil {
			if !errors.Is(err, io.EOF) {
				c.t.Errorf("xmpptest: client: %v", err)
			}
			return
		}
		switch {
		case event.Ready != "":
			ready <- event.Ready
		case event.Closed != "":
			c.reason = event.Closed
		default:
			node, err := element.ParseString(event.Stanza)
			if err != nil {
				c.t.Errorf("xmpptest: client received %.1000q: %v", event.Stanza, err)
				continue
			}
			select {
			case c.inbox <- node:
			case <-ended:
				return
			}
		}
	}
}

// Send sends XML as it is: a stanza, several, or what a test thinks up.
func (c *Client) Send(xml string) {
	c.t.Helper()
	if !utf8.ValidString(xml) {
		c.t.Fatal("xmpptest: Client.Send: not UTF-8")
	}
	c.command(map[string]any{"send": xml})
}

func (c *Client) command(v any) {
	c.t.Helper()
	line, err := json.Marshal(v)
	if err != nil {
		c.t.Fatal(err)
	}
	if _, err := c.stdin.Write(append(line, '\n')); err != nil {
		c.t.Fatalf("xmpptest: %s: %v", c.JID, err)
	}
}

// Receive returns the next stanza, in the order in which they came. It fails
// the test when ctx is done or the stream ends before.
func (c *Client) Receive(ctx context.Context) element.Node {
	c.t.Helper()
	if len(c.kept) > 0 {
		node := c.kept[0]
		c.kept = c.kept[1:]
		return node
	}
	return c.next(ctx, "a stanza")
}

func (c *Client) next(ctx context.Context, what string) element.Node {
	c.t.Helper()
	select {
	case node, ok := <-c.inbox:
		if !ok {
			c.t.Fatalf("xmpptest: %s waits for %s: stream ended: %s", c.JID, what, c.reason)
		}
		return node
	case <-ctx.Done():
		c.t.Fatalf("xmpptest: %s waits for %s: %v", c.JID, what, context.Cause(ctx))
		return element.Node{}
	}
}

// Received returns the stanzas that have come and were not looked at yet,
// without waiting for more.
func (c *Client) Received() []element.Node {
	nodes := c.kept
	c.kept = nil
	for {
		select {
		case node, ok := <-c.inbox:
			if !ok {
				return nodes
			}
			nodes = append(nodes, node)
		default:
			return nodes
		}
	}
}

// Ask sends an IQ, which needs an id, and returns its result or error. Stanzas
// that come before it are kept for Receive. It fails the test when ctx is done
// or the stream ends before.
func (c *Client) Ask(ctx context.Context, iq string) element.Node {
	c.t.Helper()
	node, err := element.ParseIn(element.NSClient, []byte(iq))
	if err != nil {
		c.t.Fatalf("xmpptest: Client.Ask: %v", err)
	}
	id := node.Attr("id")
	if !node.Is(element.NSClient, "iq") || id == "" {
		c.t.Fatalf("xmpptest: Client.Ask: not an IQ with an id: %s", iq)
	}
	c.Send(iq)
	for {
		answer := c.next(ctx, "the answer to "+iq)
		kind := answer.Attr("type")
		if answer.Is(element.NSClient, "iq") && (kind == "result" || kind == "error") && answer.Attr("id") == id {
			return answer
		}
		c.kept = append(c.kept, answer)
	}
}

// Close ends the stream properly and returns when the server has ended its side.
// What was received before can still be received.
func (c *Client) Close() {
	c.t.Helper()
	if !c.process.running() {
		return
	}
	c.command(map[string]any{"close": true})
	if !c.process.wait(stopLimit) {
		c.t.Fatalf("xmpptest: %s: stream not closed after %v", c.JID, stopLimit)
	}
}

// Ended waits until the stream has ended, at whoever's wish, and returns why in
// the client's words, such as "stream error: system-shutdown, text". What was received
// before can still be received. It fails the test when ctx is done before.
func (c *Client) Ended(ctx context.Context) string {
	c.t.Helper()
	for {
		select {
		case node, ok := <-c.inbox:
			if !ok {
				return c.reason
			}
			c.kept = append(c.kept, node)
		case <-ctx.Done():
			c.t.Fatalf("xmpptest: %s waits for the end of its stream: %v", c.JID, context.Cause(ctx))
		}
	}
}
