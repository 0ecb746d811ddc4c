package framework_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

// TestF04BarriersRefuseNothing: where more comes than may be held, and the ping that
// shows that the server has taken what we sent lies behind, reading stops and nothing is
// refused. That the ping is not read says nothing of the server. When there is room all
// goes on.
func TestF04BarriersRefuseNothing(t *testing.T) {
	const held, sent = 10, 40
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		sc := newScript(t)
		s := sc.play(func(a *framework.App) {
			a.Config.Limits.Held, a.Config.Workers = held, 4
			a.Config.Timeout = time.Hour
			a.Config.PingInterval = time.Hour
			a.Routes = func(r *router.Router) {
				r.Message("[body='quick']").To(func(_ context.Context, req *component.Request) (component.Response, error) {
					return req.Reply("done"), nil
				})
				r.Message("").To(func(context.Context, *component.Request) (component.Response, error) {
					<-gate
					return nil, nil
				})
			}
		})
		p := sc.accept()
		<-s.Ready()
		p.say("<message" + fromAlice + "><body>quick</body></message>")
		p.want("message")
		for i := range sent {
			p.say(fmt.Sprintf("<message from='u%d@users.localhost/r' to='%s'><body>slow</body></message>", i, domain))
		}
		time.Sleep(2 * time.Minute) // the ping comes, and is given up
		synctest.Wait()
		if s := s.Stats(); s.Held != held || len(s.Refused) > 0 || s.Sent.Kept != 1 || s.Sent.Unanswered > 0 {
			t.Errorf("with nothing done: %+v", s)
		}
		close(gate)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if s := s.Stats(); s.Handled != sent+1 || s.Sent.Kept != 0 || !s.Balanced() {
			t.Errorf("with all done: %+v", s)
		}
	})
}
