package faulttest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/emp-framework/emp/internal/faultproxy"
	"github.com/emp-framework/emp/internal/xmpptest"
)

// TestF01CutOnServers: a dozen times the connection ends at a random byte, in
// either direction, in all three ways, while a user talks to the application.
// Each time it comes back, and works.
func TestF01CutOnServers(t *testing.T) {
	onServers(t, xmpptest.Options{}, cutAtRandom)
}

var ends = []string{"cut", "reset", "half-closed"}

func cutAtRandom(t *testing.T, srv *xmpptest.Server, proxy *faultproxy.Proxy) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	proxy.Split(faultproxy.Down, 100)
	alice := xmpptest.Login(t, srv, "alice")
	s := run(t, through(proxy))
	s.answers(alice, "at first")
	for i := range 12 {
		how, d, n := faultproxy.End(i%3), faultproxy.Direction(i/3%2), rnd.IntN(2000)
		what := fmt.Sprintf("%s behind %d bytes of direction %d", ends[how], n, d)
		t.Log(what)
		done := proxy.After(d, n, how)
		for over := false; !over; {
			alice.Send(fmt.Sprintf("<message to='%s/x' type='chat'><body>grüße %d</body></message>", xmpptest.Component, i))
			roundTrip(t, alice)
			select {
			case <-done:
				over = true
			default:
			}
		}
		s.log.await(`msg="link up`, i+2) // what is sent on a link that is gone is lost
		s.answers(alice, what)
	}
	stats := s.idle()
	t.Logf("books %+v", stats)
}
