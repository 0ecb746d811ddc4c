package devserver_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xmpptest"
)

// TestSlixmpp: a real client logs in over STARTTLS by SCRAM, which knows nothing of EMP,
// and talks to a component and to another client.
func TestSlixmpp(t *testing.T) {
	ca := filepath.Join(t.TempDir(), "ca.pem")
	srv := start(t, func(o *devserver.Options) {
		o.AllowPlain, o.CAFile = false, ca
		o.Accounts = map[string]string{"alice": xmpptest.Password, "bob": xmpptest.Password}
	})
	c := attach(t, srv)
	at := &xmpptest.Server{ClientAddr: srv.ClientAddr(), CAFile: ca, LoginTLS: true}
	alice, bob := xmpptest.Login(t, at, "alice/desk"), xmpptest.Login(t, at, "bob")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()

	alice.Send("<message to='x@shop.localhost' type='chat'><body>what have you got?</body></message>")
	if got := short(c.next()); got != `message type=chat from=alice@localhost/desk to=x@shop.localhost "what have you got?"` {
		t.Error(got)
	}
	c.send("<message from='x@shop.localhost' to='alice@localhost'><body>nothing</body></message>")
	if got := alice.Receive(ctx); short(got) != `message from=x@shop.localhost to=alice@localhost "nothing"` {
		t.Error(got.XML())
	}
	alice.Send("<presence type='subscribe' to='" + bob.JID + "'/>")
	if got := bob.Receive(ctx); short(got) != "presence type=subscribe from=alice@localhost to=bob@localhost" {
		t.Error(got.XML())
	}
	bob.Send("<presence type='subscribed' to='alice@localhost'/>")
	for _, want := range []string{"presence type=subscribed from=bob@localhost to=alice@localhost", "presence from=" + bob.JID + " to=alice@localhost"} {
		if got := alice.Receive(ctx); short(got) != want {
			t.Errorf("%s, want %s", got.XML(), want)
		}
	}
	if got := alice.Ask(ctx, "<iq type='get' id='1' to='localhost'><query xmlns='http://jabber.org/protocol/disco#items'/></iq>"); got.Child("http://jabber.org/protocol/disco#items", "query").FirstElement().Attr("jid") != shop {
		t.Error(got.XML())
	}
	big := "<x xmlns='urn:x' a='" + strings.Repeat("x", 20_000) + "'/>" // expat would wait for more
	c.send("<message from='x@shop.localhost' to='alice@localhost'>" + big + "</message>")
	if got := alice.Receive(ctx); !got.Is(element.NSClient, "message") {
		t.Error(got.XML())
	}
	srv.Close()
	for _, who := range []*xmpptest.Client{alice, bob} {
		who.Ended(ctx)
	}
}
