package framework

import (
	"runtime"
	"testing"
	"time"
)

// TestCollector: the pace is looked at behind each collection, and the more is
// alive the less may be added.
func TestCollector(t *testing.T) {
	seen, done := make(chan uint64), make(chan struct{})
	defer close(done)
	go afterCollections(func() {
		select {
		case seen <- aliveBytes():
		case <-done:
		}
	})
	held := make([]byte, 80<<20)
	go func() {
		for !closed(done) {
			runtime.GC()
		}
	}()
	now := uint64(0)
	for patience := time.After(time.Minute); now < 80<<20; {
		select {
		case now = <-seen:
		case <-patience:
			t.Fatalf("%d bytes alive, with 80 MiB held", now)
		}
	}
	if gcPercent(now) != 100 {
		t.Errorf("%d percent of %d bytes", gcPercent(now), now)
	}
	runtime.KeepAlive(held)
	last := 1000
	for alive := uint64(0); alive < 256<<20; alive += 1 << 20 {
		p := gcPercent(alive)
		if p > last {
			t.Errorf("%d percent of %d MiB", p, alive>>20)
		}
		last = p
	}
}
