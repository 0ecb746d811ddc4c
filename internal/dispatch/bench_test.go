package dispatch_test

import (
	"context"
	"fmt"
	"testing"

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

// BenchmarkDirect is the work without the dispatcher: match, request, action,
// answer.
func BenchmarkDirect(b *testing.B) {
	all := stanzas(b, 1000)
	table := table(b, to(reply))
	via := component.Sender(new(void))
	ctx := context.Background()
	var m router.Match
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		s := &all[i%len(all)]
		e, err := table.Match(s, &m)
		if err != nil {
			b.Fatal(err)
		}
		req := m.Request(*s, e)
		req.Via = via
		res, err := e.Action(ctx, req)
		if err != nil {
			b.Fatal(err)
		}
		via.Send(ctx, res...)
	}
}

// BenchmarkHandle is the same through the dispatcher: quiet pairs, read in
// batches of so many stanzas.
func BenchmarkHandle(b *testing.B) {
	for _, batch := range []int{1, 16, 1000} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			all := stanzas(b, 1000)
			d := dispatch.New(dispatch.Options{Table: table(b, to(reply)), Log: quiet})
			via := new(void)
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				d.Handle(via, all[i%len(all)], nil, 120)
				if i++; i%batch == 0 {
					d.Idle(context.Background())
				}
			}
			d.Idle(context.Background())
		})
	}
}

// BenchmarkOnePair is one pair that always has something waiting.
func BenchmarkOnePair(b *testing.B) {
	s := stanzas(b, 1)[0]
	d := dispatch.New(dispatch.Options{Table: table(b, to(reply)), Log: quiet, PairStanzas: 1 << 20})
	via := new(void)
	b.ReportAllocs()
	for b.Loop() {
		d.Handle(via, s, nil, 120)
	}
	d.Idle(context.Background())
}
