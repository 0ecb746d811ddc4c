package devserver_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// dialClient logs in with EMP's own client.
func dialClient(t *testing.T, srv *devserver.Server, change func(*stream.Options)) (*stream.Client, error) {
	t.Helper()
	account, err := stream.NewAccount(jid.MustParse("alice@localhost"), stream.Credentials{Password: func() string { return devserver.DefaultPassword }})
	if err != nil {
		t.Fatal(err)
	}
	opts := stream.Options{Server: srv.ClientAddr(), Account: account, Resource: "desk", TLS: &tls.Config{RootCAs: srv.CAs()}}
	if change != nil {
		change(&opts)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := stream.DialClient(ctx, opts)
	if err == nil {
		t.Cleanup(c.Abort)
	}
	return c, err
}

// TestLogin: EMP's own client logs in, in all ways that the server has, and sends
// something to itself.
func TestLogin(t *testing.T) {
	srv := start(t, func(o *devserver.Options) { o.AllowPlain, o.ChannelBinding = false, true })
	for _, encryption := range []stream.Encryption{stream.EncryptStartTLS, stream.EncryptDirect} {
		for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			t.Run(fmt.Sprintf("%v, TLS %x", encryption, version), func(t *testing.T) {
				c, err := dialClient(t, srv, func(o *stream.Options) {
					o.Encryption, o.TLS.MaxVersion = encryption, version
					o.Resource = ""
				})
				if err != nil {
					t.Fatal(err)
				}
				reading := make(chan error, 1)
				go func() {
					for {
						if _, err := c.Read(nil); err != nil {
							reading <- err
							return
						}
					}
				}()
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				if err := c.SelfTest(ctx); err != nil {
					t.Error(err)
				}
				if err := c.Close(ctx); err != nil {
					t.Error(err)
				}
				if err := <-reading; !errors.Is(err, stream.ErrClosed) {
					t.Errorf("reading ended with %v", err)
				}
			})
		}
	}
}

// TestLoginRefused: who may not log in.
func TestLoginRefused(t *testing.T) {
	srv := start(t, func(o *devserver.Options) { o.AllowPlain = false })
	with := func(user, password string) func(*stream.Options) {
		return func(o *stream.Options) {
			o.Account, _ = stream.NewAccount(jid.MustParse(user), stream.Credentials{Password: func() string { return password }, AllowInsecure: true})
		}
	}
	for name, tc := range map[string]struct {
		change func(*stream.Options)
		want   string
	}{
		"password":   {with("alice@localhost", "wrong"), "not-authorized"},
		"no account": {with("carol@localhost", devserver.DefaultPassword), "not-authorized"},
		"domain":     {with("alice@example.org", devserver.DefaultPassword), "host-unknown"},
		"no TLS":     {func(o *stream.Options) { with("alice@localhost", "secret")(o); o.Encryption = stream.EncryptNone }, "server offers no mechanism"},
		"authority":  {func(o *stream.Options) { o.TLS = nil }, "certificate"},
	} {
		_, err := dialClient(t, srv, tc.change)
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %s", name, err, tc.want)
		}
	}
	if err := srv.AddAccount("carol", devserver.DefaultPassword); err != nil {
		t.Fatal(err)
	}
	if _, err := dialClient(t, srv, with("carol@localhost", devserver.DefaultPassword)); err != nil {
		t.Error(err)
	}
}

