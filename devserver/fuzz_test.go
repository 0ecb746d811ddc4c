package devserver

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// quietServer is a server that nobody can connect to, with alice and bob and a component
// who are there, and do not read.
func quietServer() (s *Server, alice, bob *session, shop *component) {
	s = New(Options{})
	opts, err := Options{QueueBytes: 20_000, Log: slog.New(slog.DiscardHandler)}.complete()
	if err != nil {
		panic(err)
	}
	s.opts, s.log, s.domain = opts, opts.Log, jid.MustParse(opts.Domain)
	join := func(name string) *session {
		a := &account{jid: jid.MustParse(name).Bare()}
		s.accounts[a.jid.Local()] = a
		sess := &session{server: s, account: a, conn: s.newConn(nil), jid: jid.MustParse(name), directed: make(map[jid.JID]bool)}
		sess.conn.ready, sess.conn.peer = true, sess
		a.sessions = append(a.sessions, sess)
		return sess
	}
	shop = &component{server: s, domain: jid.MustParse("shop.localhost"), conn: s.newConn(nil)}
	shop.conn.ready, shop.conn.peer = true, shop
	s.components["shop.localhost"] = shop
	return s, join("alice@localhost/a"), join("bob@localhost/b"), shop
}

const streamHeader = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"

// drain returns what waits for somebody, and sees that it is stanzas, within the bounds.
func drain(t *testing.T, who string, c *conn) (got []element.Node) {
	t.Helper()
	if len(c.out.queue) > c.out.limit+padded {
		t.Errorf("%s has %d bytes waiting", who, len(c.out.queue))
	}
	p := element.NewParser()
	p.Feed([]byte(streamHeader))
	p.Feed(c.out.queue)
	c.out.queue = nil
	for {
		ev, err := p.Next()
		switch {
		case err == element.ErrIncomplete && p.Buffered() == 0:
			return got
		case err != nil || ev.Kind == element.EventExcess:
			t.Fatalf("%s would get what is no XML: %v", who, err)
		case ev.Kind == element.EventElement:
			if !ev.Node.Is(element.NSClient, "message") && !ev.Node.Is(element.NSClient, "presence") && !ev.Node.Is(element.NSClient, "iq") {
				t.Fatalf("%s would get %s", who, ev.Node.XML())
			}
			got = append(got, ev.Node)
		}
	}
}

const padded = 1 << 20 // white space behind a long tag

// FuzzStanzas sends whatever it thinks of as a client, and as a component. Nothing panics;
// what others get is stanzas from those who sent it, and bounded; and when the client has
// gone nothing of it is left.
func FuzzStanzas(f *testing.F) {
	set := func(item string) string {
		return "<iq type='set' id='s'><query xmlns='jabber:iq:roster'>" + item + "</query></iq>"
	}
	// A session as there are.
	f.Add([]byte("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq><presence><show>away</show><priority>5</priority></presence>"+
		set("<item jid='bob@localhost' name='B'><group>x</group></item>")+
		"<presence type='subscribe' to='bob@localhost'/><presence to='bob@localhost/b'/><presence type='probe' to='bob@localhost'/>"+
		"<message to='bob@localhost/b' type='chat'><body>hi</body></message><message to='carol@localhost'/><message to='@'/>"+
		"<iq type='get' id='1' to='localhost'><query xmlns='http://jabber.org/protocol/disco#info'/></iq><iq type='get' id='2'/>"+
		set("<item jid='bob@localhost' subscription='remove'/>")+"<presence type='unavailable'/></stream:stream>"),
		[]byte("<presence type='subscribed' to='alice@localhost'/><message from='a@shop.localhost' to='alice@localhost'><body>x</body></message>"))
	f.Add([]byte("<message from='bob@localhost'/>"), []byte("<presence from='x@shop.localhost' to='alice@localhost' type='subscribe'/><presence from='x@shop.localhost/r' to='bob@localhost' type='probe'/>"))
	f.Add([]byte("<a:message xmlns:a='jabber:client' a:to='x' xml:lang='??'>"+strings.Repeat("<x xmlns='urn:x'>", 300)), []byte("<iq from='shop.localhost' to='localhost' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>"))
	f.Add([]byte("<presence type='subscribed' to='x@shop.localhost'/><presence to='x@shop.localhost'/>"), []byte("<iq from='shop.localhost' to='alice@localhost/a' type='error'/>"))
	f.Fuzz(func(t *testing.T, client, component []byte) {
		s, alice, bob, shop := quietServer()
		take := func(data []byte, take func(element.Node, element.Limit) error) {
			p := element.Parser{Limits: element.Limits{Bytes: leastBytes}}
			p.Feed([]byte(streamHeader))
			p.Feed(data)
			for {
				ev, err := p.Next()
				if err != nil || ev.Kind == element.EventClose {
					return
				}
				if ev.Kind != element.EventOpen && take(ev.Node, ev.Excess) != nil {
					return
				}
			}
		}
		bob.broadcast(of(stanza.Out{Kind: stanza.Presence, From: bob.jid.Address()}))
		take(component, shop.take)
		take(client, alice.take)
		take(component, shop.take)
		for who, c := range map[string]*conn{"alice": alice.conn, "bob": bob.conn, "shop": shop.conn} {
			for _, n := range drain(t, who, c) {
				from, err := jid.Received(n.Attr("from"))
				if err != nil && n.Attr("type") != "error" || who == "bob" && from.JID.Domain() == "localhost" && from.JID.Local() != "" && from.JID.Bare() != alice.account.jid && from.JID.Bare() != bob.account.jid && n.Attr("type") != "error" {
					t.Fatalf("%s would get %s", who, n.XML())
				}
			}
		}
		for name, a := range s.accounts {
			if len(a.roster) > maxRoster || len(a.offline) > s.opts.Offline {
				t.Fatalf("%s has %d contacts and %d messages", name, len(a.roster), len(a.offline))
			}
			for _, it := range a.roster {
				if it.to && it.pendingOut || it.from && it.pendingIn || it.jid.Resource() != "" {
					t.Fatalf("%s has %+v", name, it.subscription)
				}
			}
		}
		alice.leave()
		if len(alice.account.sessions) != 0 || alice.available || len(alice.directed) != 0 {
			t.Fatal("something of the session is left")
		}
	})
}
