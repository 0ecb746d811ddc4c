package devserver_test

import (
	"fmt"
	"strings"
	"testing"
)

const (
	getRoster = "<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>"
	aliceA    = "alice@localhost/a"
	bobB      = "bob@localhost/b"
)

func setRoster(item string) string {
	return "<iq type='set' id='s'><query xmlns='jabber:iq:roster'>" + item + "</query></iq>"
}

// TestSubscribe is two people who come to see each other, and part (RFC 6121 section 3).
func TestSubscribe(t *testing.T) {
	srv := start(t, nil)
	alice, bob := login(t, srv, aliceA), login(t, srv, bobB)
	alice.send(getRoster + "<presence/>")
	bob.send(getRoster + "<presence/>")
	quiet(alice, bob)

	step := func(l *link, send string, toAlice, toBob []string) {
		t.Helper()
		l.send(send)
		quiet := []*link{alice, bob}
		if l == bob {
			quiet = []*link{bob, alice}
		}
		for _, who := range quiet {
			want := toAlice
			if who == bob {
				want = toBob
			}
			expect(t, who, want...)
		}
	}
	const pushAlice, pushBob = "iq type=set from=alice@localhost to=alice@localhost/a bob@localhost ", "iq type=set from=bob@localhost to=bob@localhost/b alice@localhost "
	step(alice, "<presence type='subscribe' to='bob@localhost/b'/>",
		[]string{pushAlice + "none ask=subscribe"},
		[]string{"presence type=subscribe from=alice@localhost to=bob@localhost"})
	step(alice, "<presence type='subscribe' to='bob@localhost'/>", nil, nil) // once more
	step(bob, "<presence type='subscribed' to='alice@localhost'/>",
		[]string{"presence type=subscribed from=bob@localhost to=alice@localhost", pushAlice + "to", "presence from=bob@localhost/b to=alice@localhost"},
		[]string{pushBob + "from"})
	step(alice, "<presence type='subscribe' to='bob@localhost'/>",
		nil, nil) // it has that already
	step(bob, "<presence type='subscribe' to='alice@localhost'/>",
		[]string{"presence type=subscribe from=bob@localhost to=alice@localhost"},
		[]string{pushBob + "from ask=subscribe"})
	step(alice, "<presence type='subscribed' to='bob@localhost'/>",
		[]string{pushAlice + "both"},
		[]string{"presence type=subscribed from=alice@localhost to=bob@localhost", pushBob + "both", "presence from=alice@localhost/a to=bob@localhost"})
	step(alice, "<presence><show>away</show></presence>",
		[]string{`presence from=alice@localhost/a to=alice@localhost/a "away"`},
		[]string{`presence from=alice@localhost/a to=bob@localhost "away"`})

	// Who comes later is told who is there.
	phone := login(t, srv, "alice@localhost/phone")
	phone.send("<presence/>")
	expect(t, phone,
		"presence from=alice@localhost/phone to=alice@localhost/phone",
		`presence from=alice@localhost/a to=alice@localhost/phone "away"`,
		"presence from=bob@localhost/b to=alice@localhost/phone")
	phone.send("</stream:stream>")
	phone.ended()
	for _, n := range []string{"presence from=alice@localhost/phone to=%s", "presence type=unavailable from=alice@localhost/phone to=%s"} {
		if got := short(alice.next()); got != fmt.Sprintf(n, aliceA) {
			t.Error(got)
		}
		if got := short(bob.next()); got != fmt.Sprintf(n, "bob@localhost") {
			t.Error(got)
		}
	}

	step(bob, "<presence type='unsubscribed' to='alice@localhost'/>",
		[]string{"presence type=unavailable from=bob@localhost/b to=alice@localhost", "presence type=unsubscribed from=bob@localhost to=alice@localhost", pushAlice + "from"},
		[]string{pushBob + "to"})
	step(alice, setRoster("<item jid='bob@localhost' subscription='remove'/>"),
		[]string{pushAlice + "remove", "iq type=result from=alice@localhost to=alice@localhost/a"},
		[]string{"presence type=unavailable from=alice@localhost/a to=bob@localhost", "presence type=unsubscribed from=alice@localhost to=bob@localhost", pushBob + "none"})
	step(bob, "<presence type='unsubscribe' to='alice@localhost'/>", nil, nil)
	step(alice, "<presence type='subscribe' to='alice@localhost'/>", []string{"presence type=error from=alice@localhost to=alice@localhost modify/bad-request"}, nil)
}

