package faulttest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/faultproxy"
	"github.com/emp-framework/emp/internal/xmpptest"
)

// TestF17Bombs: what a user can have the server relay that no application should
// have to take: very deep, very wide, many attributes, very long names, large.
// Each gets a stanza error, and the link, which all users share, stays up.
func TestF17Bombs(t *testing.T) {
	onServers(t, xmpptest.Options{}, func(t *testing.T, srv *xmpptest.Server, proxy *faultproxy.Proxy) {
		app := through(proxy)
		app.Config.MaxStanzaBytes = 100_000
		s := run(t, app)
		alice := xmpptest.Login(t, srv, "alice")
		s.answers(alice, "before")
		attrs := make([]string, 1000)
		for i := range attrs {
			attrs[i] = fmt.Sprintf(" a%d=''", i)
		}
		for _, bomb := range []struct{ name, xml string }{
			{"deep", strings.Repeat("<a>", 300) + strings.Repeat("</a>", 300)},
			{"deeper", strings.Repeat("<a>", 3000) + strings.Repeat("</a>", 3000)},
			{"wide", strings.Repeat("<a/>", 15_000)},
			{"many attributes", "<a" + strings.Join(attrs, "") + "/>"},
			{"large", strings.Repeat("x", 150_000)},
		} {
			t.Run(bomb.name, func(t *testing.T) {
				padding := strings.Repeat(" ", 64<<10) // or the server's parser keeps it (F21)
				alice.Send(fmt.Sprintf("<iq type='get' id='%s' to='%s/x'><q xmlns='urn:q'>%s</q></iq>%s", bomb.name, xmpptest.Component, bomb.xml, padding))
				for {
					n := alice.Receive(limited(t))
					if n.Attr("id") != bomb.name {
						continue
					}
					e := n.Child(element.NSClient, "error")
					if n.Attr("type") != "error" || e.Child("urn:ietf:params:xml:ns:xmpp-stanzas", "policy-violation").IsZero() {
						t.Errorf("answered with %v", n)
					}
					break
				}
			})
		}
		stats := s.idle()
		if stats.Refused["policy-violation"] != 5 {
			t.Errorf("books %+v", stats)
		}

		// What is beyond the server's own limit is the server's to refuse.
		bob := xmpptest.Login(t, srv, "bob")
		bob.Send(fmt.Sprintf("<message to='%s/x'><body>%s</body></message>", xmpptest.Component, strings.Repeat("x", 1<<20)))
		t.Logf("1 MiB ended the stream of who sent it: %s", bob.Ended(limited(t)))

		s.answers(alice, "behind")
		if ups := s.log.count(`msg="link up`); ups != 1 {
			t.Errorf("the link came up %d times", ups)
		}
	})
}
