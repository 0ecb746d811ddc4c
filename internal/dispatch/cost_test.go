//go:build !race

// What is measured here means something only without the race detector, which has
// memory of its own and makes sync.Pool forget. scripts/test runs both ways.

package dispatch_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/stanza"
)

// TestQuietPairsCostNothing: what is left of pairs that were served.
func TestQuietPairsCostNothing(t *testing.T) {
	d := dispatch.New(dispatch.Options{Table: table(t, to(reply)), Log: quiet})
	defer d.Drain(context.Background())
	in := serve(d, new(void))
	s, err := stanza.ParseString(iq("user@example.org/r", "1"))
	if err != nil {
		t.Fatal(err)
	}
	before := heap()
	for i := range 100_000 {
		s.From, err = received(fmt.Sprintf("user%d@example.org/r", i))
		if err != nil {
			t.Fatal(err)
		}
		in.put(item{s, 120, nil})
	}
	in.end()
	d.Idle(context.Background())
	if s := d.Stats(); s.Handled != 100_000 || s.Pairs != 0 {
		t.Errorf("stats: %+v", s)
	}
	if after := heap(); after > before+1<<20 {
		t.Errorf("%d bytes are left of 100000 pairs", after-before)
	}
	runtime.KeepAlive(d)
}

// TestF11HeapIsBounded: whatever is offered to an action that stalls, memory
// stays within the bound that the options give.
func TestF11HeapIsBounded(t *testing.T) {
	const bytes = 8 << 20
	for _, content := range []string{
		"<body>hi</body>",
		"<body>" + strings.Repeat("x", 2000) + "</body>",
		strings.Repeat("<a xmlns='urn:a' b=''/>", 500),
	} {
		gate := make(chan struct{})
		d := dispatch.New(dispatch.Options{Table: table(t, to(func(context.Context, *request) (response, error) {
			<-gate
			return nil, nil
		})), Log: quiet, Workers: 4, Bytes: bytes, Stanzas: 1 << 20, Timeout: time.Hour, Patience: time.Hour})
		offered := 2 * bytes / (len(content) + 1000)
		before := heap()
		var reader sync.WaitGroup
		reader.Go(func() {
			in := serve(d, new(void))
			defer in.end()
			for i := range offered {
				xml := fmt.Sprintf("<message type='headline' from='u%d@x' to='app.x'>%s</message>", i, content)
				s, err := stanza.ParseString(xml)
				in.put(item{s, len(xml), err})
			}
		})
		last := -1
		for s := d.Stats(); s.Read != last || s.Bytes < bytes*3/4; s = d.Stats() { // until reading has stopped
			last = s.Read
			runtime.GC()
		}
		s, used := d.Stats(), heap()-before
		if t.Logf("%.10q: %d held, %d bytes counted, %d used", content, s.Held, s.Bytes, used); used > bytes || s.Read == offered {
			t.Errorf("%.10q: %d bytes used, %d allowed; %d of %d read", content, used, bytes, s.Read, offered)
		}
		close(gate)
		reader.Wait()
		if err := d.Drain(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

// heap returns the bytes that are in use.
func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestAllocations: a quiet pair's stanza costs no more allocations than calling
// the action: its request, which is part of the job, and its result.
func TestAllocations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := dispatch.New(dispatch.Options{Table: table(t, to(reply)), Log: quiet})
		defer d.Drain(context.Background())
		s, err := stanza.ParseString(iq("user@example.org/r", "1"))
		if err != nil {
			t.Fatal(err)
		}
		in := serve(d, new(void))
		defer in.end()
		batch := []item{{s, 120, nil}}
		got := testing.AllocsPerRun(1000, func() {
			in.put(batch...)
			synctest.Wait()
		})
		if got > 2 {
			t.Errorf("%v allocations, want 2", got)
		}
	})
}
