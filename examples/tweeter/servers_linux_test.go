package main

import (
	"context"
	"log/slog"
	"testing"

	"github.com/emp-framework/emp/emptest"
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
