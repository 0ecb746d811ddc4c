package supervise

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func TestS21RangeOfWaits(t *testing.T) {
	const s = time.Second
	for _, tc := range []struct {
		name   string
		policy Policy
		want   []time.Duration // after 1, 2, 3, ... failures
	}{
		{"defaults", Policy{}, []time.Duration{s, 2 * s, 4 * s, 8 * s, 16 * s, 32 * s, 60 * s, 60 * s}},
		{"negative is default", Policy{Base: -1, Cap: -1, First: -1}, []time.Duration{s, 2 * s, 4 * s}},
		{"first as RFC 6120 has it", Policy{First: 60 * s}, []time.Duration{60 * s, 2 * s, 4 * s}},
		{"first over cap", Policy{First: 60 * s, Cap: 10 * s}, []time.Duration{10 * s, 2 * s, 4 * s, 8 * s, 10 * s}},
		{"base over cap", Policy{Base: 9 * s, Cap: 5 * s}, []time.Duration{5 * s, 5 * s}},
		{"cap is a power", Policy{Base: s, Cap: 4 * s}, []time.Duration{s, 2 * s, 4 * s, 4 * s}},
		{"cap is odd", Policy{Base: 1, Cap: 3}, []time.Duration{1, 2, 3, 3}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for i, want := range tc.want {
				if got := tc.policy.span(i + 1); got != want {
					t.Errorf("after %d failures: %v, want %v", i+1, got, want)
				}
			}
		})
	}
}

func TestS21NoOverflow(t *testing.T) {
	p := Policy{Cap: math.MaxInt64}
	for _, failures := range []int{30, 34, 35, 63, 64, math.MaxInt} {
		if got := p.span(failures); got <= 0 {
			t.Errorf("after %d failures: %v", failures, got)
		}
		if got := p.wait(failures, nil); got < 0 {
			t.Errorf("after %d failures: a wait of %v", failures, got)
		}
	}
	if got := p.span(math.MaxInt); got != math.MaxInt64 {
		t.Errorf("never reached its cap: %v", got)
	}
}

// TestS21FullJitter sees the waits spread evenly over the whole of their range,
// with the random numbers of a fixed seed.
func TestS21FullJitter(t *testing.T) {
	const draws, bins = 20000, 10
	p := Policy{Rand: rand.New(rand.NewPCG(1, 2)).Int64N}
	for failures := 1; failures <= 9; failures++ {
		span := p.span(failures)
		var hist [bins]int
		for range draws {
			wait := p.wait(failures, nil)
			if wait < 0 || wait >= span {
				t.Fatalf("after %d failures: %v is outside [0, %v)", failures, wait, span)
			}
			hist[int(float64(wait)/float64(span)*bins)]++
		}
		for i, n := range hist {
			if n < draws/bins*9/10 || n > draws/bins*11/10 {
				t.Errorf("after %d failures: bin %d has %d of %d draws: %v", failures, i, n, draws, hist)
			}
		}
	}
}

func TestS21DefaultRandomSource(t *testing.T) {
	var p Policy
	seen := make(map[time.Duration]bool)
	for range 1000 {
		wait := p.wait(7, nil)
		if wait < 0 || wait >= time.Minute {
			t.Fatalf("a wait of %v", wait)
		}
		seen[wait] = true
	}
	if len(seen) < 900 {
		t.Errorf("only %d different waits of 1000", len(seen))
	}
}

func TestF16Floor(t *testing.T) {
	var secret, replaced = errors.New("wrong secret"), errors.New("replaced")
	p := Policy{
		Floor: func(err error) time.Duration {
			switch err {
			case secret:
				return 2 * time.Minute
			case replaced:
				return 30 * time.Second
			}
			return -time.Second
		},
		Rand: func(n int64) int64 { return n * 3 / 4 },
	}
	for _, tc := range []struct {
		failures int
		err      error
		want     time.Duration
	}{
		{1, secret, 2 * time.Minute}, // beyond the cap
		{9, secret, 2 * time.Minute},
		{1, replaced, 30 * time.Second},
		{9, replaced, 45 * time.Second},       // the back-off is longer
		{1, errors.ErrUnsupported, 750000000}, // no floor
	} {
		if got := p.wait(tc.failures, tc.err); got != tc.want {
			t.Errorf("after %d failures, %v: %v, want %v", tc.failures, tc.err, got, tc.want)
		}
	}
}
