package dispatch

import (
	"fmt"
	"testing"
	"time"

	"github.com/emp-framework/emp/jid"
)

// TestMeterIsBounded: a million senders cost nothing, and do not make the meter
// forget one who is far beyond its due.
func TestMeterIsBounded(t *testing.T) {
	m := newMeter(1, 10)
	flooder := jid.MustParse("flooder@x")
	for range 10 {
		if !m.allow(flooder, 0) {
			t.Fatal("refused within the burst")
		}
	}
	others := make([]jid.JID, 1<<16)
	for i := range others {
		others[i] = jid.MustParse(fmt.Sprintf("u%d@x", i))
	}
	i := 0
	if n := testing.AllocsPerRun(1<<20, func() {
		if !m.allow(others[i%len(others)], time.Duration(i/len(others))*2*time.Second/32) {
			t.Error("refused one who sends seldom")
		}
		i += 7919
	}); n > 0 {
		t.Errorf("%v allocations a stanza", n)
	}
	m = newMeter(1, 10)
	for range 10 {
		m.allow(flooder, 0)
	}
	for _, o := range others {
		m.allow(o, 0)
	}
	if m.allow(flooder, time.Millisecond) {
		t.Error("a flooder hides in the crowd")
	}
}
