package dispatch_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/emp-framework/emp/internal/dispatch"
)

// TestLimitRate: the rate of senders changes while stanzas come.
func TestLimitRate(t *testing.T) {
	k := newKit(t, dispatch.Options{}, to(func(context.Context, *request) (response, error) { return nil, nil }))
	for _, step := range []struct{ rate, burst, handled int }{{0, 0, 20}, {1, 3, 3}, {1, 3, 0}, {1, 4, 4}, {0, 0, 20}} {
		k.Limit(dispatch.Options{Rate: float64(step.rate), Burst: step.burst})
		before := k.Stats().Handled
		for i := range 20 {
			k.handle(iq("u@x/1", fmt.Sprint(i)))
		}
		k.idle()
		if n := k.Stats().Handled - before; n != step.handled {
			t.Errorf("rate %d, burst %d: %d handled, want %d", step.rate, step.burst, n, step.handled)
		}
	}
}

// TestLimitHeld: a smaller bound refuses no one who was let in, and a greater one lets
// in who waits.
func TestLimitHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		goOn := make(chan struct{})
		k := newKit(t, dispatch.Options{Stanzas: 4}, to(func(context.Context, *request) (response, error) {
			<-goOn
			return nil, nil
		}))
		for i := range 4 {
			k.handle(iq(fmt.Sprintf("u%d@x/1", i), "1"))
		}
		k.Limit(dispatch.Options{Stanzas: 2})
		if s := k.Stats(); s.Held != 4 {
			t.Errorf("%d are held, want 4", s.Held)
		}
		in := make(chan struct{})
		go func() {
			k.handle(iq("u4@x/1", "1"))
			close(in)
		}()
		synctest.Wait()
		select {
		case <-in:
			t.Error("let in beyond the bound")
		default:
		}
		k.Limit(dispatch.Options{Stanzas: 5})
		<-in
		close(goOn)
		k.idle()
		if n := k.Stats().Handled; n != 5 {
			t.Errorf("%d handled, want 5", n)
		}
	})
}

// TestLimitPair: those of a pair change too.
func TestLimitPair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		goOn := make(chan struct{})
		k := newKit(t, dispatch.Options{}, to(func(context.Context, *request) (response, error) {
			<-goOn
			return nil, nil
		}))
		k.Limit(dispatch.Options{PairStanzas: 2})
		for i := range 3 {
			k.handle(iq("u@x/1", fmt.Sprint(i)))
			synctest.Wait()
		}
		if s := k.Stats(); s.Refused[dispatch.PairFull] != 1 {
			t.Errorf("books %+v", s)
		}
		k.Limit(dispatch.Options{PairStanzas: 3})
		k.handle(iq("u@x/1", "4"))
		synctest.Wait()
		if s := k.Stats(); s.Refused[dispatch.PairFull] != 1 || s.Held != 3 {
			t.Errorf("books %+v", s)
		}
		k.Limit(dispatch.Options{PairBytes: 1})
		k.handle(iq("u@x/1", "5"))
		synctest.Wait()
		if s := k.Stats(); s.Refused[dispatch.PairFull] != 2 {
			t.Errorf("books %+v", s)
		}
		close(goOn)
		k.idle()
	})
}
