package faulttest

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/framework"
)

// TestF07DeafServer: a server that authenticates and relays nothing to us, from
// the start and then again later. The application is not ready before pings to
// itself come back, says what is wrong, and makes new links until they do.
func TestF07DeafServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := make(memory)
		s := run(t, net.app(func(a *framework.App) {
			a.Routes = to(echo)
			a.Config.SelfTest = framework.On
			a.Config.PingInterval = 5 * time.Minute
		}))
		ping := func(c *peer) (back string) {
			n := c.expect("iq")
			if n.Attr("from") != n.Attr("to") || !strings.HasPrefix(n.Attr("to"), "comp.localhost/") {
				t.Errorf("the ping is %v", n)
			}
			return "<iq type='get' id='" + n.Attr("id") + "' from='" + n.Attr("from") + "' to='" + n.Attr("to") + "'><ping xmlns='urn:xmpp:ping'/></iq>"
		}
		for range 3 {
			ping(net.accept(t))
		}
		select {
		case <-s.Ready():
			t.Error("ready on a link that nothing comes from")
		default:
		}
		c := net.accept(t)
		c.say("%s", ping(c))
		<-s.Ready()
		if n := s.log.count("does not route stanzas to us"); n != 3 {
			t.Errorf("told %d times that the server is deaf", n)
		}
		for range 10 { // it is asked now and then
			c.say("%s", ping(c))
		}
		began := time.Now()
		ping(c)
		c.expect("error") // the stream's
		c.Close()
		if took := time.Since(began); took > 6*time.Minute {
			t.Errorf("it took %v to notice", took)
		}
		c = net.accept(t)
		c.say("%s", ping(c))
		c.say("%s", message("u", "1", "hello"))
		c.expect("message")
		if stats := s.idle(); stats.Read != 1 {
			t.Errorf("pings of our own are in the books: %+v", stats)
		}
	})
}
