package stream_test

import (
	"context"
	"crypto/tls"
	"errors"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// TestClientServers: the link of a client lives with real servers, over STARTTLS and
// direct TLS, with TLS 1.2 and 1.3.
func TestClientServers(t *testing.T) {
	for name, start := range map[string]func(testing.TB, xmpptest.Options) *xmpptest.Server{
		"prosody": xmpptest.Prosody, "ejabberd": xmpptest.Ejabberd,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := start(t, xmpptest.Options{ClientTLS: true})
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			alice := xmpptest.Login(t, srv, "alice/desk")
			account := bob(t, xmpptest.Password)
			for name, opts := range map[string]stream.Options{
				"STARTTLS": {Server: srv.ClientAddr, Resource: "starttls"},
				"direct":   {Server: srv.DirectAddr, Encryption: stream.EncryptDirect, Resource: "direct"},
				"TLS 1.2":  {Server: srv.ClientAddr, TLS: &tls.Config{MaxVersion: tls.VersionTLS12}, Resource: "old"},
			} {
				if opts.TLS == nil {
					opts.TLS = new(tls.Config)
				}
				opts.TLS.RootCAs = srv.CAs
				opts.Account = account
				t.Run(name, func(t *testing.T) { speaks(ctx, t, opts, alice) })
			}
			t.Run("wrong password", func(t *testing.T) {
				_, err := stream.DialClient(ctx, stream.Options{
					Server: srv.ClientAddr, TLS: &tls.Config{RootCAs: srv.CAs}, Account: bob(t, "wr0ng"),
				})
				if !errors.Is(err, stream.ErrAuthentication) || !stream.Misconfigured(err) {
					t.Error(err)
				}
			})
		})
	}
}

func bob(t *testing.T, password string) *stream.Account {
	t.Helper()
	a, err := stream.NewAccount(jid.MustParse("bob@localhost"), stream.Credentials{Password: func() string { return password }})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// speaks has a link do what links do.
func speaks(ctx context.Context, t *testing.T, opts stream.Options, alice *xmpptest.Client) {
	link, err := stream.DialClient(ctx, opts)
	if err != nil {
		t.Fatal(err)
	}
	if want := "bob@localhost/" + opts.Resource; link.Local().String() != want {
		t.Errorf("it is %s, not %s", link.Local(), want)
	}
	got := make(chan stream.Received, 100)
	ended := make(chan error, 1)
	go func() {
		for {
			batch, err := link.Read(nil)
			for _, r := range batch {
				got <- r
			}
			if err != nil {
				ended <- err
				return
			}
		}
	}()
	if err := link.SelfTest(ctx); err != nil { // before any presence
		t.Fatal(err)
	}
	if err := link.Send(ctx, stanza.Out{Kind: stanza.Presence}); err != nil {
		t.Error(err)
	}
	roster, err := link.Ask(ctx, stanza.NewIQ(stanza.TypeGet, jid.JID{}, element.New("jabber:iq:roster", "query")))
	if err != nil || roster.Payload.Local() != "query" {
		t.Errorf("roster: %v, %v", roster.Node, err)
	}
	if err := link.Send(ctx, stanza.NewMessage(jid.MustParse(alice.JID), "hello")); err != nil {
		t.Error(err)
	}
	if from := alice.Receive(ctx).Attr("from"); from != link.Local().String() {
		t.Errorf("alice got something from %s", from)
	}
	for _, to := range []string{link.Local().String(), "bob@localhost"} {
		alice.Send("<message type='chat' to='" + to + "'><body>" + to + "</body></message>")
		for {
			r := <-got
			if r.Stanza.Kind == stanza.Presence { // our own
				continue
			}
			if r.Err != nil || r.Stanza.Body() != to {
				t.Errorf("got %v, %v", r.Stanza.Node, r.Err)
			}
			break
		}
	}
	if err := link.Close(ctx); err != nil {
		t.Errorf("Close: %v", err)
	}
	if err := <-ended; err != stream.ErrClosed {
		t.Errorf("Read ended with %v", err)
	}
}
