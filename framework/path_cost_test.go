//go:build !race

// What is counted here means something only without the race detector, which makes
// sync.Pool forget. scripts/test runs both ways.

package framework_test

import (
	"math"
	"testing"

	"github.com/emp-framework/emp/router"
)

// TestPathAllocations: from bytes to bytes a ping costs two allocations, its tree and its
// request, and none where the action keeps nothing; jobs, answers, batches, barriers and
// timers next to nothing.
func TestPathAllocations(t *testing.T) {
	t.Run("transient", func(t *testing.T) { pathAllocations(t, newWire(t, (*router.Route).Transient), 0) })
	t.Run("kept", func(t *testing.T) { pathAllocations(t, newWire(t, (*router.Route).Concurrent), 2) })
}

func pathAllocations(t *testing.T, w *wire, want float64) {
	const batch = 256
	sent := pings(batch)
	got := math.Inf(1)
	for range 10 { // how the batches fall depends on what else the machine does: the best round counts
		got = min(got, testing.AllocsPerRun(10, func() {
			if _, err := w.Write(sent); err != nil {
				t.Fatal(err)
			}
			w.answers(batch)
		})/batch)
	}
	if t.Logf("%.2f allocations for a ping", got); got > want+0.9 {
		t.Errorf("%.2f allocations, want %.0f", got, want)
	}
}
