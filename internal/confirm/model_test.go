package confirm

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// firsts checks that of each pair all came, first copies in order, and returns
// how many were repeats. Ids are "pair-number".
func (w *world) firsts(t *testing.T, pairs, each int) (repeats int) {
	t.Helper()
	next := make([]int, pairs)
	for _, id := range w.ids() {
		p, n, _ := strings.Cut(id, "-")
		pair, _ := strconv.Atoi(p)
		number, _ := strconv.Atoi(n)
		switch {
		case number < next[pair]:
			repeats++
		case number > next[pair]:
			t.Errorf("pair %d: %d came where %d was due", pair, number, next[pair])
			next[pair] = number + 1
		default:
			next[pair]++
		}
	}
	for pair, n := range next {
		if n != each {
			t.Errorf("pair %d: %d of %d came", pair, n, each)
		}
	}
	return repeats
}

// settled waits until nothing is kept, and checks the books.
func settled(t *testing.T, r *Ring, taken int) {
	t.Helper()
	for range 1000 {
		if r.Stats().Kept == 0 {
			break
		}
		time.Sleep(time.Second)
	}
	s := r.Stats()
	if s.Kept != 0 || s.Taken != taken || s.Taken != s.Confirmed+s.Aged+s.Refused+s.Unknown {
		t.Errorf("the books at the end: %+v, want %d taken", s, taken)
	}
}

// TestF01CutAnywhere cuts the first link after each item that it took, and the
// second at some of them too.
func TestF01CutAnywhere(t *testing.T) {
	const each = 12
	for cut := 1; cut <= 20; cut++ {
		for second := range 4 {
			t.Run(fmt.Sprintf("%d,%d", cut, second*4), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					w := newWorld(t)
					r := New(Options{Delay: 3 * time.Millisecond, Batch: 4})
					gone := w.link(nil, 0).cutNow()
					sent, done := make(chan struct{}), make(chan struct{})
					go func() {
						defer close(done)
						for _, at := range []int{cut, second * 4, 0} {
							l := w.link(steady(time.Millisecond), at)
							if err := r.Attach(t.Context(), l); err != nil && l.Err() == nil {
								t.Error(err)
							}
							select {
							case <-l.down:
							case <-sent:
								time.Sleep(time.Second) // all that still can happen has
							}
							if at == 0 {
								settled(t, r, each)
							}
							l.cut()
							time.Sleep(2 * time.Millisecond)
						}
					}()
					for i := range each {
						w.send(r, gone, message(alice, fmt.Sprintf("0-%d", i)))
						if i%5 == 4 {
							time.Sleep(5 * time.Millisecond)
						}
					}
					close(sent)
					<-done
					w.firsts(t, 1, each)
					r.Close()
				})
			})
		}
	}
}

// TestF01NoneForNothing: links that each break long before they could take all
// that is kept still get on with it: what a link took counts but for the last
// barrier or two.
func TestF01NoneForNothing(t *testing.T) {
	const each, taken, batch = 5000, 400, 64
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{Batch: batch})
		for i := range each {
			w.send(r, gone, message(alice, fmt.Sprint("0-", i)))
		}
		for links := 0; r.Stats().Kept > 0; links++ {
			if links > 2*each/taken {
				t.Fatalf("%d links took %d each, and %d are left: %+v", links, taken, r.Stats().Kept, r.Stats())
			}
			l := w.link(steady(time.Millisecond), taken)
			r.Attach(t.Context(), l) // which the cut may end
			select {
			case <-l.down:
			case <-time.After(time.Second): // it was the last
			}
			l.cut()
		}
		r.Close()
		repeats := w.firsts(t, 1, each)
		if most := (each/taken + 2) * 4 * batch; repeats == 0 || repeats > most {
			t.Errorf("%d repeats, want 1 to %d", repeats, most)
		}
		t.Logf("%d repeats, %+v", repeats, r.Stats())
	})
}

func (l *fakeLink) cutNow() *fakeLink {
	l.cut()
	return l
}

// TestModel: senders, cuts and lost barriers at random. Nothing is lost, the
// first copies of each pair come in order, and what a barrier covered is not sent
// again (the fake link sees to that).
func TestModel(t *testing.T) {
	const pairs, each = 8, 60
	total := 0
	for seed := range uint64(60) {
		synctest.Test(t, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 4))
			var mu sync.Mutex
			upTo := func(n int) time.Duration {
				mu.Lock()
				defer mu.Unlock()
				return time.Duration(rnd.IntN(n)) * time.Microsecond
			}
			w := newWorld(t)
			r := New(Options{Stanzas: 16, Batch: 1 + int(seed%7), Delay: time.Millisecond, Timeout: 5 * time.Millisecond})
			ctx, stop := context.WithCancel(t.Context())
			var server sync.WaitGroup
			server.Go(func() {
				for cuts := 0; ; cuts++ {
					l := w.link(func() time.Duration { return upTo(100) }, 0)
					calm := cuts > 30 || ctx.Err() != nil
					if !calm {
						l.lose = func() bool { return upTo(4) == 0 }
						go func() {
							time.Sleep(upTo(10000))
							l.cut()
						}()
					}
					r.Attach(context.Background(), l)
					if calm {
						<-ctx.Done()
						settled(t, r, pairs*each)
						l.cut()
						return
					}
					<-l.down
					time.Sleep(1 + upTo(3000))
				}
			})
			gone := w.link(nil, 0).cutNow()
			var senders sync.WaitGroup
			for pair := range pairs {
				senders.Go(func() {
					to, _ := jid.New(fmt.Sprintf("u%d", pair), "localhost", "")
					for i := 0; i < each; {
						var outs []stanza.Out
						for range 1 + upTo(3).Microseconds() {
							if i < each {
								outs = append(outs, message(to, fmt.Sprintf("%d-%d", pair, i)))
								i++
							}
						}
						w.send(r, gone, outs...)
						time.Sleep(upTo(2000))
					}
				})
			}
			senders.Wait()
			stop()
			server.Wait()
			repeats := w.firsts(t, pairs, each)
			if s := r.Stats(); repeats > s.Repeated {
				t.Errorf("%d repeats came, %d were counted", repeats, s.Repeated)
			}
			total += repeats
			if n := r.Close(); n != 0 {
				t.Errorf("%d are unconfirmed", n)
			}
		})
	}
	if total == 0 {
		t.Error("nothing was ever sent again: the test shows nothing")
	}
}
