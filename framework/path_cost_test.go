//go:build !race

// What is counted here means something only without the race detector, which makes
// sync.Pool forget. scripts/test runs both ways.

package framework_test

import (
	"math"
	"testing"
)

// TestPathAllocations: from bytes to bytes a ping costs two allocations, its tree and its
// request; jobs, answers, batches, barriers and timers next to nothing.
func TestPathAllocations(t *testing.T) {
	const batch = 1000
	w, sent := newWire(t), pings(batch)
	got := math.Inf(1)
	for range 10 { // how the batches fall depends on what else the machine does: the best round counts
		got = min(got, testing.AllocsPerRun(10, func() {
			if _, err := w.Write(sent); err != nil {
				t.Fatal(err)
			}
			w.answers(batch)
		})/batch)
	}
	if t.Logf("%.2f allocations for a ping", got); got > 2.9 {
		t.Errorf("%.2f allocations, want 2", got)
	}
}
