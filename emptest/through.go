package emptest

import (
	"context"
	"crypto/x509"
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// stageFlag says where Run performs plays.
var stageFlag = flag.String("emp.stage", memory, "where plays are performed: memory, another stage that the test has, or all")

const memory = "memory"

// A Server is a running XMPP server, for plays to be performed through it: the app
// connects to it as a component, and each peer of a play logs in with a client.
type Server struct {
	Name string // as in -emp.stage and in a play's "except on"

	ComponentAddr string // host:port for components (XEP-0114)
	Secret        string // of the app's domain there

	ClientAddr string // host:port for clients
	// Password returns that of an account, whose local part is user.
	Password func(user string) string
	// CAs vouch for the server's certificate; clients then use STARTTLS. nil: they
	// speak in the clear, which the server has to allow.
	CAs *x509.CertPool
}

// A throughServer is a Stage: an app and its peers at a server.
type throughServer struct {
	name, domain string
	idle         func(context.Context) error
	peers        map[jid.JID]*client
	came         chan struct{} // has room for one: there may be something in arrived

	mu       sync.Mutex
	arrived  []arrival
	barriers map[string]chan<- struct{} // by the id of the iq
	ended    error                      // why a peer's stream ended
}

// Stage runs the app at the server until the test ends, and logs the peers of the play
// in; it returns when all are there. Of the app's Config it sets what Start sets.
func (srv Server) Stage(t testing.TB, app *framework.App, p *Play) Stage {
	t.Helper()
	domain := prepareApp(t, app)
	app.Config.Server, app.Config.Secret = srv.ComponentAddr, framework.NewSecret(srv.Secret)
	s := &throughServer{
		name: srv.Name, domain: domain.Domain(), idle: app.Idle, peers: make(map[jid.JID]*client),
		came: make(chan struct{}, 1), barriers: make(map[string]chan<- struct{}),
	}
	runApp(t, app, nil, func() error { return nil })
	for _, peer := range p.Peers() {
		ctx, cancel := context.WithTimeoutCause(t.Context(), serverPatience, fmt.Errorf("not done after %v", serverPatience))
		c, err := srv.login(ctx, peer)
		cancel()
		if err != nil {
			t.Fatalf("emptest: %s: login as %s: %v", srv.Name, peer, err)
		}
		s.peers[peer] = c
		var reading sync.WaitGroup
		reading.Go(func() { s.read(peer, c) })
		t.Cleanup(func() {
			c.conn.Close()
			reading.Wait()
		})
	}
	return s
}

// serverPatience is for what a server does that is busy with other tests too.
const serverPatience = time.Minute

// read takes what comes to a peer, to its end.
func (s *throughServer) read(peer jid.JID, c *client) {
	for {
		n, err := c.next()
		s.mu.Lock()
		if err == nil {
			s.take(c.jid, n)
		} else if s.ended == nil {
			s.ended = fmt.Errorf("the stream of %s has ended: %w", peer, err)
		}
		s.mu.Unlock()
		select {
		case s.came <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// take keeps what is the app's. What the server says of its own accord, as the presence
// of a user's other devices, is no part of the play.
func (s *throughServer) take(peer jid.JID, n element.Node) {
	if done, ok := s.barriers[n.Attr("id")]; ok {
		close(done)
		delete(s.barriers, n.Attr("id"))
		return
	}
	if from, err := jid.Received(n.Attr("from")); err == nil && from.JID.Domain() == s.domain {
		s.arrived = append(s.arrived, arrival{peer, n})
	}
}

// Name is how plays call the server.
func (s *throughServer) Name() string { return s.name }

// Send is Stage's.
func (s *throughServer) Send(ctx context.Context, peer jid.JID, n element.Node) error {
	c := s.peers[peer]
	if c == nil {
		return fmt.Errorf("%s is not logged in", peer)
	}
	c.conn.SetWriteDeadline(time.Now().Add(serverPatience))
	return c.send(n.XML())
}

// Next is Stage's.
func (s *throughServer) Next(ctx context.Context) (jid.JID, element.Node, error) {
	for {
		s.mu.Lock()
		if len(s.arrived) > 0 {
			first := s.arrived[0]
			s.arrived = s.arrived[1:]
			s.mu.Unlock()
			return first.peer, first.node, nil
		}
		ended := s.ended
		s.mu.Unlock()
		if ended != nil {
			return jid.JID{}, element.Node{}, ended
		}
		select {
		case <-s.came:
		case <-ctx.Done():
			return jid.JID{}, element.Node{}, ctx.Err()
		}
	}
}

// Settle is Stage's. A ping of each peer to an address of the app that is nobody's,
// answered by whatever answer, shows that the app has read all that the peer sent before
// it; and, when the app has become idle, another that the peer has all that it sent: server
// and app keep the order of what goes either way.
func (s *throughServer) Settle(ctx context.Context) error {
	if err := s.barrier(ctx); err != nil {
		return err
	}
	if err := s.idle(ctx); err != nil {
		return err
	}
	return s.barrier(ctx)
}

func (s *throughServer) barrier(ctx context.Context) error {
	to, err := jid.New(strings.ToLower(stanza.NewID()), s.domain, "")
	if err != nil {
		return err
	}
	var waiting []<-chan struct{}
	for _, c := range s.peers {
		id, done := stanza.NewID(), make(chan struct{})
		s.mu.Lock()
		s.barriers[id] = done
		s.mu.Unlock()
		waiting = append(waiting, done)
		if err := c.send("<iq type='get' id='" + id + "' to='" + to.String() + "'><ping xmlns='urn:xmpp:ping'/></iq>"); err != nil {
			return err
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

var _ Stage = (*throughServer)(nil)
