package xmpptest_test

import (
	"crypto/tls"
	"net"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xmpptest"
)

// TestClientTLS: clients are offered STARTTLS on the one port, and TLS from the
// first byte on the other.
func TestClientTLS(t *testing.T) {
	both(t, func(t *testing.T, start func(testing.TB, xmpptest.Options) *xmpptest.Server) {
		s := start(t, xmpptest.Options{ClientTLS: true})
		plain, err := net.Dial("tcp", s.ClientAddr)
		if err != nil {
			t.Fatal(err)
		}
		p := client(t, plain)
		if features := p.features(); !strings.Contains(features, "<starttls ") {
			t.Errorf("in the clear it offers %s", features)
		}
		p.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
		if answer := p.receive(); answer.Local() != "proceed" {
			t.Fatalf("STARTTLS: %s", answer.XML())
		}
		config := &tls.Config{RootCAs: s.CAs, ServerName: xmpptest.Domain}
		direct, err := tls.Dial("tcp", s.DirectAddr, config)
		if err != nil {
			t.Fatal(err)
		}
		for name, conn := range map[string]net.Conn{"STARTTLS": tls.Client(plain, config), "direct": direct} {
			if features := client(t, conn).features(); !strings.Contains(features, "SCRAM-SHA-1<") || strings.Contains(features, "<starttls ") {
				t.Errorf("behind TLS (%s) it offers %s", name, features)
			}
		}
	})
}

// client opens a client's stream over conn.
func client(t testing.TB, conn net.Conn) *peer {
	t.Helper()
	t.Cleanup(func() { conn.Close() })
	p := &peer{t: t, conn: conn, parser: element.NewParser()}
	p.send("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='" + xmpptest.Domain + "' version='1.0'>")
	p.event(element.EventOpen)
	return p
}

func (p *peer) features() string {
	p.t.Helper()
	return p.receive().XML()
}
