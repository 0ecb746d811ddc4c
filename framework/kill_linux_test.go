package framework_test

import (
	"context"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/faultproxy"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// TestF05Killed: the server is killed, again and again, while the application
// sends numbered messages, and comes back. What it had not confirmed arrives, in
// order. What it had confirmed was its to deliver: how much of that dies with it is
// only told (docs/reliability.md), for nobody but the server can do something
// about it.
func TestF05Killed(t *testing.T) {
	const each = 3000 // messages for a kill, the last of them behind it
	onServers(t, xmpptest.Options{}, func(t *testing.T, srv *xmpptest.Server) {
		kills := times(t, "EMP_TEST_KILLS", 1)
		p := faultproxy.New(t, srv.ComponentAddr)
		conf := config(srv)
		conf.Server, conf.ReconnectMin = p.Addr, 20*time.Millisecond
		s := run(t, conf)
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(kills)*30*time.Second+time.Minute)
		defer cancel()
		alice := xmpptest.Login(t, srv, "alice/desk")
		to := jid.MustParse(alice.JID)
		came := make([]bool, kills*each)
		last, repeated, unconfirmed := -1, 0, 0
		note := func(m element.Node) {
			n, err := strconv.Atoi(m.Child(element.NSClient, "body").Text())
			switch {
			case err != nil || n >= len(came):
				t.Fatalf("nobody sent %s", m)
			case came[n]:
				repeated++
			case n < last:
				t.Errorf("%d came behind %d", n, last)
			default:
				came[n] = true
				last = n
			}
		}
		send := func(n int) {
			if err := s.Send(ctx, stanza.NewMessage(to, strconv.Itoa(n))); err != nil {
				t.Errorf("message %d: %v", n, err)
			}
		}
		for kill := range kills {
			first, due := kill*each, rand.IntN(each-1)
			sent := make(chan struct{})
			go func() {
				defer close(sent)
				for i := range each - 1 {
					send(first + i)
				}
			}()
			for last < first+due {
				note(alice.Receive(ctx))
			}
			srv.Kill()
			p.Refuse() // the user is to be there before us
			alice.Ended(ctx)
			for _, m := range alice.Received() {
				note(m)
			}
			<-sent
			srv.Restart()
			alice = xmpptest.Login(t, srv, "alice/desk")
			confirmed := s.Stats().Sent.Confirmed // of those sent, the first so many
			unconfirmed += first + each - 1 - confirmed
			p.Accept()
			send(first + each - 1)
			for last < first+each-1 {
				note(alice.Receive(ctx))
			}
			for i := confirmed; i < first+each; i++ {
				if !came[i] {
					t.Errorf("%d is lost, and was not confirmed", i)
				}
			}
		}
		lost := 0
		for _, ok := range came {
			if !ok {
				lost++
			}
		}
		t.Logf("%s: %d kills, %d messages; confirmed %d, of these lost %d; not confirmed %d, of these lost 0; %d repeated",
			srv.Name, kills, len(came), len(came)-unconfirmed, lost, unconfirmed, repeated)
	})
}
