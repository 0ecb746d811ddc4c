package dispatch_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// Of two stanzas that are read together the second mostly takes over the place of the
// first in the books. These are tests of what it finds there, and of all that may have
// happened meanwhile so that it must not.

// A scene is a kit whose actions do what is said for the id of their stanza.
type scene struct {
	*kit
	in    *feed
	first int // the size of the first stanza
	sent  int // stanzas in all
	do    map[string]func(*request)
	mu    sync.Mutex
	began []string // the ids, in the order in which their actions began
}

// play has a scene read stanzas together, each "id sender".
func play(t *testing.T, o dispatch.Options, set func(s *scene), together ...string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &scene{do: make(map[string]func(*request))}
		act := func(_ context.Context, r *request) (response, error) {
			s.mu.Lock()
			s.began = append(s.began, r.ID)
			s.mu.Unlock()
			if do := s.do[r.ID]; do != nil {
				do(r)
			}
			return nil, nil
		}
		s.kit = newKit(t, o, func(r *router.Router) {
			r.Route("*[starts-with(@id,'free')]").To(act).Concurrent()
			r.Route("*[starts-with(@id,'guarded')]").If(func(context.Context, *request) bool { return true }).To(act).Concurrent()
			r.Route("*[starts-with(@id,'slow')]").To(act).Name("slow")
			r.Route("*").To(act)
		})
		s.in = serve(s.Dispatcher, s.link)
		set(s)
		batch := s.items(together...)
		batch[0].bytes = max(batch[0].bytes, s.first)
		s.in.put(batch...)
		s.in.end()
		s.idle()
		synctest.Wait()
		if n := s.Stats(); n.Held+n.Bytes+n.Pairs+n.Running+n.Asking+n.Workers != 0 {
			t.Errorf("at the end: %+v", n)
		}
		if n := len(s.link.lines()); n != s.sent {
			t.Errorf("%d answers to %d stanzas", n, s.sent)
		}
	})
}

func (s *scene) items(of ...string) (all []item) {
	for _, of := range of {
		id, from, _ := strings.Cut(of, " ")
		x, err := parse(iq(from, id))
		s.sent++
		all = append(all, item{x, 100, err})
	}
	return all
}

// aside has another link read stanzas, and returns when nothing more happens.
func (s *scene) aside(items ...item) {
	other := serve(s.Dispatcher, s.link)
	go func() {
		other.put(items...)
		other.end()
	}()
	synctest.Wait()
}

func (s *scene) want(ids ...string) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.began, ids) {
		s.t.Errorf("began: %q, want %q", s.began, ids)
	}
}

// TestTurnOverBooks: each of many stanzas read together finds the books as it would
// alone, but for what they count.
func TestTurnOverBooks(t *testing.T) {
	for _, links := range []int{1, 20} { // with many none has a lane of its own
		synctest.Test(t, func(t *testing.T) {
			var k *kit
			var got []dispatch.Stats
			k = newKit(t, dispatch.Options{}, to(func(context.Context, *request) (response, error) {
				got = append(got, k.Stats())
				return nil, nil
			}))
			in := serve(k.Dispatcher, k.link)
			for range links - 1 {
				defer serve(k.Dispatcher, k.link).end()
			}
			var batch []item
			for i := range 12 {
				batch = append(batch, parsed(t, iq(strings.Repeat("u", 1+i%5)+"@x", strings.Repeat("i", 1000*(i%7)+1))))
			}
			for _, one := range batch {
				in.put(one)
			}
			in.put(batch...)
			in.end()
			for i := range batch {
				alone, with := got[i], got[len(batch)+i]
				for _, s := range []*dispatch.Stats{&alone, &with} {
					if !s.Balanced() || s.Held != 1 || s.Running != 1 || s.Workers != 1 || s.Pairs != 1 {
						t.Errorf("%d links: with stanza %d: %+v", links, i, *s)
					}
				}
				if with.Read-alone.Read != len(batch) || with.Bytes != alone.Bytes {
					t.Errorf("%d links: alone %+v, read with others %+v", links, alone, with)
				}
			}
			if s := k.Stats(); s.Held+s.Bytes+s.Pairs+s.Running+s.Workers != 0 || s.Handled != 2*len(batch) {
				t.Errorf("%d links: at the end: %+v", links, s)
			}
		})
	}
}

