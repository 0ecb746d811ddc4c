//go:build !race

package dispatch_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/stanza"
)

// TestF11Default: with the bounds that are there by default an action that stalls,
// and a link that takes nothing, cost less than 64 MB, whatever the backlog: also
// while a question is open, when reading goes on.
func TestF11Default(t *testing.T) {
	for name, content := range map[string]string{
		"small": "",
		"text":  strings.Repeat("x", 3000),
		"nodes": strings.Repeat("<a/>", 5000),
	} {
		for _, asking := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s,asking=%v", name, asking), func(t *testing.T) {
				gate := make(chan struct{})
				via := &stalled{gate}
				d := dispatch.New(dispatch.Options{Table: table(t, to(func(context.Context, *request) (response, error) {
					<-gate
					return nil, nil
				})), Log: quiet, Timeout: time.Hour, Patience: time.Hour})
				before := heap()
				var work sync.WaitGroup
				if asking {
					work.Go(func() { d.Sender(via).Ask(context.Background(), stanza.Out{}) })
					for d.Stats().Asking == 0 {
						runtime.Gosched()
					}
				}
				var enough atomic.Bool
				work.Go(func() {
					in := serve(d, via)
					defer in.end()
					for i := 0; !enough.Load(); i++ {
						xml := fmt.Sprintf("<iq type='get' id='1' from='u%d@x' to='app.x'><q xmlns='urn:q'>%s</q></iq>", i/2, content)
						s, err := stanza.ParseString(xml)
						in.put(item{s, len(xml), err})
					}
				})
				full := 32 << 20
				if asking {
					full *= 2
				}
				for s := d.Stats(); s.Held == 0 || s.Bytes+s.Bytes/s.Held <= full; s = d.Stats() { // until not even one more fits
					runtime.Gosched()
				}
				s, used := d.Stats(), heap()-before
				if t.Logf("%d held, %d bytes counted, %d used", s.Held, s.Bytes, used); used > 64_000_000 {
					t.Errorf("%d bytes used for %d stanzas", used, s.Held)
				}
				enough.Store(true)
				close(gate)
				work.Wait()
				if err := d.Drain(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
