package dispatch_test

import (
	"context"
	"fmt"
	"io"
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

// A loop is a Source with so many stanzas, read in batches.
type loop struct {
	stanzas []stanza.Stanza
	batch   int
	rest    int // to read
	at      int // in stanzas, where the batch begins
}

func (l *loop) Read() (int, error) {
	l.at = (l.at + l.batch) % len(l.stanzas)
	n := min(l.batch, l.rest)
	if l.rest -= n; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

func (l *loop) At(i int) (*stanza.Stanza, int, error) {
	return &l.stanzas[(l.at+i)%len(l.stanzas)], 120, nil
}

func (*loop) Cork()   {}
func (*loop) Uncork() {}

// through has n stanzas go through a dispatcher.
func through(d *dispatch.Dispatcher, via component.Sender, all []stanza.Stanza, n, batch int) {
	done := make(chan struct{})
	d.Serve(via, &loop{stanzas: all, batch: batch, rest: n}, func() { close(done) })
	<-done
	d.Idle(context.Background())
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
			var m router.Match
			var alone, over []time.Duration
			for b.Loop() {
				began := time.Now()
				for i := range all {
					direct(b, routes, via, &all[i], &m)
				}
				alone = append(alone, time.Since(began))
				began = time.Now()
				through(d, via, all, len(all), batch)
				over = append(over, time.Since(began))
			}
			slices.Sort(alone)
			slices.Sort(over)
			best := len(alone) / 10
			b.ReportMetric(float64(alone[best])/float64(len(all)), "ns-direct")
			b.ReportMetric(float64(over[best]-alone[best])/float64(len(all)), "ns-over")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkServe is the same through the dispatcher: quiet pairs, read in batches of
// so many stanzas.
func BenchmarkServe(b *testing.B) {
	for _, batch := range []int{1, 16, 1000} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			all := stanzas(b, 1000)
			d := dispatch.New(dispatch.Options{Table: table(b, to(reply)), Log: quiet})
			b.ReportAllocs()
			b.ResetTimer()
			through(d, new(void), all, b.N, batch)
		})
	}
}

// BenchmarkOnePair is one pair that has sent much at once.
func BenchmarkOnePair(b *testing.B) {
	all := stanzas(b, 1)
	d := dispatch.New(dispatch.Options{Table: table(b, to(reply)), Log: quiet, PairStanzas: 1 << 20})
	b.ReportAllocs()
	b.ResetTimer()
	through(d, new(void), all, b.N, 1000)
}

// Reuse is for Source.
func (*loop) Reuse(*stanza.Stanza) {}