// TestSubscribeLater: who asks somebody who is not there is heard when they come, until
// they answer; and not before they are in the roster (RFC 6121 section 3.1.3).
func TestSubscribeLater(t *testing.T) {
	srv := start(t, nil)
	c := attach(t, srv)
	ask := "presence type=subscribe from=x@shop.localhost to=alice@localhost"
	long := "presence type=subscribe from=y@shop.localhost to=alice@localhost"
	c.send("<presence type='subscribe' from='x@shop.localhost' to='alice@localhost'><nick xmlns='urn:x'>x</nick></presence>" +
		"<presence type='subscribe' from='y@shop.localhost/z' to='alice@localhost'><status>" + strings.Repeat("x", 10_000) + "</status></presence>" +
		"<presence type='subscribe' from='y@shop.localhost' to='carol@localhost'/>" + // nobody
		"<presence type='unsubscribe' from='w@shop.localhost' to='alice@localhost'/>")
	expect(t, c)
	for range 2 {
		alice := login(t, srv, aliceA)
		alice.send(getRoster + "<presence/>")
		long := strings.Replace(long, "y@shop.localhost", "y@shop.localhost/z", 1)
		expect(t, alice, "iq type=result from=alice@localhost to=alice@localhost/a", "presence from=alice@localhost/a to=alice@localhost/a", ask+` "x"`, long)
		alice.send("</stream:stream>")
		alice.ended()
	}
	alice := login(t, srv, aliceA)
	alice.send(getRoster + "<presence type='subscribed' to='x@shop.localhost'/><presence type='unsubscribed' to='y@shop.localhost'/>")
	expect(t, alice, "iq type=result from=alice@localhost to=alice@localhost/a", "iq type=set from=alice@localhost to=alice@localhost/a x@shop.localhost from")
	expect(t, c, "presence type=subscribed from=alice@localhost to=x@shop.localhost", "presence type=unsubscribed from=alice@localhost to=y@shop.localhost")
	alice.send("<presence/>")
	expect(t, alice, "presence from=alice@localhost/a to=alice@localhost/a")
	expect(t, c, "presence from=alice@localhost/a to=x@shop.localhost")
	c.send("<presence type='subscribe' from='x@shop.localhost' to='alice@localhost'/>")
	expect(t, c, "presence type=subscribed from=alice@localhost to=x@shop.localhost")
	c.send("<presence type='unsubscribe' from='x@shop.localhost' to='alice@localhost'/>")
	expect(t, c, "presence type=unsubscribed from=alice@localhost to=x@shop.localhost", "presence type=unavailable from=alice@localhost/a to=x@shop.localhost")
	expect(t, alice, "presence type=unsubscribe from=x@shop.localhost to=alice@localhost", "iq type=set from=alice@localhost to=alice@localhost/a x@shop.localhost none")
}

