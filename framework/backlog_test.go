package framework_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

// TestBacklog: the server has so many requests for us that not all answers can be
// kept, and what would confirm some is behind them. They are answered all the same,
// at once: nothing waits for what nobody gets to.
func TestBacklog(t *testing.T) {
	const requests = 400
	answer := element.New("urn:q", "a").Text(strings.Repeat("x", 100<<10)) // of which 300 and some are kept
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		s := sc.play(func(a *framework.App) {
			a.Routes = func(r *router.Router) {
				r.Namespace("q", "urn:q")
				r.Get("q:q").To(func(_ context.Context, req *component.Request) (component.Response, error) {
					return req.Result(answer), nil
				})
			}
		})
		p := sc.accept()
		<-s.Ready()
		sc.set(func() { sc.deaf = true })
		began := time.Now()
		for i := range requests {
			p.say(fmt.Sprintf("<iq type='get' id='%d' from='u%d@users.localhost/r' to='%s'><q xmlns='urn:q'/></iq>", i, i, domain))
		}
		for range requests {
			p.want("iq")
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("it took %v", took)
		}
		synctest.Wait() // the last is handled when it is out
		if s := s.Stats(); s.Handled != requests || s.Sent.Taken+s.Sent.Unkept != requests || s.Sent.Unkept == 0 || !s.Balanced() {
			t.Errorf("stats: %+v", s)
		}
	})
}
