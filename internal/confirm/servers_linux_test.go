package confirm_test

import (
	"context"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// TestBarrierOrder is what the package rests on: a ping through the server to
// ourselves does not overtake what was sent before it. A connection reset at the
// moment it is back has lost nothing.
func TestBarrierOrder(t *testing.T) {
	const rounds, each = 10, 300
	for name, start := range map[string]func(testing.TB, xmpptest.Options) *xmpptest.Server{
		"prosody": xmpptest.Prosody, "ejabberd": xmpptest.Ejabberd,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := start(t, xmpptest.Options{})
			alice := xmpptest.Login(t, srv, "alice")
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			for round := range rounds {
				link, tcp := dial(ctx, t, srv)
				for i := range each {
					if err := link.Send(ctx, stanza.NewMessage(jid.MustParse(alice.JID), strconv.Itoa(round*each+i))); err != nil {
						t.Fatal(err)
					}
				}
				if err := link.SelfTest(ctx); err != nil {
					t.Fatal(err)
				}
				tcp.SetLinger(0)
				tcp.Close()
				link.Abort()
				for i := range each {
					if body := alice.Receive(ctx).Child(element.NSClient, "body").Text(); body != strconv.Itoa(round*each+i) {
						t.Fatalf("%s came where %d was due", body, round*each+i)
					}
				}
			}
		})
	}
}

// dial returns a link that is read, and the connection below it. Prosody may
// still hold the name for the link before.
func dial(ctx context.Context, t *testing.T, srv *xmpptest.Server) (*stream.Component, *net.TCPConn) {
	t.Helper()
	for {
		var tcp *net.TCPConn
		link, err := stream.DialComponent(ctx, stream.Options{
			Server: srv.ComponentAddr, Domain: jid.MustParse(xmpptest.Component), Secret: xmpptest.Secret,
			Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
				c, err := new(net.Dialer).DialContext(ctx, network, addr)
				tcp, _ = c.(*net.TCPConn)
				return c, err
			},
		})
		if err == nil {
			t.Cleanup(link.Abort)
			go func() {
				for buf := []stream.Received(nil); err == nil; {
					buf, err = link.Read(buf[:0])
				}
			}()
			return link, tcp
		}
		if ctx.Err() != nil {
			t.Fatal(err)
		}
	}
}
