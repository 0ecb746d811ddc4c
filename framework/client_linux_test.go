package framework_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// clientConfig is that of the account bot.
func clientConfig(srv *xmpptest.Server) framework.Config {
	return framework.Config{
		Mode: framework.Client, JID: "bot@localhost", Server: srv.ClientAddr, Secret: framework.NewSecret(xmpptest.Password),
		TLS: framework.TLS{CA: srv.CAFile}, ReconnectMin: 100 * time.Millisecond, ReconnectMax: time.Second,
	}
}

// threeResources answers a message with the route that took it and the link that it
// came on.
func threeResources(r *router.Router) {
	tell := func(_ context.Context, req *component.Request) (component.Response, error) {
		return req.Reply(req.Route + " " + req.Link().String()), nil
	}
	for _, name := range []string{"tweets", "hack", "news"} {
		r.Resource(name, func(r *router.Router) { r.Message("[body]").To(tell).Name(name) })
	}
}

// dials keeps the connections that an application makes, in their order.
type dials struct {
	mu    sync.Mutex
	conns []net.Conn
}

func (d *dials) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err == nil {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.conns = append(d.conns, c)
	}
	return c, err
}

func (d *dials) all() []net.Conn {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]net.Conn(nil), d.conns...)
}

// TestClient: each resource of the routes is a link of its own. One is cut, and that
// alone connects again. What goes to the bare JID arrives once.
func TestClient(t *testing.T) {
	onServers(t, xmpptest.Options{ClientTLS: true, Accounts: []string{"alice", "bot"}}, func(t *testing.T, srv *xmpptest.Server) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		var made dials
		conf := clientConfig(srv)
		conf.JID = "bot@localhost/hack" // which has the bare JID's messages, though it is not the first
		s := runApp(t, &framework.App{Routes: threeResources, Config: conf, Dial: made.Dial})
		<-s.Ready()
		alice := xmpptest.Login(t, srv, "alice")
		said := func(to, want string) {
			t.Helper()
			alice.Send("<message type='chat' to='" + to + "'><body>hi</body></message>")
			if got := s.receive(ctx, alice); got != want {
				t.Errorf("what goes to %s is answered by %q", to, got)
			}
		}
		talk := func() {
			t.Helper()
			for _, name := range []string{"tweets", "hack", "news"} {
				said("bot@localhost/"+name, name+" bot@localhost/"+name)
			}
			said("bot@localhost", "hack bot@localhost/hack")
		}
		talk()
		if n := len(made.all()); n != 3 {
			t.Fatalf("it made %d connections", n)
		}
		if err := s.Send(ctx, stanza.Out{Kind: stanza.Message, From: jid.MustParse("bot@localhost/news").Address(), To: jid.MustParse(alice.JID).Address(), Body: "news"}); err != nil {
			t.Error(err)
		}
		news := alice.Receive(ctx)
		if news.Attr("from") != "bot@localhost/news" {
			t.Errorf("the news are from %s", news.Attr("from"))
		}
		s.seen[news.Child(stanza.NSStanzaID, "origin-id").Attr("id")] = true
		made.all()[1].Close()
		s.log.await(t, "link up again")
		talk()
		if n := len(made.all()); n != 4 {
			t.Errorf("one was cut, and %d connect again", n-3)
		}
		if err := s.end(); err != nil {
			t.Error(err)
		}
	})
}

// TestClientBeside: components and clients stand side by side, and each answer goes
// over the link that its question came on.
func TestClientBeside(t *testing.T) {
	onServers(t, xmpptest.Options{ClientTLS: true, Accounts: []string{"alice", "bot"}}, func(t *testing.T, srv *xmpptest.Server) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		s := runApp(t, &framework.App{Routes: threeResources, Config: config(srv), Links: []framework.Config{clientConfig(srv)}})
		<-s.Ready()
		alice := xmpptest.Login(t, srv, "alice")
		for to, want := range map[string]string{
			"bot@localhost/tweets":       "tweets bot@localhost/tweets",
			"bot@localhost/news":         "news bot@localhost/news",
			xmpptest.Component + "/hack": "hack " + xmpptest.Component,
		} {
			alice.Send("<message type='chat' to='" + to + "'><body>hi</body></message>")
			answer := alice.Receive(ctx)
			if got := answer.Child(element.NSClient, "body").Text(); got != want || answer.Attr("from") != to {
				t.Errorf("%s: got %s", to, answer)
			}
		}
		if err := s.end(); err != nil {
			t.Error(err)
		}
	})
}

// TestClientRefused: what only an operator can change ends the start with 78 and one
// line.
func TestClientRefused(t *testing.T) {
	onServers(t, xmpptest.Options{ClientTLS: true, Accounts: []string{"bot"}}, func(t *testing.T, srv *xmpptest.Server) {
		for says, change := range map[string]func(*framework.Config){
			"the server refuses the password of bot@localhost":                  func(c *framework.Config) { c.Secret = framework.NewSecret("wr0ng") },
			"the server's certificate is from an authority we do not know":      func(c *framework.Config) { c.TLS.CA = "" },
			"the server's certificate is not for the domain of bot@example.org": func(c *framework.Config) { c.JID = "bot@example.org" },
		} {
			t.Run(says, func(t *testing.T) {
				conf := clientConfig(srv)
				change(&conf)
				err := runApp(t, &framework.App{Routes: hack, Config: conf}).ended()
				var coded interface{ ExitCode() int }
				// An unknown domain is refused before there is TLS.
				other := strings.HasSuffix(says, "example.org") && strings.Contains(err.Error(), "the server refuses bot@example.org")
				if !errors.As(err, &coded) || coded.ExitCode() != 78 || !strings.Contains(err.Error(), says) && !other || strings.ContainsAny(err.Error(), "\n") {
					t.Errorf("ended with %v", err)
				}
			})
		}
	})
}

// TestClientReach: routes for addresses that a client is never at are told at the start.
func TestClientReach(t *testing.T) {
	err := (&framework.App{
		Routes: func(r *router.Router) {
			r.Resource("hack", func(r *router.Router) { r.Message("[body]").To(nothing) })
			r.At("{user}@", func(r *router.Router) { r.Message("[body]").To(nothing) })
		},
		Config: framework.Config{Mode: framework.Client, JID: "bot@localhost", Secret: framework.NewSecret("x")},
	}).Run(t.Context())
	var coded interface{ ExitCode() int }
	if !errors.As(err, &coded) || coded.ExitCode() != 70 || !strings.Contains(err.Error(), "client_linux_test.go:") || !strings.Contains(err.Error(), "{user}@") {
		t.Errorf("ended with %v", err)
	}
}
