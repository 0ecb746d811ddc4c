package devserver_test

import (
	"io"
	"strings"
	"testing"

	"github.com/emp-framework/emp/devserver"
)

// ended reads a stream to its end, and returns the condition of the error in it, "" for
// an end in order.
func (l *link) ended() (condition string) {
	l.t.Helper()
	for {
		n, err := l.read()
		switch {
		case err == io.EOF:
			return condition
		case err != nil:
			l.t.Fatalf("%s: %v", l.jid, err)
		case n.Is("http://etherx.jabber.org/streams", "error"):
			condition = n.FirstElement().Local()
		}
	}
}

// TestHandshake: XEP-0114 section 3.
func TestHandshake(t *testing.T) {
	srv := start(t, nil)
	for _, tc := range []struct{ domain, secret, want string }{
		{shop, "wrong", "not-authorized"},
		{"other.localhost", secret, "host-unknown"},
		{"localhost", secret, "host-unknown"},
	} {
		l := dial(t, srv.ComponentAddr())
		l.handshake(tc.domain, tc.secret)
		if got := l.ended(); got != tc.want {
			t.Errorf("%s, %s: %s, want %s", tc.domain, tc.secret, got, tc.want)
		}
	}
	attach(t, srv)
	l := dial(t, srv.ComponentAddr())
	l.handshake(shop, secret)
	if got := l.ended(); got != "conflict" {
		t.Errorf("a second connection ends with %s", got)
	}
	if err := srv.AddComponent("other.localhost", "new"); err != nil {
		t.Fatal(err)
	}
	l = dial(t, srv.ComponentAddr())
	l.handshake("other.localhost", "new")
	if n := l.next(); n.Local() != "handshake" {
		t.Errorf("got %s", n.XML())
	}
	l = dial(t, srv.ComponentAddr())
	l.send(strings.ReplaceAll(header, "%s", "jabber:client"))
	l.next()
	if got := l.ended(); got != "invalid-namespace" {
		t.Errorf("a client at the component's port: %s", got)
	}
}

// TestComponentEnds: what a component sends in another's name, or without an address,
// ends its stream, as servers do.
func TestComponentEnds(t *testing.T) {
	srv := start(t, nil)
	for send, want := range map[string]string{
		"<message from='a@shop.localhost'/>":                              "improper-addressing",
		"<message to='alice@localhost'/>":                                 "invalid-from",
		"<message from='bob@localhost' to='alice@localhost'/>":            "invalid-from",
		"<message from='x.shop.localhost' to='alice@localhost'/>":         "invalid-from",
		"<message xmlns='urn:x' from='shop.localhost' to='a@localhost'/>": "unsupported-stanza-type",
		"<message from='shop.localhost' to='a@localhost'></presence>":     "not-well-formed",
		"<!-- -->":         "restricted-xml",
		"</stream:stream>": "",
	} {
		l := attach(t, srv)
		l.send(send)
		if got := l.ended(); got != want {
			t.Errorf("%s: ended with %q, want %q", send, got, want)
		}
	}
}

// TestF06Return: a component that has gone can come back at once.
func TestF06Return(t *testing.T) {
	srv := start(t, nil)
	for range 3 {
		l := attach(t, srv)
		l.send("</stream:stream>")
		if got := l.ended(); got != "" {
			t.Fatal(got)
		}
	}
}

// TestT17Excess: what is too large is answered, and costs nobody else anything.
func TestT17Excess(t *testing.T) {
	srv := start(t, func(o *devserver.Options) { o.MaxClientBytes = 20_000 })
	c, alice := attach(t, srv), login(t, srv, "alice@localhost/a")
	for _, tc := range []struct{ xml, back string }{
		{"<message to='shop.localhost'><body>" + strings.Repeat("x", 20_000) + "</body></message>", "message type=error from=shop.localhost to=alice@localhost/a modify/policy-violation"},
		{"<iq type='get' id='1' to='shop.localhost'>" + strings.Repeat("<a xmlns='urn:x'>", 300) + strings.Repeat("</a>", 300) + "</iq>", "iq type=error from=shop.localhost to=alice@localhost/a modify/policy-violation"},
		{"<iq type='result' id='1' to='shop.localhost'><body>" + strings.Repeat("x", 20_000) + "</body></iq>", ""},
	} {
		alice.send(tc.xml)
		var want []string
		if tc.back != "" {
			want = []string{tc.back}
		}
		expect(t, alice, want...)
		expect(t, c)
	}
	// A namespace that is declared once, and written out at each of its elements.
	c.send("<message from='shop.localhost' to='alice@localhost/a' id='grows' xmlns:a='urn:" + strings.Repeat("x", 900) + "'><x xmlns='urn:x'>" + strings.Repeat("<a:a/>", 5000) + "</x></message>")
	expect(t, c, "message type=error from=alice@localhost/a to=shop.localhost modify/not-acceptable")
	expect(t, alice)
}

// TestQueue: who does not read costs those who send to them an error, and nobody a
// stream.
func TestQueue(t *testing.T) {
	srv := start(t, func(o *devserver.Options) { o.QueueBytes = 10_000 })
	c := attach(t, srv)
	alice, bob := login(t, srv, "alice@localhost/a"), login(t, srv, "bob@localhost/b")
	big := strings.Repeat("x", 9000)
	refused, sent := 0, 0
	for refused == 0 {
		if sent++; sent > 10_000 {
			t.Fatal("90 MB are nowhere")
		}
		bob.send("<message to='alice@localhost/a'><body>" + big + "</body></message>")
		for _, n := range bob.sync() {
			if got := short(n); got != "message type=error from=alice@localhost/a to=bob@localhost/b wait/resource-constraint" {
				t.Fatal(got)
			}
			refused++
		}
	}
	bob.send("<message to='shop.localhost'/>")
	bob.sync()
	expect(t, c, "message from=bob@localhost/b to=shop.localhost")
	for i := 1; i < sent; i++ {
		if n := alice.next(); n.Attr("from") != "bob@localhost/b" {
			t.Fatal(short(n))
		}
	}
	expect(t, alice)
}

// TestBigTag: a long tag is followed by white space, for clients whose parser does not
// look at it before something follows.
func TestBigTag(t *testing.T) {
	srv := start(t, nil)
	c, alice := attach(t, srv), login(t, srv, "alice@localhost/a")
	const size = 20_000
	c.send("<message from='shop.localhost' to='alice@localhost/a'><x xmlns='urn:x' a='" + strings.Repeat("x", size) + "'/></message>")
	alice.next()
	spaces := alice.parser.Buffered()
	for spaces < size { // what has not come yet
		b := make([]byte, size)
		n, err := alice.conn.Read(b)
		if err != nil || strings.Trim(string(b[:n]), " ") != "" {
			t.Fatalf("after %d bytes: %v", spaces, err)
		}
		spaces += n
	}
}
