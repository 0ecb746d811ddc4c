package dispatch_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/stanza"
)

// stanzaCount is how many stanzas TestT14RandomTimes takes. EMP_TEST_STANZAS says
// otherwise, for the long run of docs/reliability.md.
func stanzaCount(t testing.TB) int {
	s := os.Getenv("EMP_TEST_STANZAS")
	if s == "" {
		return 100_000
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestT14RandomTimes: stanzas from a thousand senders at random, for actions that
// take random times. None of a pair runs beside or before one that came earlier.
func TestT14RandomTimes(t *testing.T) {
	const senders = 1000
	total := stanzaCount(t)
	seed := rand.Uint64()
	t.Logf("%d stanzas, seed %d", total, seed)
	synctest.Test(t, func(t *testing.T) {
		// Each is guarded by the order alone: the race detector watches.
		var last [senders]int
		k := newKit(t, dispatch.Options{Log: quiet, PairStanzas: total}, to(func(_ context.Context, r *request) (response, error) {
			var sender, n int
			fmt.Sscanf(r.ID, "%d %d", &sender, &n)
			if n != last[sender]+1 {
				t.Errorf("of sender %d, %d began after %d", sender, n, last[sender])
			}
			if rnd := rand.New(rand.NewPCG(seed, uint64(sender)<<32|uint64(n))); rnd.IntN(2) > 0 {
				time.Sleep(time.Duration(rnd.ExpFloat64() * float64(time.Millisecond)))
			}
			if last[sender] != n-1 {
				t.Errorf("of sender %d, %d began before %d ended", sender, last[sender], n)
			}
			last[sender] = n
			return nil, nil
		}))
		rnd := rand.New(rand.NewPCG(seed, 0))
		var count [senders]int
		in := serve(k.Dispatcher, new(void))
		var batch []item
		for range total {
			sender := rnd.IntN(senders)
			count[sender]++
			xml := message(fmt.Sprintf("u%d@x/%d", sender, rnd.IntN(3)), "hi")
			s, err := stanza.ParseString(xml)
			s.ID = fmt.Sprint(sender, " ", count[sender])
			batch = append(batch, item{s, len(xml), err})
			if rnd.IntN(50) == 0 { // what was read at once
				in.put(batch...)
				batch = nil
			}
		}
		in.put(batch...)
		in.end()
		k.idle()
		if s := k.Stats(); s.Handled != total || last != count {
			t.Errorf("not all has run: %+v", s)
		}
	})
}
