package faulttest

import (
	"testing"

	"github.com/emp-framework/emp/internal/faultproxy"
	"github.com/emp-framework/emp/internal/leak"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stream"
)

// TestF07Balanced: an ejabberd that shares a name between two connections lets a
// third in and gives it nothing. The application is not ready there, and says
// why. Prosody has no such thing.
func TestF07Balanced(t *testing.T) {
	leak.Check(t)
	srv := xmpptest.Ejabberd(t, xmpptest.Options{Config: []string{
		"domain_balancing:", "  " + xmpptest.Component + ":", "    type: random", "    component_number: 2",
	}})
	for range 2 {
		other, err := stream.DialComponent(limited(t), stream.Options{
			Server: srv.ComponentAddr, Domain: jid.MustParse(xmpptest.Component), Secret: xmpptest.Secret,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(other.Abort)
	}
	s := run(t, through(faultproxy.New(t, srv.ComponentAddr)))
	s.log.await("does not route stanzas to us", 1)
	select {
	case <-s.Ready():
		t.Error("ready where nothing comes")
	default:
	}
}
