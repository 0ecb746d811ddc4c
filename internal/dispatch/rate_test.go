package dispatch_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/internal/dispatch"
)

// TestRate: a sender has its burst and then its rate, whatever resource it sends
// from and whatever others do. What is beyond is answered, presence dropped.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{Rate: 10, Burst: 5}, to(func(context.Context, *request) (response, error) { return nil, nil }))
		send := func(n int, xml func(i int) string) (handled int) {
			before := k.Stats().Handled
			for i := range n {
				k.handle(xml(i))
			}
			k.idle()
			return k.Stats().Handled - before
		}
		fromU := func(i int) string { return iq(fmt.Sprintf("u@x/%d", i), fmt.Sprint(i)) }
		fromV := func(i int) string { return message("v@x", "hi") }
		for _, step := range []struct {
			wait    time.Duration
			n, want int
		}{
			{0, 8, 5},                       // the burst
			{99 * time.Millisecond, 1, 0},   // not yet
			{time.Millisecond, 2, 1},        // one a tenth of a second
			{300 * time.Millisecond, 10, 3}, // and what is refused costs nothing
			{time.Hour, 10, 5},              // no more than the burst comes together
		} {
			time.Sleep(step.wait)
			if got := send(step.n, fromU); got != step.want {
				t.Errorf("%v later %d of %d were handled, want %d", step.wait, got, step.n, step.want)
			}
		}
		if got := send(5, fromV); got != 5 {
			t.Errorf("another sender has %d of 5", got)
		}
		send(1, fromV)
		send(1, func(int) string { return "<presence from='v@x' to='app.x'/>" })
		send(1, func(int) string { return "<message type='error' from='v@x' to='app.x'/>" })
		send(1, func(int) string { return "<iq type='result' id='1' from='v@x' to='app.x'/>" }) // not a matter of rates
		s := k.Stats()
		if s.Refused[dispatch.TooFast] != 17+1 || s.Dropped[dispatch.TooFast] != 2 || s.Dropped[dispatch.UnaskedAnswer] != 1 {
			t.Errorf("books %+v", s)
		}
		for _, want := range []string{`iq error 7 policy-violation/wait "too many stanzas"`, `message error policy-violation/wait "too many stanzas"`} {
			if !slices.Contains(k.link.lines(), want) {
				t.Errorf("%q was not sent: %q", want, k.link.lines())
			}
		}
	})
}

// TestRateDefaults: off unless asked for; the burst is twice the rate, at least
// one stanza.
func TestRateDefaults(t *testing.T) {
	for _, tc := range []struct {
		rate float64
		want int
	}{{0, 100}, {-1, 100}, {10, 20}, {0.1, 1}, {1e9, 100}} {
		synctest.Test(t, func(t *testing.T) {
			k := newKit(t, dispatch.Options{Rate: tc.rate}, to(func(context.Context, *request) (response, error) { return nil, nil }))
			for i := range 100 {
				k.handle(iq("u@x/r", fmt.Sprint(i)))
			}
			k.idle()
			if s := k.Stats(); s.Handled != tc.want {
				t.Errorf("rate %v: %d of 100 at once were handled, want %d", tc.rate, s.Handled, tc.want)
			}
		})
	}
}
