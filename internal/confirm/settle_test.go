package confirm

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// A countingLink numbers what it is given.
type countingLink struct {
	*fakeLink
	last uint64
}

func (l *countingLink) Counts() bool { return true }

func (l *countingLink) SendKept(ctx context.Context, k Keeper, outs ...stanza.Out) error {
	err := l.send(ctx, k, l.last+uint64(len(outs)), outs)
	if err == nil {
		l.last += uint64(len(outs))
	}
	return err
}

func (l *countingLink) Resend(ctx context.Context, words []byte, ends []int) (uint64, error) {
	err := l.SendKept(ctx, nil, l.w.parse(words, ends)...)
	return l.last, err
}

// unsettled returns a ring whose link is gone with six stanzas that it was given: 2, 3
// and 4 in one Send, 3 and 5 not Wanted.
func unsettled(t *testing.T, w *world, opts Options) *Ring {
	r := New(opts)
	first := &countingLink{fakeLink: w.link(steady(time.Hour), 0)}
	attach(t, r, first)
	once := message(alice, "3")
	once.Once = true
	w.send(r, first, message(alice, "1"))
	w.send(r, first, message(alice, "2"), once, message(alice, "4"))
	w.send(r, first, stanza.Out{Kind: stanza.Presence, ID: "5"})
	w.send(r, first, stanza.Out{Kind: stanza.IQ, Type: stanza.TypeResult, ID: "6"})
	if s := r.Stats(); s.Kept != 6 || first.last != 6 {
		t.Fatalf("%+v of %d", s, first.last)
	}
	first.cut()
	if err := r.Send(t.Context(), first, stanza.Out{Kind: stanza.Presence}); !errors.Is(err, errCut) {
		t.Errorf("presence over a link that is down: %v", err)
	}
	w.send(r, first, message(alice, "7")) // is held
	return r
}

// TestM03Settle: of what the server says that it has not taken all goes out again, in
// order and nothing else, as if it had not been sent.
func TestM03Settle(t *testing.T) {
	for handled := range uint64(7) {
		bubble(t, func(t *testing.T, w *world, _ *fakeLink) {
			var told int
			r := unsettled(t, w, Options{Report: handled%2 == 0, Unknown: func(outs []stanza.Out) { told += len(outs) }})
			defer r.Close()
			r.Settle(handled, true)
			if s := r.Stats(); s.Confirmed != int(handled) || s.Kept != 7-int(handled) {
				t.Errorf("%+v", s)
			}
			second := &countingLink{fakeLink: w.link(steady(time.Millisecond), 0), last: handled}
			r.Prepare(second)
			attach(t, r, second)
			settled(t, r, 7)
			second.cut()
			if got, want := strings.Join(w.ids(), ""), "1234567"[handled:]; got != want {
				t.Errorf("the server has %d, and then got %s", handled, got)
			}
			if s := r.Stats(); told+s.Unknown+s.Repeated > 0 || s.Confirmed != 7 {
				t.Errorf("%d told, %+v", told, s)
			}
		})
	}
}

// TestM03SettleAgain: numbers are right also for what was sent again, where the link
// takes all and where one is too large for it.
func TestM03SettleAgain(t *testing.T) {
	for _, large := range []string{"", "4"} {
		for handled := range uint64(7) {
			bubble(t, func(t *testing.T, w *world, _ *fakeLink) {
				r := unsettled(t, w, Options{})
				defer r.Close()
				second := &countingLink{fakeLink: w.link(steady(time.Hour), 0)}
				if large != "" {
					second.most = enlarge(r, large)
				}
				attach(t, r, second) // of unknown fate: what is Wanted goes out
				want := "12467"
				if large != "" {
					want = "1267"
				}
				second.cut()
				if second.last != uint64(len(want)) {
					t.Fatalf("it sent %d", second.last)
				}
				handled := min(handled, second.last)
				r.Settle(handled, true)
				third := &countingLink{fakeLink: w.link(steady(time.Millisecond), 0)}
				attach(t, r, third)
				settled(t, r, 7)
				third.cut()
				if got := strings.Join(w.ids(), ""); got != want[handled:] {
					t.Errorf("the server has %d, and then got %s", handled, got)
				}
			})
		}
	}
}

// TestM03Unsettled: what the server says of another session is not said of what was sent
// in the one that it has forgotten.
func TestM03Unsettled(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, _ *fakeLink) {
		r := unsettled(t, w, Options{})
		defer r.Close()
		r.Unsettle() // a link comes, and goes before it is attached
		r.Settle(6, true)
		third := &countingLink{fakeLink: w.link(steady(time.Millisecond), 0)}
		attach(t, r, third)
		settled(t, r, 7)
		third.cut()
		if got := strings.Join(w.ids(), ""); got != "12467" {
			t.Errorf("it sent %s", got)
		}
	})
	(*Ring)(nil).Unsettle()
}

// TestM03Unknown: without a word of the server's what is Wanted goes out again, or
// nothing, and the rest is told.
func TestM03Unknown(t *testing.T) {
	for _, report := range []bool{false, true} {
		bubble(t, func(t *testing.T, w *world, _ *fakeLink) {
			told := ""
			r := unsettled(t, w, Options{Report: report, Unknown: func(outs []stanza.Out) {
				for _, o := range outs {
					told += o.ID
				}
			}})
			defer r.Close()
			second := w.link(steady(time.Millisecond), 0)
			attach(t, r, second)
			settled(t, r, 7)
			second.cut()
			got, s := strings.Join(w.ids(), ""), r.Stats()
			if want := map[bool]string{false: "12467 35 2 4", true: "7 123456 6 0"}[report]; fmt.Sprint(got, " ", told, " ", s.Unknown, " ", s.Repeated) != want {
				t.Errorf("it sent %s and told %s, %+v; want %s", got, told, s, want)
			}
		})
	}
}

