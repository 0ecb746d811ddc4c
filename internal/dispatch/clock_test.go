package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestF09StuckDelaysOnlyItself: a stuck action is replaced; its pair is refused
// until it returns, and then goes on.
func TestF09StuckDelaysOnlyItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{Workers: 1, Timeout: 2 * time.Second, Grace: time.Second, Patience: time.Hour},
			to(func(_ context.Context, r *request) (response, error) {
				if r.ID == "hang" {
					time.Sleep(10 * time.Second)
				}
				return nil, nil
			}))
		began := time.Now()
		k.handle(iq("stuck@x", "hang"))
		k.handle(iq("stuck@x", "behind"))
		k.handle(message("stuck@x", "elsewhere")) // to bot@app.x: another pair
		k.handle(iq("other@x", "other"))
		time.Sleep(1999*time.Millisecond - time.Since(began)) // reading was handed on
		synctest.Wait()
		k.link.want(t)
		time.Sleep(time.Millisecond)
		synctest.Wait()
		k.link.want(t, "iq error hang remote-server-timeout/wait")
		if k.Ready() != nil {
			t.Error(k.Ready())
		}
		time.Sleep(time.Second)
		synctest.Wait()
		k.handle(iq("stuck@x", "refused"))
		synctest.Wait()
		s := k.Stats()
		if s.Stuck != 1 || s.Workers != 0 || s.Running != 1 || s.Timeouts != 1 || s.Refused[dispatch.PairStuck] != 2 || s.Held != 1 {
			t.Errorf("stats: %+v", s)
		}
		if n := k.link.answers(); n["behind"] != 1 || n["other"] != 1 || n["refused"] != 1 {
			t.Errorf("answers: %v", n)
		}
		if k.Ready() == nil {
			t.Error("ready with as many stuck as there are workers")
		}
		k.idle()
		k.handle(iq("stuck@x", "again"))
		k.idle()
		if s := k.Stats(); s.Stuck != 0 || s.Late != 1 || s.Refused[dispatch.PairStuck] != 2 || k.Ready() != nil {
			t.Errorf("stats: %+v", s)
		}
		for id, n := range k.link.answers() {
			if n != 1 {
				t.Errorf("%s has %d answers", id, n)
			}
		}
	})
}

// TestF09StuckCap: past the cap stuck actions are not replaced.
func TestF09StuckCap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{Workers: 2, Stuck: 1, Timeout: time.Second, Grace: time.Second, Patience: 10 * time.Second},
			to(func(context.Context, *request) (response, error) {
				time.Sleep(time.Minute)
				return nil, nil
			}))
		for i := range 5 {
			k.handle(iq(fmt.Sprintf("u%d@x", i), fmt.Sprint(i)))
		}
		time.Sleep(20 * time.Second)
		if s := k.Stats(); s.Stuck != 3 || s.Running != 3 || s.Workers != 2 || s.Refused[dispatch.Impatience] != 2 {
			t.Errorf("stats: %+v", s)
		}
		k.idle()
		if n := k.link.answers(); len(n) != 5 {
			t.Errorf("answers: %v", n)
		}
	})
}

// TestF09StuckTurnsReadinessRed: the operator learns when there are too many, and
// when enough have returned.
func TestF09StuckTurnsReadinessRed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		let := make(chan struct{})
		k := newKit(t, dispatch.Options{Stuck: 4, Timeout: time.Second, Grace: time.Second}, to(func(context.Context, *request) (response, error) {
			<-let
			return nil, nil
		}))
		for i := range 5 {
			k.handle(iq(fmt.Sprintf("u%d@x", i), fmt.Sprint(i)))
			time.Sleep(3 * time.Second)
			if err := k.Ready(); errors.Is(err, dispatch.ErrStuck) != (i >= 3) {
				t.Errorf("with %d stuck Ready says %v", i+1, err)
			}
		}
		k.wantLog("level=ERROR msg=\"not ready any more: too many actions are stuck\" stuck=4 next=", " change=")
		let <- struct{}{} // 4 are left
		synctest.Wait()
		if err := k.Ready(); !errors.Is(err, dispatch.ErrStuck) {
			t.Errorf("it is ready at once, and would go to and fro: %v", err)
		}
		let <- struct{}{}
		synctest.Wait()
		if err := k.Ready(); err != nil {
			t.Errorf("with 3 of 4 Ready says %v", err)
		}
		k.wantLog("level=INFO msg=\"ready again: stuck actions have returned\" stuck=3")
		if n := strings.Count(k.log.String(), "ready"); n != 2 {
			t.Errorf("%d lines say so:\n%s", n, k.log)
		}
		close(let)
		k.idle()
	})
}

