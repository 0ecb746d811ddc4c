package faulttest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/faultproxy"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// TestF03SlowOnServers: the server gets 1,000 bytes a second. What the application
// sends is bounded; the link is given up; and what it had promised to send arrives
// over the next.
func TestF03SlowOnServers(t *testing.T) {
	onServers(t, xmpptest.Options{}, func(t *testing.T, srv *xmpptest.Server, proxy *faultproxy.Proxy) {
		app := through(proxy)
		app.Config.PingInterval, app.Config.PingTimeout = time.Second, time.Second
		s := run(t, app)
		alice := xmpptest.Login(t, srv, "alice")
		s.answers(alice, "before")
		proxy.Slow(faultproxy.Up, 1000)

		bulk := stanza.NewMessage(jid.MustParse(alice.JID), strings.Repeat("x", 100_000))
		bulk.Once = true
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		var err error
		sent := 0
		for ; err == nil && sent < 64<<20; sent += 100_000 {
			err = s.Send(ctx, bulk)
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("behind %d bytes for a server that takes 1,000 a second Send failed with %v", sent, err)
		}
		kept := make(chan error, 1)
		go func() { kept <- s.Send(limited(t), stanza.NewMessage(jid.MustParse(alice.JID), "kept")) }()
		s.log.await("not even the answer to a ping", 1)
		proxy.Now(faultproxy.Up, faultproxy.Reset) // or all that is on the way would come first
		proxy.Slow(faultproxy.Up, 0)
		if err := <-kept; err != nil {
			t.Error(err)
		}
		awaitBody(limited(t), alice, "kept")
		s.answers(alice, "again")
		s.idle()
	})
}

// TestF04SlowOnServers: a user sends more requests to an action that stalls than
// may wait. Those beyond are refused at once, other users are served meanwhile,
// and each has one answer in the end.
func TestF04SlowOnServers(t *testing.T) {
	const requests, bound = 500, 129
	onServers(t, xmpptest.Options{}, func(t *testing.T, srv *xmpptest.Server, proxy *faultproxy.Proxy) {
		gate := make(chan struct{})
		app := through(proxy)
		app.Routes = to(func(ctx context.Context, req *request) (response, error) {
			if req.Payload.Local() == "stall" {
				<-gate
				return nil, nil
			}
			return echo(ctx, req)
		})
		s := run(t, app)
		<-s.Ready()
		alice, bob := xmpptest.Login(t, srv, "alice"), xmpptest.Login(t, srv, "bob")
		for i := range requests {
			alice.Send(fmt.Sprintf("<iq type='get' id='%d' to='%s'><stall xmlns='urn:q'/></iq>", i, xmpptest.Component))
		}
		h := &hearing{answers: make(map[string]tally)}
		for range requests - bound {
			h.note(alice.Receive(limited(t)))
		}
		h.once(t, requests-bound).want(t, tally{"resource-constraint/wait": requests - bound})
		s.answers(bob, "meanwhile")
		close(gate)
		for range bound {
			h.note(alice.Receive(limited(t)))
		}
		h.once(t, requests).want(t, tally{"resource-constraint/wait": requests - bound, "result": bound})
		s.idle()
	})
}
