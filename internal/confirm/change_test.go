package confirm

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/stanza"
)

// A busyLink has something happen while it is about to queue a stanza.
type busyLink struct {
	*fakeLink
	meanwhile func()
}

func (l *busyLink) SendKept(ctx context.Context, k Keeper, outs ...stanza.Out) error {
	if f := l.meanwhile; f != nil {
		l.meanwhile = nil
		f()
	}
	return l.fakeLink.SendKept(ctx, k, outs...)
}

// TestF01ChangeWhileSending: what is about to be queued on a link when the next one
// comes, or when somebody else learns that it is down, goes out over the next one, behind
// what was kept before.
func TestF01ChangeWhileSending(t *testing.T) {
	for name, meanwhile := range map[string]func(w *world, r *Ring, next *fakeLink){
		"the next one": func(w *world, r *Ring, next *fakeLink) { attach(t, r, next) },
		"down": func(w *world, r *Ring, next *fakeLink) {
			r.lost(r.at)
			w.send(r, next, message(alice, "0-1"))
		},
		"down, and the next one": func(w *world, r *Ring, next *fakeLink) {
			r.lost(r.at)
			w.send(r, next, message(alice, "0-1"))
			attach(t, r, next)
		},
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
				r := New(Options{})
				first, next := &busyLink{fakeLink: w.link(steady(time.Millisecond), 0)}, w.link(steady(time.Millisecond), 0)
				attach(t, r, first)
				w.send(r, first, message(alice, "0-0"))
				first.meanwhile = func() { meanwhile(w, r, next) }
				w.send(r, first, message(alice, "late"))
				time.Sleep(time.Second) // a barrier of the first may cover too much
				first.cut()
				if r.at.link != Link(next) {
					attach(t, r, next)
				}
				settled(t, r, r.Stats().Taken)
				ids := w.ids()
				want := []string{"0-0", "0-1", "late"}
				if name == "the next one" {
					want = []string{"0-0", "late"}
				}
				if got := firsts(ids); !slices.Equal(got, want) {
					t.Errorf("came %q, want %q first", ids, want)
				}
				next.cut()
				r.Close()
			})
		})
	}
}

// firsts leaves out all but the first of each.
func firsts(ids []string) (first []string) {
	for _, id := range ids {
		if !slices.Contains(first, id) {
			first = append(first, id)
		}
	}
	return first
}

// TestNotSentAgain: what a link that was gone already never got is sent for the first time
// on the next.
func TestNotSentAgain(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{Report: true, Unknown: func(outs []stanza.Out) { t.Errorf("told of %v", outs) }})
		w.send(r, gone, message(alice, "0-0"))
		if err := r.Attach(t.Context(), gone); err == nil {
			t.Error("a link that is gone is attached")
		}
		l := w.link(steady(time.Millisecond), 0)
		attach(t, r, l)
		settled(t, r, 1)
		if n, _ := stamps(t, w.got[0]); len(w.got) != 1 || n != 0 || r.Stats().Repeated != 0 {
			t.Errorf("%d came, with %d stamps, %+v", len(w.got), n, r.Stats())
		}
		l.cut()
		r.Close()
	})
}

// TestOneAtATime: while a barrier is under way time alone brings no other.
func TestOneAtATime(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{})
		l := w.link(steady(time.Minute), 0)
		attach(t, r, l)
		for i := range 20 {
			w.send(r, l, message(alice, fmt.Sprint("0-", i)))
			time.Sleep(time.Second / 3)
		}
		synctest.Wait()
		l.mu.Lock()
		if n := len(l.queue) + l.taken; n != 21 {
			t.Errorf("%d in the queue, want 20 and one barrier", n)
		}
		l.mu.Unlock()
		l.cut()
		r.Close()
	})
}
