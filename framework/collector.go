package framework

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

// gcPercent is by how much the heap may grow between two collections when so many
// bytes are alive. Stanzas are small and die young, so a component that idles at
// 13 MB spends some memory well: at 300 the workloads of bench/load cost 3 to 8 %
// less than at 200, but where others delay the collector they may peak above 30 MB.
// With much alive, such as thousands of open questions, the same share would be
// hundreds of megabytes.
func gcPercent(alive uint64) int {
	switch {
	case alive < 8<<20:
		return 250
	case alive < 16<<20:
		return 200
	case alive < 64<<20:
		return 150
	}
	return 100
}

// tuneCollector sets the pace of the garbage collector, unless the environment
// does.
func tuneCollector() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		tune()
	}
}

var tune = sync.OnceFunc(func() {
	set := 0
	afterCollections(func() {
		if p := gcPercent(aliveBytes()); p != set {
			set = p
			debug.SetGCPercent(p) // stops the world for a moment, so not without need
		}
	})
})

// afterCollections calls f now, and behind each collection, in one goroutine at a
// time.
func afterCollections(f func()) {
	f()
	sentinel := new([16]byte) // large enough to be an object of its own
	runtime.AddCleanup(sentinel, afterCollections, f)
}

// aliveBytes is what the last collection found: the heap, and the stacks, which
// the runtime counts in as well.
func aliveBytes() uint64 {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}}
	metrics.Read(samples)
	return samples[0].Value.Uint64() + samples[1].Value.Uint64()
}