// TestP05Probe: who is subscribed learns who is there; others do not learn whether there
// is such an account.
func TestP05Probe(t *testing.T) {
	srv := start(t, nil)
	c, alice := attach(t, srv), login(t, srv, aliceA)
	probe := func(to string, want ...string) {
		t.Helper()
		c.send("<presence type='probe' from='x@shop.localhost/r' to='" + to + "'/>")
		expect(t, c, want...)
	}
	for _, who := range []string{"alice@localhost", "carol@localhost"} {
		probe(who, "presence type=unsubscribed from="+who+" to=x@shop.localhost")
	}
	c.send("<presence type='subscribe' from='x@shop.localhost' to='alice@localhost'/>")
	c.sync()
	alice.send("<presence type='subscribed' to='x@shop.localhost'/>")
	alice.sync()
	expect(t, c, "presence type=subscribed from=alice@localhost to=x@shop.localhost")
	probe("alice@localhost", "presence type=unavailable from=alice@localhost to=x@shop.localhost/r")
	alice.send("<presence><show>dnd</show></presence>")
	alice.sync()
	expect(t, c, `presence from=alice@localhost/a to=x@shop.localhost "dnd"`)
	probe("alice@localhost", `presence from=alice@localhost/a to=x@shop.localhost/r "dnd"`)
	probe("alice@localhost/a", `presence from=alice@localhost/a to=x@shop.localhost/r "dnd"`)
	probe("alice@localhost/b", "presence type=unavailable from=alice@localhost/b to=x@shop.localhost/r")

	// The server asks for a client that comes, and not for one of which nobody may know.
	alice.send("<presence type='subscribe' to='x@shop.localhost'/>")
	alice.sync()
	expect(t, c, "presence type=subscribe from=alice@localhost to=x@shop.localhost")
	c.send("<presence type='subscribed' from='x@shop.localhost' to='alice@localhost'/>")
	expect(t, c)
	phone := login(t, srv, "alice@localhost/phone")
	phone.send("<presence/>")
	phone.sync()
	expect(t, c, "presence from=alice@localhost/phone to=x@shop.localhost", "presence type=probe from=alice@localhost/phone to=x@shop.localhost")
}

// TestDirected: presence to one address alone, who is told of the end as well (RFC 6121
// section 4.6).
func TestDirected(t *testing.T) {
	srv := start(t, nil)
	c, alice := attach(t, srv), login(t, srv, aliceA)
	alice.send("<presence to='x@shop.localhost/r'/><presence to='y@shop.localhost'/><presence to='y@shop.localhost' type='unavailable'/>")
	alice.sync()
	expect(t, c, "presence from=alice@localhost/a to=x@shop.localhost/r", "presence from=alice@localhost/a to=y@shop.localhost", "presence type=unavailable from=alice@localhost/a to=y@shop.localhost")
	alice.send("<presence type='unavailable'><status>bye</status></presence>")
	alice.sync()
	expect(t, c, `presence type=unavailable from=alice@localhost/a to=x@shop.localhost/r "bye"`)
	alice.send("<presence type='unavailable'/>")
	alice.sync()
	expect(t, c)

	for i := range 1100 { // of which the server remembers a thousand
		alice.send(fmt.Sprintf("<presence to='%d@shop.localhost'/>", i))
	}
	alice.sync()
	if n := len(c.sync()); n != 1000 {
		t.Errorf("%d were told", n)
	}
	alice.send("<presence to='1@shop.localhost'/><message type='error' to='shop.localhost'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>")
	alice.sync()
	expect(t, c, "presence from=alice@localhost/a to=1@shop.localhost", "message type=error from=alice@localhost/a to=shop.localhost cancel/gone")
}

