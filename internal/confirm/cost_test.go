package confirm

import (
	"context"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A sink takes everything at once.
type sink struct {
	w    element.Writer
	ends []int
	down chan struct{}
}

func newSink() *sink {
	return &sink{w: element.Writer{Space: element.NSClient}, down: make(chan struct{})}
}

func (s *sink) Send(ctx context.Context, outs ...stanza.Out) error {
	return s.SendKept(ctx, nil, outs...)
}

func (s *sink) SendKept(_ context.Context, k Keeper, outs ...stanza.Out) error {
	s.ends = s.ends[:0]
	for i := range outs {
		o := outs[i]
		if k != nil && k.Identifies(&outs[i]) {
			o.Identify()
		}
		if err := o.Write(&s.w); err != nil {
			return err
		}
		s.ends = append(s.ends, s.w.Len())
	}
	defer s.w.Reset()
	if k == nil {
		return nil
	}
	return k.Keep(outs, s.w.Bytes(), 0, s.ends, 0)
}

func (s *sink) Resend(context.Context, []byte, []int) (uint64, error) { return 0, nil }

func (s *sink) Render(Keeper, ...stanza.Out) error { return nil }

func (s *sink) MaxSend() int                              { return 1 << 20 }
func (s *sink) Counts() bool                              { return false }
func (s *sink) Confirm(_ time.Duration, done func(error)) { done(nil) }
func (s *sink) Down() <-chan struct{}                     { return s.down }
func (s *sink) Err() error                                { return nil }
func (s *sink) Local() jid.JID                            { return bot }

func sinkRing(t testing.TB) (*Ring, *sink) {
	r, s := New(Options{}), newSink()
	if err := r.Attach(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		close(s.down)
		r.Close()
	})
	return r, s
}

var (
	aMessage = []stanza.Out{stanza.NewMessage(alice, "Hackity Hack!")}
	anAnswer = []stanza.Out{{Kind: stanza.IQ, Type: stanza.TypeResult, To: addr, ID: "7"}}
)

// TestCost: keeping an answer allocates nothing, a message nothing but its id.
func TestCost(t *testing.T) {
	for _, tc := range []struct {
		name string
		outs []stanza.Out
		most float64
	}{{"message", aMessage, 1}, {"answer", anAnswer, 0}} {
		r, s := sinkRing(t)
		i := 0
		send := func() {
			if err := r.Send(context.Background(), s, tc.outs...); err != nil {
				t.Fatal(err)
			}
			if i++; i%100 == 0 {
				r.Barrier(context.Background())
			}
		}
		for range 1000 {
			send()
		}
		if n := testing.AllocsPerRun(1000, send); n > tc.most && !raceEnabled {
			t.Errorf("%s: %v allocations", tc.name, n)
		}
	}
}

func benchmark(b *testing.B, outs []stanza.Out, r *Ring, s *sink) {
	b.ReportAllocs()
	for b.Loop() {
		if err := r.Send(context.Background(), s, outs...); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSend(b *testing.B) {
	for name, outs := range map[string][]stanza.Out{"message": aMessage, "answer": anAnswer} {
		b.Run(name+"/kept", func(b *testing.B) {
			r, s := sinkRing(b)
			benchmark(b, outs, r, s)
		})
		b.Run(name+"/once", func(b *testing.B) { benchmark(b, outs, nil, newSink()) })
	}
}
