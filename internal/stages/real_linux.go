package stages

import (
	"os"
	"testing"

	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
)

// Real are Prosody and ejabberd, as package xmpptest starts them, and with its clients,
// which are slixmpp, as the peers.
var Real = []emptest.Elsewhere{
	{Name: "prosody", Start: real(xmpptest.Prosody)},
	{Name: "ejabberd", Start: real(xmpptest.Ejabberd)},
}

func real(start func(testing.TB, xmpptest.Options) *xmpptest.Server) func(*testing.T) emptest.Server {
	return func(t *testing.T) emptest.Server {
		t.Helper()
		srv := start(t, xmpptest.Options{
			Components: []string{Component}, Secret: secret, Accounts: []string{"alice", "bob", "bot"}, ClientTLS: true,
		})
		srv.LoginTLS = true
		ca, err := os.ReadFile(srv.CAFile)
		if err != nil {
			t.Fatal(err)
		}
		return emptest.Server{
			ComponentAddr: srv.ComponentAddr, Secret: secret,
			ClientAddr: srv.ClientAddr, DirectAddr: srv.DirectAddr, CA: ca, Password: func(string) string { return xmpptest.Password },
			Login: func(t testing.TB, peer jid.JID) emptest.Peer { return xmpptest.LoginPeer(t, srv, peer) },
		}
	}
}