// TestTurnOverOrder: a stanza of a pair of which something is held elsewhere waits for
// that, and one that comes elsewhere for the one that has taken over.
func TestTurnOverOrder(t *testing.T) {
	play(t, dispatch.Options{}, func(s *scene) {
		s.do["first"] = func(*request) { s.aside(s.items("kept b@x")...) }
		s.do["kept"] = func(*request) { time.Sleep(time.Minute / 4); s.want("first", "kept") }
		s.do["second"] = func(*request) { s.want("first", "kept", "second") }
	}, "first a@x", "second b@x")
	play(t, dispatch.Options{}, func(s *scene) {
		s.do["second"] = func(*request) {
			s.aside(s.items("other b@x", "old a@x")...)
			s.want("first", "second", "old")
		}
		s.do["other"] = func(*request) { s.want("first", "second", "old", "other") }
	}, "first a@x", "second b@x")
}

// TestTurnOverConcurrent: a stanza that keeps no order leaves a place that keeps none,
// and takes none that does.
func TestTurnOverConcurrent(t *testing.T) {
	for _, id := range []string{"free", "guarded"} {
		play(t, dispatch.Options{}, func(s *scene) {
			s.do["second"] = func(*request) { time.Sleep(time.Second); s.want(id, "second") }
		}, id+" a@x", "second a@x", "third a@x")
		play(t, dispatch.Options{}, func(s *scene) {
			s.do[id] = func(*request) { time.Sleep(time.Second); s.want("first", id, "third") }
		}, "first a@x", id+" a@x", "third a@x")
	}
}

// TestTurnOverWaiting: who waits for what a stanza holds need not wait for the next one.
func TestTurnOverWaiting(t *testing.T) {
	play(t, dispatch.Options{Bytes: 100_000}, func(s *scene) { // for room
		big := s.items("big b@x")
		big[0].bytes = 60_000
		s.do["first"] = func(*request) { s.aside(big...); s.want("first") }
		s.do["second"] = func(*request) {
			time.Sleep(time.Second)
			s.mu.Lock()
			slices.Sort(s.began) // the second and the big one began together
			s.mu.Unlock()
			s.want("big", "first", "second")
		}
		s.first = 50_000
	}, "first a@x", "second a@x")
	play(t, dispatch.Options{}, func(s *scene) { // for idleness
		var idle atomic.Bool
		s.do["first"] = func(*request) {
			go func() { idle.Store(s.Idle(context.Background()) == nil) }()
			synctest.Wait()
		}
		s.do["second"] = func(*request) {
			if synctest.Wait(); !idle.Load() {
				s.t.Error("there is an instant when nothing is held, and who waits for it does not hear of it")
			}
		}
	}, "first a@x", "second a@x")
}

// TestTurnOverRefused: a stanza is refused as it would be with nothing before it.
func TestTurnOverRefused(t *testing.T) {
	play(t, dispatch.Options{}, func(s *scene) {
		s.do["first"] = func(*request) {
			go s.Drain(context.Background())
			synctest.Wait()
		}
		s.do["second"] = func(*request) { s.t.Error("it ran behind Drain") }
	}, "first a@x", "second a@x")
	play(t, dispatch.Options{Rate: 0.001, Burst: 1}, func(s *scene) {
		s.do["second"] = func(*request) { s.t.Error("it came too soon, and ran") }
	}, "first a@x", "second a@x")
	play(t, dispatch.Options{}, func(s *scene) {
		s.do["first"] = func(*request) { s.Limit(dispatch.Options{Rate: 0.001, Burst: 1}) }
		s.do["third"] = func(*request) { s.t.Error("it came too soon, and ran") }
	}, "first a@x", "second a@x", "third a@x")
}

