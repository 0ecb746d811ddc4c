package caps_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/feature/caps"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// TestReconnect: presence that is sent again over a new link has the hash as well.
func TestReconnect(t *testing.T) {
	srv := devserver.New(devserver.Options{
		Components: map[string]string{"app.localhost": "secret", "peer.localhost": "secret"}, Log: slog.New(slog.DiscardHandler),
	})
	if err := srv.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()

	app := newApp()
	app.Log = slog.New(slog.DiscardHandler)
	app.Config = framework.Config{JID: "app.localhost", Server: srv.ComponentAddr(), Secret: framework.NewSecret("secret"), ReconnectMin: 10 * time.Millisecond}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- app.Run(running) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	select {
	case <-app.Ready():
	case err := <-ended:
		ended <- err
		t.Fatal(err)
	}

	peer, err := stream.DialComponent(ctx, stream.Options{Server: srv.ComponentAddr(), Domain: jid.MustParse("peer.localhost"), Secret: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Abort()
	ask := stanza.NewPresence(stanza.TypeSubscribe, jid.MustParse("bot@app.localhost"))
	ask.From = jid.MustParse("ann@peer.localhost").Address()
	if err := peer.Send(ctx, ask); err != nil {
		t.Fatal(err)
	}
	var buf []stream.Received
	next := func() string { // the hash of the next available presence
		for {
			var err error
			if buf, err = peer.Read(buf[:0]); err != nil {
				t.Fatal(err)
			}
			for _, r := range buf {
				if s := r.Stanza; s.Kind == stanza.Presence && s.Type == stanza.TypeAvailable {
					return s.Node.Child(caps.NS, "c").Attr("ver")
				}
			}
		}
	}
	before := next()
	if n := srv.Cut(jid.MustParse("app.localhost")); n != 1 {
		t.Fatalf("%d links cut", n)
	}
	if after := next(); before == "" || after != before {
		t.Errorf("before %q, after %q", before, after)
	}
}