// TestNegotiation: what clients may not do on the way in.
func TestNegotiation(t *testing.T) {
	srv, strict := start(t, nil), start(t, func(o *devserver.Options) { o.AllowPlain = false })
	for _, tc := range []struct {
		srv        *devserver.Server
		send, want string
	}{
		{srv, "<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", "not-authorized"},
		{srv, "<message to='alice@localhost'/>", "not-authorized"},
		{srv, strings.Repeat("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGEAYg==</auth>", 6), "policy-violation"},
		{srv, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'/><message/>", "not-authorized"},
		{srv, "<a>" + strings.Repeat("x", 300_000) + "</a>", "policy-violation"},
		{srv, "<?php ?>", "restricted-xml"},
		{srv, "</stream:stream>", ""},
		{strict, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'/>", "policy-violation"},
		{strict, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/><message/>", "policy-violation"},
	} {
		l := dial(t, tc.srv.ClientAddr())
		l.open("jabber:client", "localhost")
		l.next()
		l.send(tc.send)
		if got := l.ended(); got != tc.want {
			t.Errorf("%.100s: ended with %q, want %q", tc.send, got, tc.want)
		}
	}
	l := dial(t, srv.ClientAddr())
	l.send("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='localhost'>")
	l.next()
	if got := l.ended(); got != "unsupported-version" {
		t.Errorf("without a version: %q", got)
	}
}

// TestClientEnds: what a client sends in another's name ends its stream.
func TestClientEnds(t *testing.T) {
	srv := start(t, nil)
	for send, want := range map[string]string{
		"<message from='bob@localhost' to='alice@localhost'/>": "invalid-from",
		"<message from='alice@localhost/other'/>":              "invalid-from",
		"<message from='@'/>":                                  "invalid-from",
		"<a xmlns='urn:x'/>":                                   "unsupported-stanza-type",
		"<message>&a;</message>":                               "restricted-xml",
	} {
		l := login(t, srv, "alice@localhost/desk")
		l.send(send)
		if got := l.ended(); got != want {
			t.Errorf("%s: ended with %q, want %q", send, got, want)
		}
	}
	l := login(t, srv, "alice@localhost/desk")
	l.send("<message from='Alice@localhost/desk' to='alice@localhost/desk'><body>fine</body></message>")
	expect(t, l, `message from=alice@localhost/desk to=alice@localhost/desk "fine"`)
}

// TestBind: a resource is had by one client, the last that asked for it (RFC 6120
// section 7.7.2.2), and an account has a bounded number.
func TestBind(t *testing.T) {
	srv := start(t, nil)
	old := login(t, srv, "alice@localhost/desk")
	login(t, srv, "alice@localhost/desk")
	if got := old.ended(); got != "conflict" {
		t.Errorf("the first ended with %q", got)
	}
	for i := range 31 {
		login(t, srv, fmt.Sprint("alice@localhost/", i))
	}
	l := dial(t, srv.ClientAddr())
	l.open("jabber:client", "localhost")
	l.next()
	l.authenticate("alice", devserver.DefaultPassword)
	l.open("jabber:client", "localhost")
	l.next()
	for resource, want := range map[string]string{"one more": "resource-constraint", "a&#x7F;b": "bad-request"} {
		l.send("<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>" + resource + "</resource></bind></iq>")
		if got := short(l.next()); !strings.Contains(got, want) {
			t.Errorf("%s: %s", resource, got)
		}
	}
	l.send("<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>desk</resource></bind></iq>")
	if got := l.next(); got.StringValue() != "alice@localhost/desk" {
		t.Error(got.XML())
	}
}

// TestComponentLink: EMP's own component and client talk to each other through the
// server.
func TestComponentLink(t *testing.T) {
	srv := start(t, nil)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	c, err := stream.DialComponent(ctx, stream.Options{Server: srv.ComponentAddr(), Domain: jid.MustParse(shop), Secret: secret})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Abort()
	alice, err := dialClient(t, srv, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := alice.Send(ctx, stanza.NewMessage(jid.MustParse("x@shop.localhost"), "what have you got?")); err != nil {
		t.Fatal(err)
	}
	batch, err := c.Read(nil)
	if err != nil || batch[0].Err != nil || batch[0].Stanza.Body() != "what have you got?" {
		t.Fatalf("the component read %+v, %v", batch, err)
	}
	if err := c.Send(ctx, batch[0].Stanza.Reply("nothing")); err != nil {
		t.Fatal(err)
	}
	if batch, err = alice.Read(nil); err != nil || batch[0].Stanza.Body() != "nothing" {
		t.Fatalf("alice read %+v, %v", batch, err)
	}
}