// TestTurnOverSlot: an action that has returned, and still asks, has given its slot away:
// there is none to take over.
func TestTurnOverSlot(t *testing.T) {
	play(t, dispatch.Options{Workers: 1}, func(s *scene) {
		var first *request
		s.do["first"] = func(r *request) { first = r }
		s.link.ask = func(context.Context, stanza.Out) (stanza.Stanza, error) {
			time.Sleep(time.Second)
			return stanza.Stanza{}, nil
		}
		s.in.before = func() {
			if first != nil {
				r := first
				first = nil
				go r.Ask(context.Background(), stanza.Out{})
				synctest.Wait()
			}
		}
		s.do["second"] = func(*request) {
			if n := s.Stats(); n.Workers != 1 || n.Asking != 1 {
				s.t.Errorf("with the second: %+v", n)
			}
			time.Sleep(time.Minute / 4)
		}
	}, "first a@x", "second a@x")
}

// TestTurnOverKept: who has kept the request of a stanza that is over, and asks, has
// nothing to do with the one that runs in its place.
func TestTurnOverKept(t *testing.T) {
	play(t, dispatch.Options{}, func(s *scene) {
		var first *request
		s.link.ask = func(context.Context, stanza.Out) (stanza.Stanza, error) {
			if n := s.Stats(); n.Workers != 1 || n.Running != 1 || n.Asking != 1 {
				s.t.Errorf("with a question of the first: %+v", n)
			}
			return stanza.Stanza{}, nil
		}
		ask := func(*request) {
			if _, err := first.Ask(context.Background(), stanza.Out{}); err != nil {
				s.t.Error(err)
			}
		}
		s.do["first"] = func(r *request) { first = r }
		s.do["second"], s.do["third"] = ask, ask
	}, "first a@x", "second a@x", "third a@x")
}

// TestTurnOverRelieved: a reader is relieved of an action that keeps it also where the
// clock has looked between two stanzas, and where the reader has not.
func TestTurnOverRelieved(t *testing.T) {
	const n = dispatch.PaceSteady + 2 // behind so many quick ones the reader trusts its clock for some
	play(t, dispatch.Options{}, func(s *scene) {
		read := 0
		s.in.before = func() {
			if read++; read == n {
				time.Sleep(2 * dispatch.HandOnAfter)
			}
		}
		s.do["kept"] = func(*request) {
			time.Sleep(time.Second)
			s.want(append(slices.Repeat([]string{"quick"}, n-1), "kept", "next")...)
		}
	}, append(slices.Repeat([]string{"quick a@x"}, n-1), "kept b@x", "next c@x")...)
}

// TestTurnOverSlow: that a route is slow is noted, and counts, among stanzas that are
// read together too.
func TestTurnOverSlow(t *testing.T) {
	const kept = dispatch.HandOnAfter / 2 // slow, and not for so long that another one reads on
	here := make(map[string]bool)
	play(t, dispatch.Options{}, func(s *scene) {
		for _, id := range []string{"slow1", "slow2", "slow3", "slow4"} {
			s.do[id] = func(*request) { here[id] = whereRead(); time.Sleep(kept) }
		}
		s.do["quick"] = func(*request) { here["quick"] = whereRead() }
	}, "slow1 a@x", "slow2 b@x", "slow3 c@x", "quick d@x", "slow4 e@x")
	if !here["slow1"] || !here["slow2"] || !here["slow3"] || here["slow4"] || !here["quick"] {
		t.Errorf("ran where read: %v", here)
	}
}

// TestTurnOverQuick: quick runs among stanzas that are read together take back what slow
// ones of their route have counted.
func TestTurnOverQuick(t *testing.T) {
	const kept = dispatch.HandOnAfter / 2
	here := make(map[string]bool)
	ids := []string{"slow1 a@x", "slow2 b@x"}
	for i := range 18 { // two slow runs count as 16 quick ones; the first is not turned over to
		ids = append(ids, fmt.Sprintf("slow-quick c%d@x", i))
	}
	play(t, dispatch.Options{}, func(s *scene) {
		for _, id := range []string{"slow1", "slow2", "slow3", "slow4"} {
			s.do[id] = func(*request) { here[id] = whereRead(); time.Sleep(kept) }
		}
	}, append(ids, "slow3 d@x", "slow4 e@x")...)
	if !here["slow3"] || !here["slow4"] {
		t.Errorf("ran where read: %v", here)
	}
}