// TestM03UnknownLarge: what is told is whole also where it is more than anybody reads who
// does not say how much that is.
func TestM03UnknownLarge(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, _ *fakeLink) {
		var told []stanza.Out
		r := New(Options{Report: true, Unknown: func(outs []stanza.Out) { told = outs }})
		defer r.Close()
		first := w.link(steady(time.Hour), 0)
		attach(t, r, first)
		long := message(alice, "1")
		long.Body = strings.Repeat("x", 2<<20)
		named := message(alice, "2").Add(element.New("urn:"+strings.Repeat("x", 2000), "x"))
		w.send(r, first, long, named)
		first.cut()
		second := w.link(steady(time.Hour), 0)
		r.Prepare(second)
		second.cut()
		if len(told) != 2 || told[0].Body != long.Body || told[1].ID != "2" {
			t.Errorf("told of %.100v", told)
		}
	})
}

// TestM03Asked: a question is kept on a link that counts, and goes out again where the
// session goes on. Where it does not nobody is told, for who asked learns it anyway.
func TestM03Asked(t *testing.T) {
	for name, tc := range map[string]struct {
		settle func(r *Ring)
		sent   string
		stats  Stats
	}{
		"taken":        {func(r *Ring) { r.Settle(1, true) }, "", Stats{Confirmed: 1}},
		"not taken":    {func(r *Ring) { r.Settle(0, true) }, "q", Stats{Confirmed: 1}},
		"lost, unsent": {func(r *Ring) { r.Settle(0, false) }, "", Stats{Unknown: 1}},
		"lost":         {func(*Ring) {}, "", Stats{Unknown: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world, _ *fakeLink) {
				r := New(Options{AnswerAge: time.Second, Unknown: func(outs []stanza.Out) { t.Errorf("told of %v", outs) }})
				defer r.Close()
				first := &countingLink{fakeLink: w.link(steady(time.Hour), 0)}
				attach(t, r, first)
				if kept, err := r.Ask(t.Context(), first, question("q")); !kept || err != nil {
					t.Fatal(kept, err)
				}
				first.cut()
				time.Sleep(time.Minute) // it is not too old: who asks has a limit of his own
				if kept, err := r.Ask(t.Context(), first, question("r")); kept || err == nil {
					t.Errorf("over a link that is down: %v, %v", kept, err)
				}
				tc.settle(r)
				second := &countingLink{fakeLink: w.link(steady(time.Millisecond), 0)}
				attach(t, r, second)
				settled(t, r, 1)
				second.cut()
				if got, s := strings.Join(w.ids(), ""), r.Stats(); got != tc.sent || s.Confirmed != tc.stats.Confirmed || s.Unknown != tc.stats.Unknown || s.Kept+s.Aged != 0 {
					t.Errorf("it sent %q, %+v", got, s)
				}
			})
		})
	}
	bubble(t, func(t *testing.T, w *world, _ *fakeLink) {
		r := New(Options{})
		defer r.Close()
		plain := w.link(steady(time.Millisecond), 0)
		attach(t, r, plain)
		if kept, err := r.Ask(t.Context(), plain, question("r")); kept || err != nil {
			t.Errorf("over a link that does not count: %v, %v", kept, err)
		}
		plain.cut()
	})
}

// TestOnceOverTheNextLink: what is not Wanted goes out over the link that it was meant
// for, though the Ring has not got that yet and does not know that the last is gone.
func TestOnceOverTheNextLink(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, _ *fakeLink) {
		r := New(Options{})
		defer r.Close()
		first := &countingLink{fakeLink: w.link(steady(time.Millisecond), 0)}
		attach(t, r, first)
		first.cut()
		next := &countingLink{fakeLink: w.link(steady(time.Millisecond), 0)}
		defer next.cut()
		w.send(r, next, stanza.Out{Kind: stanza.Presence, ID: "1"})
		if kept, err := r.Ask(t.Context(), next, question("2")); kept || err != nil {
			t.Error(kept, err)
		}
		time.Sleep(time.Second)
		if got := strings.Join(w.ids(), ""); got != "12" {
			t.Errorf("it sent %q", got)
		}
	})
}

// enlarge has one of the stanzas that are kept be larger than the others, and returns
// how large these are at most.
func enlarge(r *Ring, id string) (most int) {
	old := r.log
	r.log = log{}
	for n, words := range old.all() {
		o := parse(words, n.wanted)
		if o.ID != id {
			most = max(most, len(words)+100) // for a stamp
			*r.log.add(words) = *n
			continue
		}
		o.Body = strings.Repeat("x", 1000)
		m := r.log.add([]byte(o.String()))
		size := m.size
		*m = *n
		m.size = size
		r.bytes += len(o.String()) - len(words)
	}
	return most
}

func question(id string) stanza.Out {
	o := stanza.NewIQ(stanza.TypeGet, alice, element.New("urn:xmpp:ping", "ping"))
	o.ID = id
	return o
}
