package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/feature/caps"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/xmpptest"
)

// TestServers performs the plays on real servers, with slixmpp as the people.
func TestServers(t *testing.T) {
	for name, start := range map[string]func(testing.TB, xmpptest.Options) *xmpptest.Server{
		"prosody": xmpptest.Prosody, "ejabberd": xmpptest.Ejabberd,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := start(t, xmpptest.Options{})
			emptest.RunOn(t, plays, func(t *testing.T, p *emptest.Play) emptest.Stage {
				app := run(t, framework.Config{JID: domain, Server: srv.ComponentAddr, Secret: framework.NewSecret(xmpptest.Secret)})
				return xmpptest.NewStage(t, srv, app.Idle, p.Peers()...)
			})
			t.Run("following", func(t *testing.T) {
				run(t, framework.Config{JID: domain, Server: srv.ComponentAddr, Secret: framework.NewSecret(xmpptest.Secret)})
				following(t, srv)
			})
		})
	}
}

// run runs the application until the test ends, and returns when it is ready.
func run(t *testing.T, config framework.Config) *framework.App {
	t.Helper()
	app := newApp()
	app.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	app.Config = config
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	select {
	case <-app.Ready():
	case err := <-ended:
		t.Fatal(err)
	}
	return app
}

// following has bob follow alice as clients do, and hear of her by a message from her
// address here.
func following(t *testing.T, srv *xmpptest.Server) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	alice, bob := xmpptest.Login(t, srv, "alice"), xmpptest.Login(t, srv, "bob")
	says := func(c *xmpptest.Client, from, want string) {
		t.Helper()
		for {
			n := c.Receive(ctx) // roster pushes and presence come too
			if body := n.Child(element.NSClient, "body").Text(); body != "" {
				if n.Attr("from") != from || !strings.HasPrefix(body, want) {
					t.Errorf("%s got %s", c.JID, n.XML())
				}
				return
			}
		}
	}
	alice.Send("<message to='" + domain + "' type='chat'><body>join</body></message>")
	says(alice, domain, "Welcome, alice!")
	bob.Ask(ctx, "<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>")
	bob.Send("<presence to='alice@" + domain + "' type='subscribe'/>")
	for {
		n := bob.Receive(ctx)
		if c := n.Child(caps.NS, "c"); n.Attr("from") == "alice@"+domain && n.Attr("type") == "" && c.Attr("ver") != "" {
			break // approved, and she is there
		}
	}
	alice.Send("<message to='" + domain + "' type='chat'><body>tweet for those who follow</body></message>")
	says(alice, domain, "Tweeted, as number 1.")
	says(bob, "alice@"+domain, "for those who follow")
}
