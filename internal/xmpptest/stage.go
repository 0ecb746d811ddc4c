//go:build linux

package xmpptest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A Stage is where a play is performed through a server: an emptest.Stage. Its
// peers are Clients.
type Stage struct {
	name      string
	component string
	links     []jid.JID // of an app that is a client, in place of the component; nil: it is one
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
	return newStage(t, s, nil, idle, peers)
}

// NewClientStage is NewStage for an app that is a client: links are the full JIDs of
// its links. The play is written as for a component: where that says
// hackity.localhost/hack, the account's address with that resource takes its place.
func NewClientStage(t testing.TB, s *Server, links []jid.JID, idle func(context.Context) error, peers ...jid.JID) *Stage {
	t.Helper()
	return newStage(t, s, links, idle, peers)
}

func newStage(t testing.TB, s *Server, links []jid.JID, idle func(context.Context) error, peers []jid.JID) *Stage {
	t.Helper()
	stage := &Stage{
		name: strings.ToLower(s.Name), component: s.Options.Components[0], links: links, idle: idle,
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
		// As clients in use do. Who has not asked for his roster does not hear that he is
		// "subscribed" (RFC 6121 section 3.1.6).
		c.Ask(t.Context(), "<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>")
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

// Name is how plays call the server in "except on".
func (s *Stage) Name() string { return s.name }

// read takes what comes to a client, to its end.
func (s *Stage) read(c *Client) {
	peer := jid.MustParse(c.JID)
	for node := range c.inbox {
		s.mu.Lock()
		if done, ok := s.barriers[node.Attr("id")]; ok {
			close(done)
			delete(s.barriers, node.Attr("id"))
		} else if s.fromApp(node) {
			s.arrived = append(s.arrived, arrival{peer, s.asComponent(node)})
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
	if s.links != nil {
		return err == nil && from.JID.Bare() == s.links[0].Bare()
	}
	return err == nil && from.JID.Domain() == s.component
}

// asComponent writes the app's address in a stanza as plays do.
func (s *Stage) asComponent(node element.Node) element.Node {
	if s.links == nil {
		return node
	}
	return with(node, "from", s.component+strings.TrimPrefix(node.Attr("from"), s.links[0].Bare().String()))
}

// asClient is its reverse.
func (s *Stage) asClient(node element.Node) element.Node {
	resource, ok := strings.CutPrefix(node.Attr("to"), s.component)
	if s.links == nil || !ok {
		return node
	}
	return with(node, "to", s.links[0].Bare().String()+resource)
}

// Send sends a stanza as a peer who is logged in.
func (s *Stage) Send(_ context.Context, peer jid.JID, node element.Node) error {
	c := s.clients[peer]
	if c == nil {
		return fmt.Errorf("xmpptest: %s is not logged in", peer)
	}
	if peer.IsBare() { // the server knows the resource
		node = with(node, "from", "")
	}
	c.Send(s.asClient(node).XML())
	return nil
}

// with returns the stanza with another value of an attribute; with "", without it.
func with(n element.Node, attr, value string) element.Node {
	b := element.New(n.Space(), n.Local())
	for a := range n.Attrs() {
		if !a.Is("", attr) {
			b.AttrNS(a.Space(), a.Local(), a.Value())
		} else if value != "" {
			b.Attr(attr, value)
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
// the app that is nobody's, or to each of its links, answered by whatever answer,
// shows the first and the last: server and app keep the order of what goes either way.
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
	to := []string{stanza.NewID() + "@" + s.component}
	if s.links != nil {
		to = nil
		for _, link := range s.links {
			to = append(to, link.String())
		}
	}
	for _, c := range s.clients {
		for _, to := range to {
			id, done := stanza.NewID(), make(chan struct{})
			s.mu.Lock()
			s.barriers[id] = done
			s.mu.Unlock()
			waiting = append(waiting, done)
			c.Send(`<iq type='get' id='` + id + `' to='` + to + `'><ping xmlns='urn:xmpp:ping'/></iq>`)
		}
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
