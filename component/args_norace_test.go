//go:build !race

package component_test

import "testing"

// TestArgsAllocs: binding allocates nothing that hand-written code does not.
// (The race detector has pools forget on purpose.)
func TestArgsAllocs(t *testing.T) {
	for _, p := range pairs(t) {
		allocs := func(action func() error) float64 {
			return testing.AllocsPerRun(200, func() {
				if err := action(); err != nil {
					t.Fatal(err)
				}
			})
		}
		hand := allocs(func() error { return second(p.hand(t.Context(), p.req)) })
		bound := allocs(func() error { return second(p.bound(t.Context(), p.req)) })
		if bound > hand {
			t.Errorf("%s: %v allocations, by hand %v", p.name, bound, hand)
		}
	}
}
