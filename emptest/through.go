package emptest

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
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
// connects to it as a component or as a client, and each peer of a play logs in with a
// client.
type Server struct {
	Name string // as in -emp.stage and in a play's "except on"

	ComponentAddr string // host:port for components (XEP-0114)
	Secret        string // of the app's domain there

	ClientAddr string // host:port for clients
	DirectAddr string // host:port for an app that is a client with framework.DirectTLS; default ClientAddr
	// Password returns that of an account, whose local part is user.
	Password func(user string) string
	// CA vouches for the server's certificate, in PEM; clients then use STARTTLS. nil: they
	// speak in the clear, which the server has to allow.
	CA []byte
	// Login, if it is set, logs a peer in with another client than that of this package.
	Login func(t testing.TB, peer jid.JID) Peer
}

// A Peer is a client that is logged in as a peer of a play, and available.
type Peer interface {
	// Address is the full JID that the server has given it.
	Address() jid.JID
	// Write sends a stanza.
	Write(stanza element.Node) error
	// Next waits for the next stanza that comes. The error says why there are no more.
	Next() (element.Node, error)
	// Close ends it, and Next with it.
	Close() error
}

// A throughServer is a Stage: an app and its peers at a server.
type throughServer struct {
	name  string
	app   jid.JID   // a component's domain, or a client's bare JID
	links []jid.JID // of an app that is a client
	idle  func(context.Context) error
	peers map[jid.JID]Peer
	inbox
}

// Stage runs the app at the server until the test ends, and logs the peers of the play
// in; it returns when all are there. Of the app's Config it sets what Start sets; a client
// that is to use TLS from the first byte says so in Config.TLS.Mode.
func (srv Server) Stage(t testing.TB, app *framework.App, p *Play) Stage {
	t.Helper()
	mode := app.Config.TLS.Mode
	s := &throughServer{
		name: srv.Name, app: prepareApp(t, app), idle: app.Idle, peers: make(map[jid.JID]Peer), inbox: newInbox(),
	}
	app.Config.Server, app.Config.Secret = srv.ComponentAddr, framework.NewSecret(srv.Secret)
	if isClient(app) {
		srv.admit(t, app, s.app, mode)
	}
	runApp(t, app, nil, func() error { return nil })
	for _, link := range app.LinkStats() {
		s.links = append(s.links, link.JID)
	}
	s.enter(t, srv, p)
	return s
}

// enter has the peers of a play log in.
func (s *throughServer) enter(t testing.TB, srv Server, p *Play) {
	t.Helper()
	for _, peer := range p.Peers() {
		c := srv.loginPeer(t, peer)
		s.peers[peer] = c
		var reading sync.WaitGroup
		reading.Go(func() { s.read(peer, c) })
		t.Cleanup(func() {
			c.Close()
			reading.Wait()
		})
		if err := s.askRoster(t.Context(), c); err != nil {
			t.Fatalf("emptest: %s: the roster of %s: %v", srv.Name, peer, err)
		}
	}
}

// askRoster asks for the roster, as clients in use do: who does not, Prosody does not tell
// that they are "subscribed" (RFC 6121 section 3.1.6).
func (s *throughServer) askRoster(ctx context.Context, c Peer) error {
	id := stanza.NewID()
	done := s.expectBarrier(id)
	ask := element.New(element.NSClient, "iq").Attr("type", "get").Attr("id", id).Add(element.New("jabber:iq:roster", "query"))
	if err := c.Write(ask.Node()); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, serverPatience, fmt.Errorf("not there after %v", serverPatience))
	defer cancel()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// admit has an app that is a client log in.
func (srv Server) admit(t testing.TB, app *framework.App, account jid.JID, mode framework.Switch) {
	t.Helper()
	conf := &app.Config
	conf.Server, conf.Secret = srv.ClientAddr, framework.NewSecret(srv.Password(account.Local()))
	if srv.CA == nil {
		conf.TLS.Mode = framework.Off
		return
	}
	conf.TLS.Mode, conf.TLS.CA = framework.StartTLS, filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(conf.TLS.CA, srv.CA, 0o600); err != nil {
		t.Fatalf("emptest: %v", err)
	}
	if mode == framework.DirectTLS {
		conf.TLS.Mode, conf.Server = mode, cmp.Or(srv.DirectAddr, srv.ClientAddr)
	}
}

func (srv Server) loginPeer(t testing.TB, peer jid.JID) Peer {
	t.Helper()
	if srv.Login != nil {
		return srv.Login(t, peer)
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), serverPatience, fmt.Errorf("not done after %v", serverPatience))
	defer cancel()
	c, err := srv.login(ctx, peer)
	if err != nil {
		t.Fatalf("emptest: %s: login as %s: %v", srv.Name, peer, err)
	}
	return c
}

// serverPatience is for what a server does that is busy with other tests too.
const serverPatience = time.Minute

// read takes what comes to a peer, to its end.
func (s *throughServer) read(peer jid.JID, c Peer) {
	for {
		n, err := c.Next()
		if err != nil {
			s.fail(fmt.Errorf("the stream of %s has ended: %w", peer, err))
			return
		}
		if !s.isBarrier(n.Attr("id")) && s.fromApp(n) {
			s.put(c.Address(), n)
		}
	}
}

// fromApp reports whether a stanza is the app's. What the server says of its own accord, as
// the presence of a user's other devices, is no part of the play.
func (s *throughServer) fromApp(n element.Node) bool {
	from, err := jid.Received(n.Attr("from"))
	return err == nil && (from.JID.Bare() == s.app || s.app.Local() == "" && from.JID.Domain() == s.app.Domain())
}

// Name is how plays call the server.
func (s *throughServer) Name() string { return s.name }

// App is the app's address.
func (s *throughServer) App() jid.JID { return s.app }

// Send is Stage's.
func (s *throughServer) Send(ctx context.Context, peer jid.JID, n element.Node) error {
	c := s.peers[peer]
	if c == nil {
		return fmt.Errorf("%s is not logged in", peer)
	}
	if peer.IsBare() { // the server knows the resource
		n = with(n, "from", "")
	}
	return c.Write(n)
}

// Settle is Stage's. A ping of each peer to an address of the app that is nobody's, or to
// each of its links, answered by whatever answer, shows that the app has read all that the
// peer sent before it; and, when the app has become idle, another that the peer has all that
// it sent: server and app keep the order of what goes either way.
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
	to := s.links
	if s.app.Local() == "" {
		nobody, err := jid.New(strings.ToLower(stanza.NewID()), s.app.Domain(), "")
		if err != nil {
			return err
		}
		to = []jid.JID{nobody}
	}
	var waiting []<-chan struct{}
	for _, c := range s.peers {
		for _, to := range to {
			id := stanza.NewID()
			waiting = append(waiting, s.expectBarrier(id))
			ping := element.New(element.NSClient, "iq").Attr("type", "get").Attr("id", id).Attr("to", to.String()).Add(element.New("urn:xmpp:ping", "ping"))
			if err := c.Write(ping.Node()); err != nil {
				return err
			}
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
