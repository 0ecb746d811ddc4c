package devserver_test

import (
	"context"
	"testing"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// TestRosterVersion: who has the version that there is gets no roster, each push brings a
// new one, and none is that of another run of the server (RFC 6121 section 2.6).
func TestRosterVersion(t *testing.T) {
	seen := make(map[string]bool)
	for range 2 {
		srv := start(t, nil)
		alice := login(t, srv, aliceA)
		query := func(ver string) element.Node {
			t.Helper()
			alice.send("<iq type='get' id='r'><query xmlns='jabber:iq:roster' ver='" + ver + "'/></iq>")
			for _, n := range alice.sync() {
				if n.Attr("id") == "r" {
					return n.Child("jabber:iq:roster", "query")
				}
			}
			t.Fatal("no answer")
			return element.Node{}
		}
		ver := query("").Attr("ver")
		if ver == "" || seen[ver] || !query(ver).IsZero() {
			t.Errorf("version %q, of those %v: or the roster comes again", ver, seen)
		}
		seen[ver] = true
		alice.send(setRoster("<item jid='bob@localhost' name='Bob'/>"))
		pushed := ""
		for _, n := range alice.sync() {
			if n.Attr("type") == "set" {
				pushed = n.Child("jabber:iq:roster", "query").Attr("ver")
			}
		}
		if q := query(ver); pushed == "" || pushed == ver || q.Attr("ver") != pushed || q.FirstElement().Attr("name") != "Bob" {
			t.Errorf("pushed as version %q, and to who has %q comes %s", pushed, ver, q.XML())
		}
		if !query(pushed).IsZero() {
			t.Error("the roster comes to who has it")
		}
	}
}

// TestInMemory: a server without a network, whose test is everybody else.
func TestInMemory(t *testing.T) {
	remote := make(chan stanza.Stanza, 10)
	srv := devserver.New(devserver.Options{
		InMemory: true, AllowPlain: true, Accounts: map[string]string{"alice": "secret"},
		Remote: func(st stanza.Stanza) { remote <- st },
	})
	if _, err := srv.DialClient(t.Context(), "", ""); err == nil {
		t.Error("it can be connected to before the start")
	}
	if err := srv.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if srv.ClientAddr() != "" || srv.ComponentAddr() != "" {
		t.Errorf("it listens at %s and %s", srv.ClientAddr(), srv.ComponentAddr())
	}
	account, err := stream.NewAccount(jid.MustParse("alice@localhost"), stream.Credentials{Password: func() string { return "secret" }, AllowInsecure: true})
	if err != nil {
		t.Fatal(err)
	}
	c, err := stream.NewClient(stream.Options{Account: account, Resource: "a", Server: "127.0.0.1:5222", Encryption: stream.EncryptNone, Dial: srv.DialClient})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []func(context.Context) error{c.Connect, c.Open, c.Encrypt, c.Authenticate, c.Bind} {
		if err := step(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if at := srv.Resources(jid.MustParse("alice@localhost")); len(at) != 1 || at[0].String() != aliceA {
		t.Errorf("alice is at %v", at)
	}
	for _, to := range []string{"bob@localhost", "carol@example.org/desk"} {
		if err := c.Send(t.Context(), stanza.NewMessage(jid.MustParse(to), "hi")); err != nil {
			t.Fatal(err)
		}
		if st := <-remote; st.To.String() != to || st.From.String() != aliceA {
			t.Errorf("the others got %s", st.Node)
		}
	}
	st, err := stanza.ParseString("<message from='carol@example.org/desk' to='alice@localhost/a'><body>ho</body></message>")
	if err != nil {
		t.Fatal(err)
	}
	srv.Deliver(st)
	got, err := c.Read(nil)
	if err != nil || len(got) != 1 || got[0].Stanza.Body() != "ho" {
		t.Errorf("alice got %v, %v", got, err)
	}
	if srv.Cut(jid.JID{}) != 1 {
		t.Error("there is nothing to cut")
	}
	c.Abort()
	srv.Close()
	if _, err := srv.DialClient(t.Context(), "", ""); err == nil {
		t.Error("it can be connected to behind the end")
	}
}