// TestF04Patience: a request does not wait for ever, a message does.
func TestF04Patience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{Patience: 5 * time.Second}, to(func(context.Context, *request) (response, error) {
			time.Sleep(4 * time.Second)
			return nil, nil
		}))
		for i := range 3 {
			k.handle(iq("a@x", fmt.Sprint(i)))
		}
		k.handle("<message from='a@x' to='app.x'/>")
		k.handle("<message from='a@x' to='app.x'/>")
		k.idle()
		k.link.want(t, "iq result 0", "iq error 2 resource-constraint/wait", "iq result 1")
		if s := k.Stats(); s.Handled != 4 || s.Refused[dispatch.Impatience] != 1 {
			t.Errorf("stats: %+v", s)
		}
	})
}

// TestReplace: what is held keeps its table.
func TestReplace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ran journal
		act := func(name string) component.Action {
			return func(_ context.Context, r *request) (response, error) {
				time.Sleep(time.Second)
				ran.note("%s %s", name, r.ID)
				return nil, nil
			}
		}
		k := newKit(t, dispatch.Options{}, to(act("old")))
		k.handle(iq("a@x", "1"))
		k.handle(iq("a@x", "2"))
		k.Replace(table(t, func(r *router.Router) { r.Get("*").To(act("new")) }))
		k.handle(iq("a@x", "3"))
		k.idle()
		ran.want(t, "old 1", "old 2", "new 3")
	})
}

// TestContext: what actions and package context see of an action's context.
func TestContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var kept context.Context
		k := newKit(t, dispatch.Options{Timeout: 5 * time.Second}, to(func(ctx context.Context, r *request) (response, error) {
			if until, ok := ctx.Deadline(); !ok || time.Until(until) != 5*time.Second {
				t.Errorf("deadline in %v, %v", time.Until(until), ok)
			}
			if ctx.Err() != nil || ctx.Value("x") != nil {
				t.Error(ctx.Err(), ctx.Value("x"))
			}
			kept = ctx
			if r.ID == "quick" {
				return nil, nil
			}
			ran := 0
			context.AfterFunc(ctx, func() { ran++ })
			stop := context.AfterFunc(ctx, func() { t.Error("stopped and run") })
			if !stop() || stop() {
				t.Error("stop")
			}
			inner, cancel := context.WithCancel(ctx)
			defer cancel()
			<-inner.Done()
			<-ctx.Done()
			if !errors.Is(inner.Err(), context.DeadlineExceeded) || ctx.Err() != context.DeadlineExceeded {
				t.Error(inner.Err(), ctx.Err())
			}
			time.Sleep(time.Nanosecond)
			synctest.Wait()
			if ran != 1 {
				t.Errorf("AfterFunc ran %d times", ran)
			}
			after, cancel := context.WithCancel(ctx)
			defer cancel()
			<-after.Done()
			return nil, nil
		}))
		k.handle(iq("a@x", "slow"))
		k.idle()
		k.handle(iq("a@x", "quick"))
		k.idle()
		<-kept.Done()
		if kept.Err() != context.Canceled {
			t.Error(kept.Err())
		}
	})
}

// TestF09StuckPairReopens: when the stuck action returns its pair is served
// again, though something of the pair was held all the time.
func TestF09StuckPairReopens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{Timeout: time.Second, Grace: time.Second}, func(r *router.Router) {
			sleep := func(d time.Duration) component.Action {
				return func(context.Context, *request) (response, error) { time.Sleep(d); return nil, nil }
			}
			r.Route("*[@id='beside']").To(sleep(time.Minute)).Concurrent()
			r.Route("*[@id='hang']").To(sleep(5 * time.Second))
			r.Route("*").To(sleep(0))
		})
		k.handle(iq("a@x", "beside"))
		k.handle(iq("a@x", "hang"))
		time.Sleep(3 * time.Second)
		k.handle(iq("a@x", "refused"))
		time.Sleep(3 * time.Second)
		k.handle(iq("a@x", "served"))
		synctest.Wait()
		k.link.want(t, "iq error beside remote-server-timeout/wait", "iq error hang remote-server-timeout/wait",
			"iq error refused resource-constraint/wait", "iq result served")
		k.idle()
	})
}

// TestF03RefusalsAreBounded: refusals that the link does not take are held, and
// stop reading like anything else; with a question open at twice the bound.
func TestF03RefusalsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{Stanzas: 5}, func(r *router.Router) {})
		via := &stalled{make(chan struct{})}
		read := 0
		go func() {
			for range 20 {
				xml := iq("a@x", "1")
				s, err := parse(xml)
				handle(k.Dispatcher, via, s, err, len(xml))
				read++
			}
		}()
		synctest.Wait()
		if s := k.Stats(); read != 5 || s.Held != 5 {
			t.Errorf("%d read; stats: %+v", read, s)
		}
		go k.Sender(via).Ask(context.Background(), stanza.Out{})
		synctest.Wait()
		if s := k.Stats(); read != 10 || s.Held != 10 {
			t.Errorf("%d read; stats: %+v", read, s)
		}
		close(via.closed)
		synctest.Wait()
		k.idle()
		if s := k.Stats(); s.Read != 20 || s.Unsent != 20 || s.Refused[dispatch.NoRoute] != 20 {
			t.Errorf("stats: %+v", s)
		}
	})
}
