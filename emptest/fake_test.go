package emptest

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A byHand is an app that speaks XEP-0114 by hand. It answers each stanza in
// a goroutine of its own, as an app might, but in the order in which it reads
// them.
type byHand struct {
	dial   func(context.Context, string, string) (net.Conn, error)
	header string // instead of the usual one
	digest func(id string) string
	answer func(c *byHand, s stanza.Stanza) // of good stanzas

	ready chan struct{}
	conn  net.Conn

	mu   sync.Mutex
	held int
	idle sync.Cond
}

const domain, secret = "hackity.localhost", "hack"

func digest(id string) string {
	sum := sha1.Sum([]byte(id + secret))
	return hex.EncodeToString(sum[:])
}

// play has the component on a stage in memory.
func play(t testing.TB, answer func(c *byHand, s stanza.Stanza)) *Session {
	c := &byHand{answer: answer}
	return start(t, c, c.server())
}

func (c *byHand) server() *server {
	s := newServer(jid.MustParse(domain), secret, c.Idle)
	c.dial, c.ready = s.host.Dial, make(chan struct{})
	c.idle.L = &c.mu
	if c.digest == nil {
		c.digest = digest
	}
	if c.header == "" {
		c.header = "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='" + domain + "'>"
	}
	return s
}

func (c *byHand) Ready() <-chan struct{} { return c.ready }

func (c *byHand) Idle(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.idle.Broadcast()
	})
	defer stop()
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.held > 0 && ctx.Err() == nil {
		c.idle.Wait()
	}
	return ctx.Err()
}

func (c *byHand) send(xml string) {
	io.WriteString(c.conn, xml) // an error shows where the stage tells it
}

func (c *byHand) Run(ctx context.Context) error {
	var err error
	if c.conn, err = c.dial(ctx, "tcp", "127.0.0.1:5347"); err != nil {
		return err
	}
	defer c.conn.Close()
	defer context.AfterFunc(ctx, func() { c.send("</stream:stream>") })()
	p := element.NewParser()
	go c.send(c.header)
	ev, err := p.Read(c.conn)
	if err != nil {
		return err
	}
	go c.send("<handshake>" + c.digest(ev.Node.Attr("id")) + "</handshake>")

	todo := make(chan stanza.Stanza, 1000)
	defer close(todo)
	go func() {
		for s := range todo {
			c.answer(c, s)
			c.mu.Lock()
			c.held--
			c.idle.Broadcast()
			c.mu.Unlock()
		}
	}()
	for {
		ev, err := p.Read(c.conn)
		switch {
		case err != nil:
			return err
		case ev.Kind == element.EventClose:
			return nil
		case ev.Node.Local() == "handshake":
			close(c.ready)
			continue
		case ev.Node.Local() == "error":
			return fmt.Errorf("stream error: %s", ev.Node.FirstElement().Local())
		}
		s, err := stanza.Of(ev.Node)
		var fault stanza.Fault
		switch {
		case errors.As(err, &fault):
			if out, ok := s.ErrorReply(fault); ok {
				c.send(out.String())
			}
		case err == nil:
			c.mu.Lock()
			c.held++
			c.mu.Unlock()
			todo <- s
		}
	}
}

// hack answers as the hack example does.
func hack(c *byHand, s stanza.Stanza) {
	switch {
	case s.Kind == stanza.Message && s.Body() != "":
		out := s.Reply("Hackity Hack!")
		out.From = s.To
		c.send(out.String())
	case s.IsRequest():
		out, _ := s.ErrorReply(stanza.ServiceUnavailable.Fault())
		c.send(out.String())
	}
}

// everything does what the body of a message says, one line after the other.
func everything(c *byHand, s stanza.Stanza) {
	switch {
	case s.IsRequest() && s.Payload.Local() == "query":
		c.send(s.Result(element.New("urn:x", "query").Attr("stamp", stanza.NewID()).Add(
			element.New("urn:x", "item").Attr("n", "1"), element.New("urn:x", "item").Attr("n", "2"))).String())
	case s.IsRequest():
		hack(c, s)
	case s.IsAnswer():
		c.send(`<message from='hackity.localhost' to='alice@localhost/desk'><body>bob says ` + string(s.Type) + `</body></message>`)
	}
	for command := range strings.Lines(s.Body()) {
		switch verb, rest, _ := strings.Cut(strings.TrimSpace(command), " "); verb {
		case "": // around the commands
		case "send":
			c.send(rest)
		case "ask": // an id that nobody can know before
			c.send("<iq from='hackity.localhost' type='get' id='" + stanza.NewID() + "' to='" + rest + "'><q xmlns='urn:q'/></iq>")
		default:
			hack(c, s)
		}
	}
}
