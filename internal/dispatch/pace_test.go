package dispatch_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/internal/dispatch"
)

// TestDeadlineBehindQuickActions: the clock is not read for each of many that are quick,
// which makes the times of those behind them too early by less than a reader is kept.
func TestDeadlineBehindQuickActions(t *testing.T) {
	for _, took := range []time.Duration{100 * time.Microsecond, 700 * time.Microsecond, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			least := time.Hour
			k := newKit(t, dispatch.Options{Timeout: time.Hour}, to(func(ctx context.Context, r *request) (response, error) {
				deadline, _ := ctx.Deadline()
				left := time.Until(deadline)
				if left > time.Hour {
					t.Errorf("%v left", left)
				}
				mu.Lock()
				least = min(least, left)
				mu.Unlock()
				if r.ID == "long" {
					time.Sleep(took)
				}
				return nil, nil
			}))
			in := serve(k.Dispatcher, k.link)
			var batch []item
			for i := range 200 {
				id := "quick"
				if i%100 > 90 {
					id = "long"
				}
				batch = append(batch, parsed(t, iq(fmt.Sprintf("u%d@x", i), id)))
			}
			began := time.Now()
			in.put(batch...)
			if waited := time.Since(began); waited > 18*dispatch.HandOnAfter {
				t.Errorf("reading waited for %v", waited)
			}
			k.idle()
			in.end()
			if least < time.Hour-dispatch.HandOnAfter {
				t.Errorf("the deadline is %v too early", time.Hour-least)
			}
		})
	}
}

// TestSlowBehindQuickActions: that a route is slow is found out behind many actions that
// were quick too, though the clock is not read for each; read together or one by one.
func TestSlowBehindQuickActions(t *testing.T) {
	for _, together := range []int{200, 1} {
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			slowHere := 0
			k := newKit(t, dispatch.Options{}, to(func(_ context.Context, r *request) (response, error) {
				if r.ID == "slow" {
					time.Sleep(100 * time.Microsecond)
					if whereRead() {
						mu.Lock()
						slowHere++
						mu.Unlock()
					}
				}
				return nil, nil
			}))
			in := serve(k.Dispatcher, k.link)
			var all []item
			for i := range 200 {
				id := "quick"
				if i >= 100 {
					id = "slow"
				}
				all = append(all, parsed(t, iq(fmt.Sprintf("u%d@x", i), id)))
			}
			for batch := range slices.Chunk(all, together) {
				in.put(batch...)
			}
			k.idle()
			in.end()
			if most := dispatch.PaceSkips + 1 + dispatch.SlowRuns; slowHere > most {
				t.Errorf("%d together: %d slow actions ran where they were read, want %d at most", together, slowHere, most)
			}
		})
	}
}