// TestRoster: RFC 6121 section 2.
func TestRoster(t *testing.T) {
	srv := start(t, nil)
	alice, phone := login(t, srv, aliceA), login(t, srv, "alice@localhost/phone")
	alice.send(getRoster)
	alice.sync()
	result := "iq type=result from=alice@localhost to=alice@localhost/a"
	push := "iq type=set from=alice@localhost to=alice@localhost/a x@shop.localhost none"
	refused := func(why string) string {
		return "iq type=error from=alice@localhost to=alice@localhost/a " + why
	}
	group := func(n int) string {
		return "<item jid='x@shop.localhost'>" + strings.Repeat("<group>x</group>", n) + "</item>"
	}
	for _, tc := range []struct {
		item string
		want []string
	}{
		{"<item jid='x@shop.localhost/r' name='X' subscription='both' ask='subscribe'><group>one</group><group>two</group></item>", []string{push + ` "onetwo"`, result}},
		{"<item jid='x@shop.localhost'/>", []string{push, result}},
		{"", []string{refused("modify/bad-request")}},
		{"<item jid='a@b'/><item jid='b@b'/>", []string{refused("modify/bad-request")}},
		{"<item jid='@'/>", []string{refused("modify/bad-request")}},
		{"<item/>", []string{refused("modify/bad-request")}},
		{"<item jid='alice@localhost'/>", []string{refused("modify/bad-request")}},
		{group(2), []string{refused("modify/bad-request")}},
		{"<item jid='x@shop.localhost'><group/></item>", []string{refused("modify/not-acceptable")}},
		{"<item jid='x@shop.localhost' name='" + strings.Repeat("x", 1024) + "'/>", []string{refused("modify/not-acceptable")}},
		{"<item jid='nobody@shop.localhost' subscription='remove'/>", []string{refused("cancel/item-not-found")}},
		{"<item jid='x@shop.localhost' subscription='remove'/>", []string{strings.Replace(push, "none", "remove", 1), result}},
		{"<item jid='x@shop.localhost' subscription='remove'/>", []string{refused("cancel/item-not-found")}},
	} {
		alice.send(setRoster(tc.item))
		expect(t, alice, tc.want...)
	}
	expect(t, phone) // which has not asked for the roster
	alice.send("<iq type='get' id='1' to='bob@localhost'><query xmlns='jabber:iq:roster'/></iq>")
	expect(t, alice, "iq type=error from=bob@localhost to=alice@localhost/a cancel/service-unavailable")

	for i := range 1001 {
		alice.send(setRoster(fmt.Sprintf("<item jid='%d@shop.localhost'/>", i)))
	}
	got := alice.sync()
	if last := short(got[len(got)-1]); last != refused("wait/resource-constraint") {
		t.Error(last)
	}
	alice.send("<presence/><presence type='subscribe' to='one-more@shop.localhost'/>")
	expect(t, alice, "presence from=alice@localhost/a to=alice@localhost/a", "presence type=error from=one-more@shop.localhost to=alice@localhost wait/resource-constraint")
	c := attach(t, srv)
	c.send("<presence type='subscribe' from='more@shop.localhost' to='alice@localhost'/>")
	expect(t, c)
	expect(t, alice)
}

// TestServer: what the server answers itself.
func TestServer(t *testing.T) {
	srv := start(t, nil)
	alice := login(t, srv, aliceA)
	ask := func(to, query string) string {
		t.Helper()
		if to != "" {
			to = " to='" + to + "'"
		}
		alice.send("<iq type='get' id='q'" + to + ">" + query + "</iq>")
		return alice.next().XML()
	}
	const info, items = "<query xmlns='http://jabber.org/protocol/disco#info'/>", "<query xmlns='http://jabber.org/protocol/disco#items'/>"
	for _, tc := range []struct{ to, query, want string }{
		{"localhost", info, "category='server'"},
		{"localhost", info, "var='urn:xmpp:ping'"},
		{"localhost", items, "jid='shop.localhost'"},
		{"", info, "category='account'"},
		{"", items, `disco#items`},
		{"", "<ping xmlns='urn:xmpp:ping'/>", "type='result'"},
		{"", "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>", "type='result'"},
		{"", "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>", `not-allowed`},
		{"localhost/x", info, `service-unavailable`},
		{"localhost", "<query xmlns='http://jabber.org/protocol/disco#info' node='x'/>", `service-unavailable`},
		{"localhost", "<query xmlns='jabber:iq:register'/>", `service-unavailable`},
		{"bob@localhost", info, `service-unavailable`},
		{"carol@localhost", info, `service-unavailable`},
	} {
		if got := ask(tc.to, tc.query); !strings.Contains(got, tc.want) {
			t.Errorf("%s of %q: %s, want %s", tc.query, tc.to, got, tc.want)
		}
	}
	alice.send("<message to='localhost'><body>hi</body></message><presence to='localhost'/><iq type='result' id='1' to='localhost'/>")
	expect(t, alice, "message type=error from=localhost to=alice@localhost/a cancel/service-unavailable")
}
