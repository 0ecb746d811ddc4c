package devserver_test

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/leak"
	"github.com/emp-framework/emp/internal/sasl"
)

func TestMain(m *testing.M) { os.Exit(leak.Main(m)) }

const (
	shop   = "shop.localhost" // the component of the tests
	secret = "of the shop"
)

// start starts a server that ends with its test, with a component and without the need
// for TLS.
func start(t testing.TB, change func(*devserver.Options)) *devserver.Server {
	t.Helper()
	opts := devserver.Options{
		Components: map[string]string{shop: secret}, AllowPlain: true,
		Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	if change != nil {
		change(&opts)
	}
	srv := devserver.New(opts)
	if err := srv.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	return srv
}

// patience is how long a test waits that is going to fail.
const patience = time.Minute

// A link is a stream of a component or a client, by hand.
type link struct {
	t      testing.TB
	conn   net.Conn
	parser *element.Parser
	jid    string
	syncs  int
}

func dial(t testing.TB, addr string) *link {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(patience))
	t.Cleanup(func() { conn.Close() })
	return &link{t: t, conn: conn, parser: element.NewParser()}
}

const header = "<?xml version='1.0'?><stream:stream xmlns='%s' xmlns:stream='http://etherx.jabber.org/streams' to='%s' version='1.0'>"

func (l *link) send(xml string) {
	l.t.Helper()
	if _, err := io.WriteString(l.conn, xml); err != nil {
		l.t.Fatalf("%s: %v", l.jid, err)
	}
}

// read returns what comes next, and an error behind the end of the stream.
func (l *link) read() (element.Node, error) {
	ev, err := l.parser.Read(l.conn)
	if err == nil && ev.Kind == element.EventClose {
		return ev.Node, io.EOF
	}
	return ev.Node, err
}

// next returns what comes next.
func (l *link) next() element.Node {
	l.t.Helper()
	n, err := l.read()
	if err != nil {
		l.t.Fatalf("%s: %v", l.jid, err)
	}
	return n
}

// open begins a stream, and returns the id of the server's.
func (l *link) open(content, to string) string {
	l.t.Helper()
	l.parser = element.NewParser()
	l.send(fmt.Sprintf(header, content, to))
	return l.next().Attr("id")
}

// attach connects a component.
func attach(t testing.TB, srv *devserver.Server) *link {
	t.Helper()
	l := dial(t, srv.ComponentAddr())
	l.jid = shop
	l.handshake(shop, secret)
	if n := l.next(); n.Local() != "handshake" {
		t.Fatalf("in place of the handshake: %s", n.XML())
	}
	return l
}

func (l *link) handshake(domain, secret string) {
	l.t.Helper()
	sum := sha1.Sum([]byte(l.open("jabber:component:accept", domain) + secret))
	l.send("<handshake>" + hex.EncodeToString(sum[:]) + "</handshake>")
}

// login logs a user in at a resource; without presence.
func login(t testing.TB, srv *devserver.Server, jid string) *link {
	t.Helper()
	l := dial(t, srv.ClientAddr())
	l.login(jid)
	return l
}

func (l *link) login(jid string) {
	l.t.Helper()
	bare, resource, _ := strings.Cut(jid, "/")
	local, domain, _ := strings.Cut(bare, "@")
	l.jid = jid
	l.open(element.NSClient, domain)
	l.next() // features
	if n := l.authenticate(local, devserver.DefaultPassword); n.Local() != "success" {
		l.t.Fatalf("login as %s: %s", jid, n.XML())
	}
	l.open(element.NSClient, domain)
	l.next()
	l.send("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>" + resource + "</resource></bind></iq>")
	if got := l.next(); got.Attr("type") != "result" || got.Root().StringValue() != jid {
		l.t.Fatalf("bind as %s: %s", jid, got.XML())
	}
}

// authenticate returns what the server says at last.
func (l *link) authenticate(local, password string) element.Node {
	l.t.Helper()
	a, err := sasl.NewAccount(sasl.Credentials{Username: local, Password: func() string { return password }, AllowInsecure: true})
	if err != nil {
		l.t.Fatal(err)
	}
	x, err := a.Begin(sasl.Channel{}, sasl.Offer{Mechanisms: []string{"SCRAM-SHA-1"}})
	if err != nil {
		l.t.Fatal(err)
	}
	text, err := x.Start()
	for words := "auth mechanism='SCRAM-SHA-1'"; err == nil; words = "response" {
		name, _, _ := strings.Cut(words, " ")
		l.send("<" + words + " xmlns='" + sasl.NS + "'>" + text + "</" + name + ">")
		n := l.next()
		if n.Local() != "challenge" {
			if n.Local() == "success" {
				err = x.Done(n.Text())
			}
			if err != nil {
				l.t.Fatal(err)
			}
			return n
		}
		text, err = x.Next(context.Background(), n.Text())
	}
	l.t.Fatal(err)
	return element.Node{}
}

// sync returns what has come until the server has done all that the link sent before.
func (l *link) sync() (got []element.Node) {
	l.t.Helper()
	l.syncs++
	id, from := fmt.Sprintf("sync-%d", l.syncs), ""
	if !strings.Contains(l.jid, "@") {
		from = " from='" + l.jid + "'"
	}
	l.send("<iq type='get' to='localhost' id='" + id + "'" + from + "><ping xmlns='urn:xmpp:ping'/></iq>")
	for {
		n := l.next()
		if n.Attr("id") == id {
			return got
		}
		got = append(got, n)
	}
}

// quiet takes in all that the links have sent and got.
func quiet(links ...*link) {
	for range 2 {
		for _, l := range links {
			l.t.Helper()
			l.sync()
		}
	}
}

// short writes a stanza so that a test can say it in a line: kind, type, from and to, and
// the text in it.
func short(n element.Node) string {
	words := []string{n.Local()}
	for _, name := range []string{"type", "from", "to"} {
		if v := n.Attr(name); v != "" {
			words = append(words, name+"="+v)
		}
	}
	if f := n.Child(element.NSClient, "error"); !f.IsZero() {
		return strings.Join(append(words, f.Attr("type")+"/"+f.FirstElement().Local()), " ")
	}
	if item := n.FirstElement().FirstElement(); item.Local() == "item" && n.Local() == "iq" {
		words = append(words, item.Attr("jid"), item.Attr("subscription"))
		if item.Attr("ask") != "" {
			words = append(words, "ask="+item.Attr("ask"))
		}
	}
	if text := strings.TrimSpace(n.StringValue()); text != "" {
		words = append(words, fmt.Sprintf("%q", text))
	}
	return strings.Join(words, " ")
}

// expect says what stanzas a link has got.
func expect(t *testing.T, l *link, want ...string) {
	t.Helper()
	var got []string
	for _, n := range l.sync() {
		got = append(got, short(n))
	}
	if g, w := strings.Join(got, "\n\t"), strings.Join(want, "\n\t"); g != w {
		t.Errorf("%s got\n\t%s\nwant\n\t%s", l.jid, g, w)
	}
}
