package dispatch_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A void takes everything.
type void struct{ _ int }

func (*void) Send(context.Context, ...stanza.Out) error { return nil }
func (*void) Ask(context.Context, stanza.Out) (stanza.Stanza, error) {
	return stanza.Stanza{}, nil
}

func stanzas(b *testing.B, senders int) []stanza.Stanza {
	all := make([]stanza.Stanza, senders)
	for i := range all {
		s, err := stanza.ParseString(iq(fmt.Sprintf("user%d@example.org/r", i), "1"))
		if err != nil {
			b.Fatal(err)
		}
		all[i] = s
	}
	return all
}

func reply(_ context.Context, r *request) (response, error) { return r.Result(), nil }

// direct is the work without the dispatcher: match, request, action, answer.
func direct(b *testing.B, t *router.Table, via component.Sender, s *stanza.Stanza, m *router.Match) {
	e, err := t.Match(s, m)
	if err != nil {
		b.Fatal(err)
	}
	req := m.Request(*s, e)
	req.Via = via
	res, err := e.Action(context.Background(), req)
	if err != nil {
		b.Fatal(err)
	}
	via.Send(context.Background(), res...)
}

func BenchmarkDirect(b *testing.B) {
	all := stanzas(b, 1000)
	table := table(b, to(reply))
	via := new(void)
	var m router.Match
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		direct(b, table, via, &all[i%len(all)], &m)
	}
}

// BenchmarkOver is what the dispatcher costs an idle pair beyond calling its action
// directly (the target is 300 ns). Both take turns, and of each the best tenth counts:
// so the figure holds on a machine that has other work to do.
func BenchmarkOver(b *testing.B) {
	for _, batch := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			all := stanzas(b, 1024)
			d := dispatch.New(dispatch.Options{Table: table(b, to(reply)), Log: quiet})
			routes := table(b, to(reply))
			via := new(void)
			in := d.Input(via)
			var m router.Match
			var alone, through []time.Duration
			for b.Loop() {
				began := time.Now()
				for i := range all {
					direct(b, routes, via, &all[i], &m)
				}
				alone = append(alone, time.Since(began))
				began = time.Now()
				for i := range all {
					in.Handle(&all[i], nil, 120)
					if (i+1)%batch == 0 {
						in.Flush()
						d.Idle(context.Background())
					}
				}
				through = append(through, time.Since(began))
			}
			slices.Sort(alone)
			slices.Sort(through)
			best := len(alone) / 10
			b.ReportMetric(float64(alone[best])/float64(len(all)), "ns-direct")
			b.ReportMetric(float64(through[best]-alone[best])/float64(len(all)), "ns-over")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkHandle is the same through the dispatcher: quiet pairs, read in
// batches of so many stanzas.
func BenchmarkHandle(b *testing.B) {
	for _, batch := range []int{1, 16, 1000} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			all := stanzas(b, 1000)
			d := dispatch.New(dispatch.Options{Table: table(b, to(reply)), Log: quiet})
			in := d.Input(new(void))
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				in.Handle(&all[i%len(all)], nil, 120)
				if i++; i%batch == 0 {
					in.Flush()
					d.Idle(context.Background())
				}
			}
			in.Flush()
			d.Idle(context.Background())
		})
	}
}

// BenchmarkOnePair is one pair that always has something waiting.
func BenchmarkOnePair(b *testing.B) {
	s := stanzas(b, 1)[0]
	d := dispatch.New(dispatch.Options{Table: table(b, to(reply)), Log: quiet, PairStanzas: 1 << 20})
	in := d.Input(new(void))
	b.ReportAllocs()
	for b.Loop() {
		in.Handle(&s, nil, 120)
	}
	in.Flush()
	d.Idle(context.Background())
}
