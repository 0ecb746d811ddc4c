package stream

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// TestClient: the whole way: what the link says, in this order, and what it is then.
func TestA02Client(t *testing.T) {
	var h *host
	done := make(chan struct{})
	opts := newHost(t, func(host *host) {
		defer close(done)
		h = host
		h.login()
		h.say("<message id='1' from='romeo@capulet.example/orchard' to='juliet@capulet.example/balcony'><body>hi</body></message>" +
			"<iq type='set' id='2'><query xmlns='jabber:iq:roster'/></iq>" +
			"<message id='3' from='romeo@capulet.example' to='mercutio@capulet.example'/>")
		h.rest()
	})
	link, err := DialClient(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer link.Abort()
	if link.Local() != jid.MustParse("juliet@capulet.example/balcony") {
		t.Errorf("it is %s", link.Local())
	}
	var got []Received
	for len(got) < 3 {
		if got, err = link.Read(got); err != nil {
			t.Fatal(err)
		}
	}
	if s := got[0]; s.Err != nil || s.Stanza.From.String() != "romeo@capulet.example/orchard" || s.Stanza.Lang != "de" {
		t.Errorf("the first is %+v", s)
	}
	// RFC 6120 sections 8.1.1.1 and 8.1.2.1 (requirement T13)
	if s := got[1]; s.Err != nil || s.Stanza.From.String() != "juliet@capulet.example" || s.Stanza.To.String() != "juliet@capulet.example/balcony" {
		t.Errorf("the second is %+v", s)
	}
	if s := got[2]; s.Err == nil {
		t.Errorf("what is for another is taken: %+v", s)
	}
	for _, o := range []stanza.Out{
		{Kind: stanza.Presence},
		{Kind: stanza.Message, To: jid.MustParse("romeo@capulet.example").Address(), From: jid.MustParse("juliet@capulet.example").Address(), Body: "wherefore"},
	} {
		if err := link.Send(t.Context(), o); err != nil {
			t.Error(err)
		}
	}
	if err := link.Send(t.Context(), stanza.Out{Kind: stanza.Presence, From: jid.MustParse("juliet@capulet.example/other").Address()}); err == nil {
		t.Error("it speaks as another resource")
	}
	reading := reader(link)
	if err := link.Close(t.Context()); err != nil {
		t.Error(err)
	}
	<-reading.done
	<-done
	const header = "<stream xmlns='http://etherx.jabber.org/streams' to='capulet.example' version='1.0' xml:lang='en'"
	bindID := ""
	for i, want := range []string{
		header + "/>",
		"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
		header + " from='juliet@capulet.example'/>",
		"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGp1bGlldABzZWNyZXQ=</auth>",
		header + " from='juliet@capulet.example'/>",
		"<iq xmlns='jabber:client' type='set' id='{id}'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>balcony</resource></bind></iq>",
		"<presence xmlns='jabber:client'/>",
		"<message xmlns='jabber:client' to='romeo@capulet.example'><body>wherefore</body></message>",
	} {
		if i == 5 {
			bindID = element.Node(mustParse(t, h.heard[i])).Attr("id")
		}
		if got := h.heard[i]; got != strings.Replace(want, "{id}", bindID, 1) {
			t.Errorf("it said\n%s\nwant\n%s", got, want)
		}
	}
	if len(h.heard) != 8 {
		t.Errorf("it said also %v", h.heard[8:])
	}
}

func mustParse(t testing.TB, xml string) element.Node {
	n, err := element.ParseString(xml)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestClientOrder: each step has its place, and is for once.
func TestS18ClientOrder(t *testing.T) {
	opts := newHost(t, (*host).login)
	link, err := NewClient(opts)
	if err != nil {
		t.Fatal(err)
	}
	defer link.Abort()
	steps := []func() error{
		func() error { return link.Connect(t.Context()) }, func() error { return link.Open(t.Context()) },
		func() error { return link.Encrypt(t.Context()) }, func() error { return link.Authenticate(t.Context()) },
		func() error { return link.Bind(t.Context()) },
	}
	for i, step := range steps {
		for j, other := range steps {
			if j == 0 && i == 0 || j == i {
				continue
			}
			err := other()
			if err == nil {
				t.Fatalf("step %d works before step %d", j, i)
			}
			if j < i && err != errUsed {
				t.Errorf("step %d again: %v", j, err)
			}
		}
		if err := link.Send(t.Context()); !errors.Is(err, ErrNotReady) {
			t.Errorf("Send before step %d: %v", i, err)
		}
		if i == 0 {
			if _, err := link.Read(nil); err != ErrNotReady {
				t.Error(err)
			}
		}
		if err := step(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
	}
	if err := link.Send(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestJ03LiteralDomain: an account at an IP address is looked for there, and the
// certificate has to be for that address.
func TestJ03LiteralDomain(t *testing.T) {
	for address, want := range map[string]string{"bot@[2001:db8::1]": "[2001:db8::1]:5222", "bot@192.0.2.1": "192.0.2.1:5222"} {
		account, err := NewAccount(jid.MustParse(address), Credentials{Password: func() string { return "secret" }})
		if err != nil {
			t.Fatal(err)
		}
		gone := errors.New("nobody is there")
		link, err := NewClient(Options{Account: account, Dial: func(_ context.Context, _, addr string) (net.Conn, error) {
			if addr != want {
				t.Errorf("%s is looked for at %s", address, addr)
			}
			return nil, gone
		}})
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if err := link.Connect(t.Context()); !errors.Is(err, gone) {
			t.Errorf("%s: %v", address, err)
		}
		if name := strings.Trim(account.JID().Domain(), "[]"); link.domain != name {
			t.Errorf("the certificate of %s is to be for %s", address, link.domain)
		}
		link.Abort()
	}
}
