package faulttest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/emp-framework/emp/internal/faultproxy"
	"github.com/emp-framework/emp/internal/xmpptest"
)

// TestF14DrainOnServers: the application stops while a user sends requests. Each
// was read, or the server tells the user that nobody is there; or it is lost, which
// with Prosody none is. What ejabberd loses is told: it routes some to a connection
// that it is just closing (docs/reliability.md).
func TestF14DrainOnServers(t *testing.T) {
	const requests = 500
	onServers(t, xmpptest.Options{}, func(t *testing.T, srv *xmpptest.Server, proxy *faultproxy.Proxy) {
		drains := times(t, "EMP_TEST_DRAINS", 1)
		alice := xmpptest.Login(t, srv, "alice")
		all := make(tally)
		for range drains {
			s := run(t, through(proxy))
			<-s.Ready()
			at := rand.IntN(requests)
			for i := range requests {
				if i == at {
					s.stop()
				}
				alice.Send(fmt.Sprintf("<iq type='get' id='%d' to='%s'><q xmlns='urn:q'/></iq>", i, xmpptest.Component))
			}
			err := <-s.done
			if s.done <- err; err != nil {
				t.Error(err)
			}
			// Behind the answer to this there is no other: ejabberd looks for another
			// server of our name first, which takes a while.
			alice.Ask(limited(t), fmt.Sprintf("<iq type='get' id='last' to='%s'><q xmlns='urn:q'/></iq>", xmpptest.Component))
			stats := s.Stats()
			h := &hearing{answers: make(map[string]tally)}
			for _, n := range alice.Received() {
				h.note(n)
			}
			read, bounced := stats.Read-stats.Dropped["late-ping"], 0
			for id, answers := range h.answers {
				for what, n := range answers {
					if n > 1 || len(answers) > 1 {
						t.Errorf("request %s got %v", id, answers)
					}
					if strings.HasPrefix(what, "remote-server") {
						bounced++
					}
				}
			}
			all["read"] += read
			all["told by the server"] += bounced
			all["not answered any more"] += stats.Unsent
			all["lost"] += requests - read - bounced
			if held := stats.Held; held != 0 || srv.Name == "Prosody" && read+bounced != requests {
				t.Errorf("%d read, %d held, %d told by the server, of %d", read, held, bounced, requests)
			}
		}
		t.Logf("%s: %d stops, %d requests: %s", srv.Name, drains, drains*requests, all)
	})
}
