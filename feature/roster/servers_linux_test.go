package roster_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/feature/disco"
	"github.com/emp-framework/emp/feature/roster"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A cable is a Dial that can be cut.
type cable struct {
	mu   sync.Mutex
	last net.Conn
}

func (c *cable) Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, addr)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = conn
	return conn, err
}

func (c *cable) cut() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last.Close()
}

// TestServers: the roster of a client of real servers, changed by us, by contacts, over a
// reconnect, and by nobody else; and who may ask what we are.
func TestServers(t *testing.T) {
	for name, start := range map[string]func(testing.TB, xmpptest.Options) *xmpptest.Server{
		"prosody": xmpptest.Prosody, "ejabberd": xmpptest.Ejabberd,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := start(t, xmpptest.Options{ClientTLS: true, Accounts: []string{"alice", "mallory", "bot"}})
			onServer(t, srv)
		})
	}
}

func onServer(t *testing.T, srv *xmpptest.Server) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	told := make(chan string, 100)
	contacts := &roster.Feature{Changed: func(_ context.Context, was, now roster.Item) {
		told <- fmt.Sprintf("%s %s→%s %s %q %v", was.JID, was.Subscription, now.JID, now.Subscription, now.Name, now.Groups)
	}}
	want := func(texts ...string) {
		t.Helper()
		for _, text := range texts {
			select {
			case got := <-told:
				if got != text {
					t.Fatalf("told %s, want %s", got, text)
				}
			case <-ctx.Done():
				t.Fatalf("not told %s", text)
			}
		}
	}
	wire := &cable{}
	app := &framework.App{
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Dial: wire.Dial,
		Routes: func(r *router.Router) {
			r.Presence("[@type='subscribe']").To(func(_ context.Context, req *component.Request) (component.Response, error) {
				return req.ReplyPresence(stanza.TypeSubscribed), nil
			})
		},
		Config: framework.Config{
			Mode: framework.Client, JID: "bot@localhost/desk", Server: srv.ClientAddr, Secret: framework.NewSecret(xmpptest.Password),
			TLS: framework.TLS{CA: srv.CAFile}, ReconnectMin: 100 * time.Millisecond, ReconnectMax: time.Second,
		},
	}
	app.Use(contacts, &disco.Feature{Only: contacts.MaySee})
	running, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- app.Run(running) }()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}()
	select {
	case <-app.Ready():
	case <-ctx.Done():
		t.Fatal("not ready")
	}

	alice, mallory := xmpptest.Login(t, srv, "alice"), xmpptest.Login(t, srv, "mallory")
	if err := contacts.Set(ctx, jid.MustParse("alice@localhost"), "Alice", "Friends"); err != nil {
		t.Fatal(err)
	}
	want(` →alice@localhost none "Alice" [Friends]`)
	alice.Send("<presence type='subscribe' to='bot@localhost'/>")
	want(`alice@localhost none→alice@localhost from "Alice" [Friends]`)

	what := "<iq type='get' id='what' to='bot@localhost/desk'><query xmlns='" + disco.NS + "'/></iq>"
	if got := alice.Ask(ctx, what).String(); !strings.Contains(got, "category='client'") || !strings.Contains(got, "type='bot'") {
		t.Errorf("alice is told %s", got)
	}
	if got := mallory.Ask(ctx, what).String(); !strings.Contains(got, "<service-unavailable") {
		t.Errorf("mallory is told %s", got)
	}
	forged := "<iq type='set' id='forged' to='bot@localhost/desk'><query xmlns='" + roster.NS + "'><item jid='mallory@localhost' subscription='both'/></query></iq>"
	for i, forger := range []*xmpptest.Client{mallory, alice} {
		if got := forger.Ask(ctx, forged).String(); !strings.Contains(got, "<service-unavailable") || contacts.Forged() != i+1 {
			t.Errorf("a forger is told %s, and %d are counted", got, contacts.Forged())
		}
	}

	wire.cut()
	// Which link this goes over does not matter: what the old one does not push the new
	// one brings.
	for contacts.Set(ctx, jid.MustParse("carol@localhost"), "") != nil { // cut before its answer, perhaps again before that is noticed
		if ctx.Err() != nil {
			t.Fatal(context.Cause(ctx))
		}
	}
	want(` →carol@localhost none "" []`)
	if err := contacts.Remove(ctx, jid.MustParse("alice@localhost")); err != nil {
		t.Fatal(err)
	}
	want(`alice@localhost from→ ` + ` "" []`)
	if contacts.MaySee(jid.MustParse("alice@localhost")) || len(contacts.Items()) != 1 {
		t.Errorf("it has %v", contacts.Items())
	}
}
