package supervise

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

// until serves until the end of ctx, and takes its time then.
func until(stopping time.Duration, err error) Serve {
	return func(ctx context.Context, up func()) error {
		up()
		<-ctx.Done()
		time.Sleep(stopping)
		return err
	}
}

// A bubble of synctest fails if a goroutine of its own is left over at its end,
// so each test here sees that none is.
func TestGroupWaitsForAll(t *testing.T) {
	for _, tc := range []struct {
		name string
		end  func(stop func(), cancel func())
	}{
		{"Stop", func(stop, _ func()) { stop() }},
		{"ctx", func(_, cancel func()) { cancel() }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				g := NewGroup(ctx)
				g.Go("quick", Policy{}, until(s, nil))
				g.Go("slow", Policy{}, until(5*s, nil))
				g.Go("down", Policy{}, down)
				start := time.Now()
				time.AfterFunc(100*s, func() { tc.end(g.Stop, cancel) })
				if err := g.Wait(t.Context()); err != nil {
					t.Error(err)
				}
				if took := time.Since(start); took != 105*s {
					t.Errorf("took %v", took)
				}
				select {
				case <-g.Ended():
				default:
					t.Error("not ended")
				}
				g.Go("late", Policy{}, func(context.Context, func()) error {
					t.Error("started in a Group that has ended")
					return nil
				})
				if err := g.Wait(t.Context()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestGroupEndsWithFatalError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closing := errors.New("no closing tag came")
		g := NewGroup(t.Context())
		g.Go("a", Policy{Fatal: func(error) bool { return true }}, func(context.Context, func()) error {
			time.Sleep(s)
			return errRefused
		})
		g.Go("b", Policy{}, until(s, closing))
		g.Go("c", Policy{}, until(2*s, nil))
		<-g.Ended()
		err := g.Wait(t.Context())
		if !errors.Is(err, errRefused) || !errors.Is(err, closing) ||
			err.Error() != "supervise: a: connection refused\nsupervise: b: no closing tag came" {
			t.Errorf("got %v", err)
		}
	})
}

func TestGroupWaitNamesWhatRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(t.Context())
		g.Go("quick", Policy{}, until(s, nil))
		g.Go("link a", Policy{}, until(time.Hour, nil))
		g.Go("link b", Policy{}, until(time.Hour, nil))
		synctest.Wait() // all serve now
		g.Stop()
		ctx, cancel := context.WithTimeout(t.Context(), 10*s)
		defer cancel()
		err := g.Wait(ctx)
		if !errors.Is(err, context.DeadlineExceeded) ||
			err.Error() != "supervise: still running: link a, link b: context deadline exceeded" {
			t.Errorf("got %v", err)
		}
		if err := g.Wait(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestGroupSeesGoexit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGroup(t.Context())
		g.Go("a", Policy{}, func(context.Context, func()) error { runtime.Goexit(); return nil })
		if err := g.Wait(t.Context()); !errors.Is(err, errGoexit) {
			t.Errorf("got %v", err)
		}
	})
}

func TestGroupEmpty(t *testing.T) {
	if err := NewGroup(t.Context()).Wait(t.Context()); err != nil {
		t.Error(err)
	}
}
