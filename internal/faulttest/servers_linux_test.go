package faulttest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/faultproxy"
	"github.com/emp-framework/emp/internal/leak"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// onServers runs a test on Prosody and then on ejabberd, each with a proxy
// before it, and sees that nothing is left.
func onServers(t *testing.T, opts xmpptest.Options, test func(t *testing.T, srv *xmpptest.Server, proxy *faultproxy.Proxy)) {
	for _, server := range []struct {
		name  string
		start func(testing.TB, xmpptest.Options) *xmpptest.Server
	}{{"prosody", xmpptest.Prosody}, {"ejabberd", xmpptest.Ejabberd}} {
		t.Run(server.name, func(t *testing.T) {
			leak.Check(t)
			srv := server.start(t, opts)
			test(t, srv, faultproxy.New(t, srv.ComponentAddr))
		})
	}
}

// through returns an application that reaches its server through the proxy.
func through(proxy *faultproxy.Proxy) *framework.App {
	return &framework.App{
		Config: framework.Config{
			JID: xmpptest.Component, Secret: framework.NewSecret(xmpptest.Secret), Server: proxy.Addr,
			ReconnectMin: 10 * time.Millisecond, ReconnectMax: 100 * time.Millisecond,
		},
		Routes: to(echo),
	}
}

// limited is a context for one step of a test.
func limited(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// answers shows that the application is there for a user: it can send, and is
// reached. The user tries again: a server may for a moment give stanzas to a
// connection that is gone.
func (s *subject) answers(user *xmpptest.Client, what string) {
	s.t.Helper()
	ctx := limited(s.t)
	if err := s.Send(ctx, stanza.NewMessage(jid.MustParse(user.JID), "news "+what)); err != nil {
		s.t.Fatal(err)
	}
	awaitBody(ctx, user, "news "+what)
	for {
		user.Send(fmt.Sprintf("<message to='%s/x' type='chat'><body>%s</body></message>", xmpptest.Component, what))
		roundTrip(s.t, user)
		for _, n := range user.Received() {
			if body(n) == what {
				return
			}
		}
	}
}

// roundTrip waits until the server has taken what the user sent.
func roundTrip(t testing.TB, user *xmpptest.Client) {
	user.Ask(limited(t), fmt.Sprintf("<iq type='get' id='%d' to='%s'><q xmlns='urn:q'/></iq>", rand.Uint64(), xmpptest.Domain))
}

// awaitBody waits for a message, throwing away what comes before it.
func awaitBody(ctx context.Context, user *xmpptest.Client, want string) {
	for body(user.Receive(ctx)) != want {
	}
}
