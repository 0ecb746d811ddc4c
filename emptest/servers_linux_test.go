package emptest

import (
	"context"
	"net"
	"testing"

	"github.com/emp-framework/emp/internal/xmpptest"
)

// TestPlaysOnServers performs the plays through real servers: the same play is
// to mean the same there.
func TestPlaysOnServers(t *testing.T) {
	for name, run := range map[string]func(testing.TB, xmpptest.Options) *xmpptest.Server{
		"Prosody":  xmpptest.Prosody,
		"ejabberd": xmpptest.Ejabberd,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := run(t, xmpptest.Options{})
			RunOn(t, "testdata/*.txtar", func(t *testing.T, p *Play) Stage {
				c := &byHand{answer: everything}
				c.server() // fills in the rest
				c.dial = func(ctx context.Context, network, _ string) (net.Conn, error) {
					return new(net.Dialer).DialContext(ctx, network, server.ComponentAddr)
				}
				ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
				ended := make(chan error, 1)
				go func() { ended <- c.Run(ctx) }()
				t.Cleanup(func() {
					cancel()
					<-ended
				})
				select {
				case <-c.Ready():
				case err := <-ended:
					t.Fatal(err)
				}
				return xmpptest.NewStage(t, server, c.Idle, p.Peers()...)
			})
		})
	}
}

var _ Stage = (*xmpptest.Stage)(nil)
