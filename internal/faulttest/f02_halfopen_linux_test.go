package faulttest

import (
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/faultproxy"
	"github.com/emp-framework/emp/internal/xmpptest"
)

// TestF02HalfOpen: the network forwards nothing more on our connection, and
// tells neither side. We notice and come again, while for the server the old
// connection still is there: Prosody refuses the new one until it is not.
func TestF02HalfOpen(t *testing.T) {
	onServers(t, xmpptest.Options{}, func(t *testing.T, srv *xmpptest.Server, proxy *faultproxy.Proxy) {
		app := through(proxy)
		app.Config.PingInterval, app.Config.PingTimeout = time.Second, time.Second
		s := run(t, app)
		alice := xmpptest.Login(t, srv, "alice")
		s.answers(alice, "before")
		proxy.Stall()
		s.log.await("not even the answer to a ping", 1)
		if srv.Name == "Prosody" {
			s.log.await("another connection has the name", 1)
		} else { // takes both, and sends some to where nobody is
			s.log.await(`msg="link up`, 2)
		}
		proxy.Flow() // the proxy sees that we have left
		for range 10 {
			s.answers(alice, "again")
		}
	})
}
