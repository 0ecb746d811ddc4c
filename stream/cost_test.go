//go:build !race

// What is counted here means something only without the race detector. scripts/test
// runs both ways.

package stream

import (
	"context"
	"testing"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// TestReadAllocations: a stanza costs its tree, which is one allocation, also where a
// question waits for its answer.
func TestReadAllocations(t *testing.T) {
	for name, words := range map[string]string{"ping": benchPing, "message": benchMessage} {
		link := taped(t, words)
		if _, err := link.opts.Pending.add(link, jid.MustParse("comp.localhost/self"), "id", true, func(answer) {}); err != nil {
			t.Fatal(err)
		}
		var got []Received
		read, runs := 0, 0
		total := testing.AllocsPerRun(100, func() {
			var err error
			if got, err = link.Read(got[:0]); err != nil {
				t.Fatal(err)
			}
			read, runs = read+len(got), runs+1
		})
		if n := total * float64(runs) / float64(read); n > 1.2 {
			t.Errorf("%s: %.2f allocations for each of %d stanzas, want 1", name, n, read)
		}
	}
}

// TestSendAllocations: to send costs none.
func TestSendAllocations(t *testing.T) {
	for name, out := range benchAnswers() {
		link, outs := taped(t, benchPing), []stanza.Out{out}
		link.Cork() // as where several are sent together
		n := testing.AllocsPerRun(1000, func() {
			if err := link.Send(context.Background(), outs...); err != nil {
				t.Fatal(err)
			}
		})
		if n > 0 {
			t.Errorf("%s: %v allocations, want none", name, n)
		}
	}
}
