package emptest

import (
	"context"
	"net"
	"testing"

	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
)

// TestPlaysOnServers performs the plays through real servers, with an app that is none of
// the framework's and with slixmpp as the peers: the same play is to mean the same there.
func TestPlaysOnServers(t *testing.T) {
	for name, run := range map[string]func(testing.TB, xmpptest.Options) *xmpptest.Server{
		"Prosody":  xmpptest.Prosody,
		"ejabberd": xmpptest.Ejabberd,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := run(t, xmpptest.Options{})
			at := Server{Login: func(t testing.TB, peer jid.JID) Peer { return xmpptest.LoginPeer(t, server, peer) }}
			RunOn(t, "testdata/*.txtar", func(t *testing.T, p *Play) Stage {
				c := &byHand{answer: everything}
				c.server() // fills in the rest
				c.dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
					return new(net.Dialer).DialContext(ctx, network, server.ComponentAddr)
				}
				ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
				ended := make(chan error, 1)
				go func() { ended <- c.Run(ctx) }()
				t.Cleanup(func() {
					cancel()
					<-ended
				})
				select {
				case <-c.Ready():
				case err := <-ended:
					t.Fatal(err)
				}
				s := &throughServer{app: jid.MustParse(domain), idle: c.Idle, peers: make(map[jid.JID]Peer), inbox: newInbox()}
				s.enter(t, at, p)
				return s
			})
		})
	}
}
