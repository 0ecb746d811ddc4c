package stream_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// TestServers: the link lives with real servers: handshake, self-test, a
// question, stanzas both ways, an orderly end.
func TestServers(t *testing.T) {
	for name, start := range map[string]func(testing.TB, xmpptest.Options) *xmpptest.Server{
		"prosody": xmpptest.Prosody, "ejabberd": xmpptest.Ejabberd,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := start(t, xmpptest.Options{})
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			link, err := stream.DialComponent(ctx, stream.Options{
				Server: srv.ComponentAddr, Domain: jid.MustParse(xmpptest.Component), Secret: xmpptest.Secret,
			})
			if err != nil {
				t.Fatal(err)
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
			if err := link.SelfTest(ctx); err != nil {
				t.Fatal(err)
			}
			version, err := link.Ask(ctx, stanza.NewIQ(stanza.TypeGet, jid.MustParse("localhost"), element.New("http://jabber.org/protocol/disco#info", "query")))
			if err != nil || version.Type != stanza.TypeResult {
				t.Errorf("disco: %v, %v", version.Node, err)
			}
			alice := xmpptest.Login(t, srv, "alice")
			if err := link.Send(ctx, stanza.NewMessage(jid.MustParse(alice.JID), "hello")); err != nil {
				t.Error(err)
			}
			alice.Receive(ctx)
			alice.Send("<message to='hackity.localhost/hack'><body>hack</body></message>")
			if r := <-got; r.Err != nil || r.Stanza.Body() != "hack" {
				t.Errorf("got %v, %v", r.Stanza.Node, r.Err)
			}
			// Finding 8: nothing follows, and it must not stay in the server (where it
			// would only if the server happens to read it in pieces).
			big := element.New("urn:x", "big")
			for i := range 250 {
				big.Attr(fmt.Sprintf("a%d", i), strings.Repeat("x", 50))
			}
			if err := link.Send(ctx, stanza.NewMessage(jid.MustParse(alice.JID), "").Add(big)); err != nil {
				t.Error(err)
			}
			if got := alice.Receive(ctx).Child("urn:x", "big"); got.Attr("a249") == "" {
				t.Errorf("alice got %.100s", got)
			}
			if err := link.Close(ctx); err != nil {
				t.Errorf("Close: %v", err)
			}
			if err := <-ended; err != stream.ErrClosed {
				t.Errorf("Read ended with %v", err)
			}
		})
	}
}
