//go:build linux

package xmpptest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A Stage is where a play is performed through a server: an emptest.Stage. Its
// peers are Clients.
type Stage struct {
	component string
	idle      func(context.Context) error
	clients   map[jid.JID]*Client
	came      chan struct{} // has room for one: there may be something in arrived

	mu       sync.Mutex
	arrived  []arrival
	barriers map[string]chan<- struct{} // by the id of the iq
}

type arrival struct {
	peer jid.JID
	node element.Node
}

// NewStage logs the peers of a play in. The app is to be connected, as the first
// component of the server's options; idle returns when it holds nothing that it
// has read. A peer is an account of the server's, best with a resource, for the
// server chooses one otherwise.
func NewStage(t testing.TB, s *Server, idle func(context.Context) error, peers ...jid.JID) *Stage {
	t.Helper()
	stage := &Stage{
		component: s.Options.Components[0], idle: idle,
		clients: make(map[jid.JID]*Client), came: make(chan struct{}, 1), barriers: make(map[string]chan<- struct{}),
	}
	for _, peer := range peers {
		if peer.Domain() != Domain {
			t.Fatalf("xmpptest: nobody can log in as %s", peer)
		}
		user := peer.Local()
		if peer.Resource() != "" {
			user += "/" + peer.Resource()
		}
		c := Login(t, s, user)
		stage.clients[peer] = c
		var reading sync.WaitGroup
		reading.Go(func() { stage.read(c) })
		t.Cleanup(func() {
			c.process.kill()
			reading.Wait()
		})
	}
	return stage
}

// read takes what comes to a client, to its end.
func (s *Stage) read(c *Client) {
	peer := jid.MustParse(c.JID)
	for node := range c.inbox {
		s.mu.Lock()
		if done, ok := s.barriers[node.Attr("id")]; ok {
			close(done)
			delete(s.barriers, node.Attr("id"))
		} else if s.fromApp(node) {
			s.arrived = append(s.arrived, arrival{peer, node})
			select {
			case s.came <- struct{}{}:
			default:
			}
		}
		s.mu.Unlock()
	}
}

// fromApp reports whether a stanza is the app's. What the server says of its own
// accord, as the presence of a user's other devices, is no part of the play.
func (s *Stage) fromApp(node element.Node) bool {
	from, err := jid.Received(node.Attr("from"))
	return err == nil && from.JID.Domain() == s.component
}

// Send sends a stanza as a peer who is logged in.
func (s *Stage) Send(_ context.Context, peer jid.JID, node element.Node) error {
	c := s.clients[peer]
	if c == nil {
		return fmt.Errorf("xmpptest: %s is not logged in", peer)
	}
	if peer.IsBare() { // the server knows the resource
		node = without(node, "from")
	}
	c.Send(node.XML())
	return nil
}

// without returns the stanza without an attribute.
func without(n element.Node, attr string) element.Node {
	b := element.New(n.Space(), n.Local())
	for a := range n.Attrs() {
		if !a.Is("", attr) {
			b.AttrNS(a.Space(), a.Local(), a.Value())
		}
	}
	for child := range n.Nodes() {
		b.Add(child)
	}
	return b.Node()
}

// Next returns the next stanza that came to a peer, and whose full JID it came
// to.
func (s *Stage) Next(ctx context.Context) (jid.JID, element.Node, error) {
	for {
		s.mu.Lock()
		if len(s.arrived) > 0 {
			first := s.arrived[0]
			s.arrived = s.arrived[1:]
			s.mu.Unlock()
			return first.peer, first.node, nil
		}
		s.mu.Unlock()
		select {
		case <-s.came:
		case <-ctx.Done():
			return jid.JID{}, element.Node{}, ctx.Err()
		}
	}
}

// Settle waits until the app has read all that the peers sent, is idle, and the
// peers have all that it sent to them. A barrier each, a ping to an address of
// the app that is nobody's, answered by whatever answer, shows the first and the
// last: server and app keep the order of what goes either way.
func (s *Stage) Settle(ctx context.Context) error {
	if err := s.barrier(ctx); err != nil {
		return err
	}
	if err := s.idle(ctx); err != nil {
		return err
	}
	return s.barrier(ctx)
}

func (s *Stage) barrier(ctx context.Context) error {
	var waiting []<-chan struct{}
	for _, c := range s.clients {
		id, done := stanza.NewID(), make(chan struct{})
		s.mu.Lock()
		s.barriers[id] = done
		s.mu.Unlock()
		waiting = append(waiting, done)
		c.Send(`<iq type='get' id='` + id + `' to='` + id + `@` + s.component + `'><ping xmlns='urn:xmpp:ping'/></iq>`)
	}
	for _, done := range waiting {
		select {
		case <-done:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
