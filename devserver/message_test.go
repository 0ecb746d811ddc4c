package devserver_test

import (
	"testing"

	"github.com/emp-framework/emp/devserver"
)

// TestMessages is RFC 6121 section 8.5 for messages and iqs, in a table.
func TestMessages(t *testing.T) {
	const desk, phone, away = "alice@localhost/desk", "alice@localhost/phone", "alice@localhost/away"
	body := func(attrs string) string { return "<message " + attrs + "><body>hi</body></message>" }
	got := func(typ, to string) string {
		return "message " + typ + "from=bob@localhost/b to=" + to + ` "hi"`
	}
	refused := func(kind, from, why string) []string {
		return []string{kind + " type=error from=" + from + " to=bob@localhost/b " + why}
	}
	srv := start(t, nil)
	a, p, n, b := login(t, srv, desk), login(t, srv, phone), login(t, srv, away), login(t, srv, "bob@localhost/b")
	a.send("<presence><priority>5</priority></presence>")
	p.send("<presence/>")
	n.send("<presence><priority>-1</priority></presence>")
	b.send("<presence/>")
	quiet(a, p, n, b)
	for _, tc := range []struct {
		name, send                  string
		desk, phone, negative, back []string
	}{
		{"bare", body("to='alice@localhost'"), []string{got("", "alice@localhost")}, nil, nil, nil},
		{"bare chat", body("to='Alice@LOCALHOST' type='chat'"), []string{got("type=chat ", "Alice@LOCALHOST")}, nil, nil, nil},
		{"headline", body("to='alice@localhost' type='headline'"), []string{got("type=headline ", "alice@localhost")}, []string{got("type=headline ", "alice@localhost")}, nil, nil},
		{"groupchat", body("to='alice@localhost' type='groupchat'"), nil, nil, nil, refused("message", "alice@localhost", "cancel/service-unavailable")},
		{"groupchat, full, nobody", body("to='alice@localhost/x' type='groupchat'"), nil, nil, nil, refused("message", "alice@localhost/x", "cancel/service-unavailable")},
		{"groupchat, component away", body("to='x@shop.localhost' type='groupchat'"), nil, nil, nil, refused("message", "x@shop.localhost", "wait/remote-server-timeout")},
		{"headline, full, nobody", body("to='alice@localhost/x' type='headline'"), nil, nil, nil, nil},
		{"error", "<message to='alice@localhost' type='error'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>", nil, nil, nil, nil},
		{"full", body("to='" + phone + "'"), nil, []string{got("", phone)}, nil, nil},
		{"full, negative", body("to='" + away + "'"), nil, nil, []string{got("", away)}, nil},
		{"full, nobody", body("to='alice@localhost/x'"), nil, nil, nil, refused("message", "alice@localhost/x", "cancel/service-unavailable")},
		{"full, nobody, chat", body("to='alice@localhost/x' type='chat'"), []string{got("type=chat ", "alice@localhost/x")}, nil, nil, nil},
		{"no such user", body("to='carol@localhost'"), nil, nil, nil, refused("message", "carol@localhost", "cancel/service-unavailable")},
		{"no such server", body("to='a@example.org'"), nil, nil, nil, refused("message", "a@example.org", "cancel/remote-server-not-found")},
		{"component away", body("to='x@shop.localhost'"), nil, nil, nil, refused("message", "x@shop.localhost", "wait/remote-server-timeout")},
		{"no address", body("to='@localhost'"), nil, nil, nil, []string{"message type=error to=bob@localhost/b modify/jid-malformed"}},
		{"iq, bare", "<iq type='get' id='1' to='alice@localhost'><q xmlns='urn:x'/></iq>", nil, nil, nil, refused("iq", "alice@localhost", "cancel/service-unavailable")},
		{"iq, nobody", "<iq type='get' id='1' to='carol@localhost'><q xmlns='urn:x'/></iq>", nil, nil, nil, refused("iq", "carol@localhost", "cancel/service-unavailable")},
		{"iq, full, nobody", "<iq type='get' id='1' to='alice@localhost/x'><q xmlns='urn:x'/></iq>", nil, nil, nil, refused("iq", "alice@localhost/x", "cancel/service-unavailable")},
		{"iq, full", "<iq type='get' id='1' to='" + desk + "'><q xmlns='urn:x'/></iq>", []string{"iq type=get from=bob@localhost/b to=" + desk}, nil, nil, nil},
		{"iq, wrong", "<iq type='get' id='1' to='" + desk + "'/>", nil, nil, nil, refused("iq", desk, "modify/bad-request")},
		{"answer to nobody", "<iq type='result' id='1' to='alice@localhost/x'/>", nil, nil, nil, nil},
		{"to oneself", body(""), nil, nil, nil, []string{`message from=bob@localhost/b "hi"`}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b.send(tc.send)
			expect(t, b, tc.back...)
			expect(t, a, tc.desk...)
			expect(t, p, tc.phone...)
			expect(t, n, tc.negative...)
		})
	}
}

// TestOffline: what comes while nobody is there waits, as much as the Options say, and is
// marked with the time when it came (XEP-0160, XEP-0203).
func TestOffline(t *testing.T) {
	srv := start(t, func(o *devserver.Options) { o.Offline = 2 })
	bob := login(t, srv, "bob@localhost/b")
	bob.send("<message to='alice@localhost' type='chat'><active xmlns='http://jabber.org/protocol/chatstates'/></message>")
	for _, text := range []string{"1", "2", "3"} {
		bob.send("<message to='alice@localhost'><body>" + text + "</body></message>")
	}
	expect(t, bob, "message type=error from=alice@localhost to=bob@localhost/b cancel/service-unavailable")

	alice := login(t, srv, "alice@localhost/a")
	alice.send("<presence><priority>-1</priority></presence>")
	expect(t, alice, "presence from=alice@localhost/a to=alice@localhost/a \"-1\"")
	alice.send("<presence/>")
	got := alice.sync()
	if len(got) != 3 {
		t.Fatalf("alice got %v", got)
	}
	for i, text := range []string{"1", "2"} {
		n := got[i+1]
		if n.Child("jabber:client", "body").Text() != text || n.Child("urn:xmpp:delay", "delay").Attr("from") != "localhost" {
			t.Errorf("got %s", n.XML())
		}
	}
	alice.send("<presence><show>away</show></presence>")
	expect(t, alice, "presence from=alice@localhost/a to=alice@localhost/a \"away\"")
}
