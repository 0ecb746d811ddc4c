package dispatch_test

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/stanza"
)

// BenchmarkOthersOfStuckPair is how long stanzas wait for their action, from when
// they were read to its beginning: the 99th percentile in ns while all is well, the same while the
// action of one pair does not return, and the second as a multiple of the first (the
// target is below 2). The stuck pair sends on, a stanza in each ten. Both take turns,
// so that the machine's other work falls on both.
func BenchmarkOthersOfStuckPair(b *testing.B) {
	const senders, batch = 1000, 10
	gate := make(chan struct{})
	defer close(gate)
	var began [senders]time.Time // the wait of each
	waits := make(chan time.Duration, batch)
	k := newKit(b, dispatch.Options{Log: quiet, Timeout: time.Hour}, to(func(_ context.Context, r *request) (response, error) {
		if r.ID == "stuck" {
			<-gate
		} else if i, err := strconv.Atoi(r.ID); err == nil {
			waits <- time.Since(began[i])
		}
		return nil, nil
	}))
	in := serve(k.Dispatcher, new(void))
	defer in.end()
	parsed := func(from, id string) stanza.Stanza {
		s, err := stanza.ParseString(iq(from, id))
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	var all [senders]stanza.Stanza
	for i := range all {
		all[i] = parsed("user"+strconv.Itoa(i)+"@example.org/r", strconv.Itoa(i))
	}
	stuck, well := parsed("stuck@example.org/r", "stuck"), parsed("well@example.org/r", "well")
	round := func(tenth *stanza.Stanza, took []time.Duration) []time.Duration {
		for i := 0; i < senders; i += batch - 1 {
			others := all[i:min(senders, i+batch-1)]
			now := time.Now()
			read := make([]item, 0, batch)
			for j := range others {
				began[i+j] = now
				read = append(read, item{others[j], 120, nil})
			}
			in.put(append(read, item{*tenth, 120, nil})...)
			for range others {
				took = append(took, <-waits)
			}
		}
		return took
	}
	var alone, beside []time.Duration
	for b.Loop() {
		alone = round(&well, alone)
		beside = round(&stuck, beside)
	}
	slices.Sort(alone)
	slices.Sort(beside)
	quietly, stuckly := alone[len(alone)*99/100], beside[len(beside)*99/100]
	b.ReportMetric(float64(quietly), "ns-p99-quiet")
	b.ReportMetric(float64(stuckly), "ns-p99-stuck")
	b.ReportMetric(float64(stuckly)/float64(quietly), "ratio")
	b.ReportMetric(0, "ns/op")
}
