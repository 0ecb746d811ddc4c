package framework_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestHealthy: what a readiness probe is told through the life of an application.
func TestHealthy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		s := sc.play(nil)
		want := func(when string, want error) {
			t.Helper()
			synctest.Wait()
			if err := s.Healthy(); !errors.Is(err, want) || want == nil && err != nil {
				t.Errorf("%s: %v, want %v", when, err, want)
			}
		}
		want("before the first link", framework.ErrNotReady)
		p := sc.accept()
		want("up", nil)
		p.cut()
		want("cut", framework.ErrNotReady)
		sc.accept()
		want("up again", nil)
		s.stop()
		want("stopping", framework.ErrStopped)
		s.StopNow()
		s.end()
		want("stopped", framework.ErrStopped)
	})
}

// TestF09Healthy: actions that do not heed their ctx turn readiness red, past
// Limits.Stuck, and the log says what happened, what comes next, and what to change.
func TestF09Healthy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		let := make(chan struct{})
		sc := newScript(t)
		s := sc.play(func(a *framework.App) {
			a.Config.Limits.Stuck = 1
			a.Routes = func(r *router.Router) {
				r.Message("").To(func(context.Context, *component.Request) (component.Response, error) {
					<-let
					return nil, nil
				})
			}
		})
		p := sc.accept()
		<-s.Ready()
		p.say("<message" + fromAlice + "/>")
		time.Sleep(time.Minute)
		if err := s.Healthy(); err == nil || !strings.Contains(err.Error(), "stuck") || errors.Is(err, framework.ErrNotReady) {
			t.Errorf("red: %v", err)
		}
		s.log.await(t, "ERROR: not ready any more: too many actions are stuck | next: the work goes on, each further stuck action taking a worker for good | change: ")
		close(let)
		synctest.Wait()
		if err := s.Healthy(); err != nil {
			t.Errorf("green: %v", err)
		}
		s.log.await(t, "INFO: ready again: ")
	})
}

// TestLimits: what Config.Limits says reaches the dispatcher, and Stats tells of it.
func TestLimits(t *testing.T) {
	for _, tc := range []struct {
		name    string
		limits  framework.Limits
		refused string
	}{
		{"rate", framework.Limits{Rate: 1, Burst: 2}, "too-fast"},
		{"default burst", framework.Limits{Rate: 1}, "too-fast"},
		{"pair", framework.Limits{PairBytes: 1 << 16}, "pair-full"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				let := make(chan struct{})
				sc := newScript(t)
				s := sc.play(func(a *framework.App) {
					a.Config.Limits = tc.limits
					a.Routes = slow(let)
				})
				p := sc.accept()
				<-s.Ready()
				for range 3 {
					p.say("<message" + fromAlice + "><body>" + strings.Repeat("x", 30_000) + "</body></message>")
				}
				time.Sleep(time.Second) // for reading to be handed on
				synctest.Wait()
				if st := s.Stats(); st.Refused[tc.refused] != 1 || st.Held != 2 || !st.Balanced() {
					t.Errorf("stats: %+v", st)
				}
				close(let)
			})
		})
	}
}

// TestStatsOfSending: the books of what is sent at least once are in those of the
// application.
func TestStatsOfSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		s := sc.play(nil)
		sc.accept()
		<-s.Ready()
		if err := s.Send(t.Context(), stanza.NewMessage(alice, "news")); err != nil {
			t.Fatal(err)
		}
		if got := s.Stats().Sent; got.Taken != 1 || got.Taken != got.Kept+got.Confirmed {
			t.Errorf("sent: %+v", got)
		}
		time.Sleep(time.Second)
		if got := s.Stats().Sent; got.Confirmed != 1 || got.Kept != 0 || got.Barriers == 0 {
			t.Errorf("confirmed: %+v", got)
		}
	})
}
