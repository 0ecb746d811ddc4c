package faulttest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/faultproxy"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// TestF21BigTags: a message with a start tag of up to 128 kB, which reaches the server
// in pieces, with nothing behind it. The servers' parsers would keep it until more
// comes; we see that there is enough. The message is to ourselves, so that no other
// parser is asked.
func TestF21BigTags(t *testing.T) {
	onServers(t, xmpptest.Options{}, func(t *testing.T, srv *xmpptest.Server, proxy *faultproxy.Proxy) {
		got := make(chan int, 1)
		app := through(proxy)
		app.Config.SelfTest, app.Config.PingInterval = framework.Off, time.Hour // or a ping would follow
		app.Routes = to(func(_ context.Context, req *request) (response, error) {
			got <- len(req.Node.Child("urn:x", "big").Attr("a0"))
			return nil, nil
		})
		s := run(t, app)
		<-s.Ready()
		proxy.Split(faultproxy.Up, 700)
		proxy.Delay(faultproxy.Up, time.Millisecond) // or the server would read several at once
		self := jid.MustParse("self@" + xmpptest.Component)
		for _, size := range []int{5, 15, 50, 150, 500} { // of each attribute
			big := element.New("urn:x", "big")
			for i := range 250 {
				big.Attr(fmt.Sprint("a", i), strings.Repeat("x", size))
			}
			if err := s.Send(limited(t), stanza.NewMessage(self, "").Add(big)); err != nil {
				t.Fatal(err)
			}
			select {
			case n := <-got:
				if n != size {
					t.Errorf("%d bytes came, not %d", n, size)
				}
			case <-limited(t).Done():
				t.Fatalf("a tag of 250 attributes of %d bytes stays in the server", size)
			}
		}
	})
}
