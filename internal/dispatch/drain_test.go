package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/router"
)

// TestF14Drain: what is held is finished, what comes is refused.
func TestF14Drain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{}, to(func(context.Context, *request) (response, error) {
			time.Sleep(time.Second)
			return nil, nil
		}))
		k.handle(iq("a@x", "1"))
		k.handle(iq("a@x", "2"))
		var err error
		go func() { err = k.Drain(context.Background()) }()
		synctest.Wait()
		k.handle(iq("b@x", "3"))
		k.handle(message("a@x", "hi"))
		k.handle("<presence from='a@x' to='app.x'/>")
		k.idle()
		synctest.Wait()
		if err != nil {
			t.Error(err)
		}
		k.link.want(t, "iq error 3 service-unavailable/wait", "message error service-unavailable/wait", "iq result 1", "iq result 2")
		if s := k.Stats(); s.Refused[dispatch.Draining] != 2 || s.Dropped[dispatch.Draining] != 1 {
			t.Errorf("stats: %+v", s)
		}
		if k.Ready() == nil {
			t.Error("ready while draining")
		}
	})
}

// TestF14DrainOutOfTime: what is not done when the time is over is refused,
// running or waiting, once.
func TestF14DrainOutOfTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{Workers: 2}, func(r *router.Router) {
			r.Get("*").To(func(ctx context.Context, r *request) (response, error) {
				if r.From.JID.Local() == "deaf" {
					time.Sleep(time.Hour)
					return nil, nil
				}
				<-ctx.Done()
				return nil, ctx.Err()
			})
		})
		k.handle(iq("deaf@x", "1"))
		k.handle(iq("deaf@x", "2"))
		k.handle(iq("b@x", "3"))
		k.handle(iq("b@x", "4"))
		k.handle(iq("c@x", "5"))
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		start := time.Now()
		err := k.Drain(ctx)
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("took %v", took)
		}
		if !errors.Is(err, context.DeadlineExceeded) || err.Error() != "dispatch: 5 stanzas were not done in time: context deadline exceeded" {
			t.Error(err)
		}
		if n := k.link.answers(); len(n) != 5 {
			t.Errorf("answers: %v", n)
		}
		if s := k.Stats(); s.Refused[dispatch.Stopped] != 5 || s.Held != 0 {
			t.Errorf("stats: %+v", s)
		}
		k.balanced()
		if log := k.log.String(); log != "" {
			t.Errorf("log: %s", log)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if s := k.Stats(); s.Pairs != 0 || s.Workers != 0 || s.Running != 0 {
			t.Errorf("stats: %+v", s)
		}
		for id, n := range k.link.answers() {
			if n != 1 {
				t.Errorf("%s has %d answers", id, n)
			}
		}
	})
}

// TestDrainBusyLink: a link that takes nothing does not keep Drain for longer
// than a second.
func TestDrainBusyLink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{}, to(func(context.Context, *request) (response, error) { return nil, nil }))
		via := &stalled{make(chan struct{})}
		for i := range 3 {
			xml := iq(fmt.Sprintf("u%d@x", i), "1")
			s, err := parse(xml)
			handle(k.Dispatcher, via, s, err, len(xml))
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		start := time.Now()
		err := k.Drain(ctx)
		if took := time.Since(start); took != 11*time.Second || err == nil {
			t.Errorf("took %v: %v", took, err)
		}
		k.balanced()
		close(via.closed)
		synctest.Wait()
		if s := k.Stats(); s.Held != 0 || s.Unsent != 3 {
			t.Errorf("stats: %+v", s)
		}
		k.balanced()
	})
}

// TestF14DrainTells: what has been refused already, and is only being told so, is no
// work that was not done, whatever time is left.
func TestF14DrainTells(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{}, to(func(context.Context, *request) (response, error) { return nil, nil }))
		if err := k.Drain(context.Background()); err != nil {
			t.Error(err)
		}
		via := &stalled{make(chan struct{})}
		for i := range 3 {
			xml := iq(fmt.Sprintf("u%d@x", i), "1")
			s, err := parse(xml)
			handle(k.Dispatcher, via, s, err, len(xml))
		}
		time.AfterFunc(time.Millisecond, func() { close(via.closed) })
		over, cancel := context.WithCancel(context.Background())
		cancel()
		if err := k.Drain(over); err != nil {
			t.Error(err)
		}
		if s := k.Stats(); s.Refused[dispatch.Draining] != 3 || s.Held != 0 {
			t.Errorf("stats: %+v", s)
		}
	})
}

func TestIdleHasALimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{}, to(func(context.Context, *request) (response, error) {
			time.Sleep(2 * time.Second)
			return nil, nil
		}))
		if err := k.Idle(context.Background()); err != nil {
			t.Error(err)
		}
		k.handle(iq("a@x", "1"))
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if err := k.Idle(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		k.idle()
	})
}
