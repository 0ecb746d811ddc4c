package dispatch_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// whereRead reports whether the caller runs in a goroutine that reads, or did.
func whereRead() bool {
	stack := make([]byte, 16<<10)
	return strings.Contains(string(stack[:runtime.Stack(stack, false)]), "(*input).read")
}

func parsed(t *testing.T, xml string) item {
	t.Helper()
	s, err := parse(xml)
	return item{s, len(xml), err}
}

// TestQuickRunsWhereRead: what is quick, and first of its pair, runs in the goroutine
// that has read it; a route that was slow does not, until it has been quick for long.
func TestQuickRunsWhereRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var here []bool
		k := newKit(t, dispatch.Options{}, func(*router.Router) {})
		routes := table(t, to(func(_ context.Context, r *request) (response, error) {
			here = append(here, whereRead())
			if r.ID == "slow" {
				time.Sleep(time.Second)
			}
			return nil, nil
		}))
		k.Replace(routes)
		in := serve(k.Dispatcher, k.link)
		defer in.end()
		run := func(id string) bool {
			in.put(parsed(t, iq("a@x", id)))
			k.idle()
			return here[len(here)-1]
		}
		slowly := func(n int) {
			for range n {
				run("slow")
			}
		}
		if !run("quick") || !run("slow") || !run("slow") || !run("quick") || !run("slow") {
			t.Fatal("it ran elsewhere")
		}
		slowly(dispatch.SlowRuns)
		if run("quick") {
			t.Fatal("it is slow, and runs where it is read")
		}
		slowly(100)
		for range dispatch.QuickRuns {
			if run("quick") {
				t.Fatal("it was slow for long, and runs where it is read")
			}
		}
		if !run("quick") {
			t.Error("it has been quick for long, and runs elsewhere")
		}
		slowly(100)
		if k.Replace(routes); !run("quick") { // nothing is kept of tables that may be gone
			t.Error("it runs elsewhere behind Replace")
		}
	})
}

// TestF09ReaderIsRelieved: an action that keeps the goroutine which reads for longer
// than a moment, perhaps for ever, is left to itself. It has its time limit and is counted like any other, and what
// was read with it and behind it goes on.
func TestF09ReaderIsRelieved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		k := newKit(t, dispatch.Options{Timeout: time.Second, Grace: time.Second}, to(func(_ context.Context, r *request) (response, error) {
			if r.ID == "hang" {
				<-gate
			}
			return nil, nil
		}))
		in := serve(k.Dispatcher, k.link)
		began := time.Now()
		in.put(parsed(t, iq("a@x", "before")), parsed(t, iq("b@x", "hang")), parsed(t, iq("c@x", "with")))
		if waited := time.Since(began); waited != dispatch.HandOnAfter {
			t.Errorf("reading waited for %v", waited)
		}
		synctest.Wait()
		in.put(parsed(t, iq("d@x", "behind")))
		synctest.Wait()
		k.link.want(t, "iq result before", "iq result with", "iq result behind")
		time.Sleep(time.Second - time.Since(began) - time.Nanosecond)
		synctest.Wait()
		k.link.want(t, "iq result before", "iq result with", "iq result behind")
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		k.link.want(t, "iq result before", "iq result with", "iq result behind", "iq error hang remote-server-timeout/wait")
		time.Sleep(time.Second)
		synctest.Wait()
		in.end()
		if s := k.Stats(); s.Stuck != 1 || s.Timeouts != 1 || s.Workers != 0 || s.Running != 1 {
			t.Errorf("stats: %+v", s)
		}
		close(gate)
		k.idle()
	})
}

// TestF14DrainWhereRead: an action that keeps the goroutine which reads is told like
// any other that the time is over.
func TestF14DrainWhereRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{}, to(func(ctx context.Context, _ *request) (response, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}))
		in := serve(k.Dispatcher, k.link)
		in.batches <- []item{parsed(t, iq("a@x", "1"))}
		synctest.Wait() // it runs, and no time has passed
		over, cancel := context.WithCancel(context.Background())
		cancel()
		if err := k.Drain(over); err == nil {
			t.Error("all was done")
		}
		k.link.want(t, "iq error 1 service-unavailable/wait")
		in.end()
		synctest.Wait()
		if s := k.Stats(); s.Running+s.Held+s.Workers != 0 || s.Refused[dispatch.Stopped] != 1 {
			t.Errorf("stats: %+v", s)
		}
	})
}

// TestAskWhereRead: the answer to an action that asks, in the goroutine that reads, is
// read by another, at once.
func TestAskWhereRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{Workers: 1}, to(func(ctx context.Context, r *request) (response, error) {
			if r.ID != "ask" {
				return nil, nil
			}
			_, err := r.Ask(ctx, stanza.NewIQ(stanza.TypeGet, jid.MustParse("x"), element.New("urn:q", "q")))
			return nil, err
		}))
		in := serve(k.Dispatcher, k.link)
		k.link.ask = func(context.Context, stanza.Out) (stanza.Stanza, error) {
			in.put(parsed(t, iq("b@x", "meanwhile"))) // it is read
			return stanza.Stanza{}, nil
		}
		began := time.Now()
		in.put(parsed(t, iq("a@x", "ask")), parsed(t, iq("d@x", "with")))
		k.idle()
		in.end()
		if d := time.Since(began); d != 0 || len(k.link.answers()) != 3 {
			t.Errorf("it took %v; answered: %v", d, k.link.answers())
		}
	})
}

// TestGoexitWhereRead: reading goes on behind an action that ends the goroutine which
// reads, also where another one reads already.
func TestGoexitWhereRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{Log: quiet}, to(func(_ context.Context, r *request) (response, error) {
			if r.ID == "late" {
				time.Sleep(time.Second)
			}
			if r.ID != "next" {
				runtime.Goexit()
			}
			return nil, nil
		}))
		in := serve(k.Dispatcher, k.link)
		for _, id := range []string{"early", "late"} {
			in.put(parsed(t, iq("a@x", id)), parsed(t, iq("a@x", "next")))
		}
		in.end()
		k.idle()
		synctest.Wait()
		if n := k.link.answers(); n["early"] != 1 || n["late"] != 1 || n["next"] != 2 || k.Stats().Workers != 0 {
			t.Errorf("answers: %v; stats: %+v", n, k.Stats())
		}
	})
}

// TestCork: answers to what is read together may wait for one another; but not for an
// action that takes long, nor for room (the feed sees to it that they do not wait for
// more to read).
func TestCork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		var in *feed
		corked := make(map[string]bool)
		k := newKit(t, dispatch.Options{Stanzas: 2}, func(r *router.Router) {
			r.Route("*[starts-with(@id,'quick')]").To(func(_ context.Context, r *request) (response, error) {
				corked[r.ID] = in.corked
				return nil, nil
			})
			r.Get("*").To(func(context.Context, *request) (response, error) {
				<-gate
				return nil, nil
			})
		})
		in = serve(k.Dispatcher, k.link)
		in.put(parsed(t, iq("a@x", "quick alone")))
		in.put(parsed(t, iq("a@x", "quick 1")), parsed(t, iq("b@x", "slow 1")), parsed(t, iq("a@x", "quick 2")))
		in.batches <- []item{parsed(t, iq("a@x", "quick 3")), parsed(t, iq("c@x", "slow 2")), parsed(t, iq("d@x", "slow 3")), parsed(t, iq("e@x", "slow 4"))}
		time.Sleep(time.Second)
		synctest.Wait()
		if in.corked || k.Stats().Held != 2 {
			t.Errorf("corked: %v; stats: %+v", in.corked, k.Stats())
		}
		if corked["quick alone"] || !corked["quick 1"] || corked["quick 2"] || !corked["quick 3"] {
			t.Errorf("corked: %v", corked)
		}
		close(gate)
		in.end()
		k.idle()
	})
}

// TestT14HandOverAtEveryPoint: reading is handed on before, while and after actions run and
// answer, all the time. The order of each pair stays, and each request has one answer.
func TestT14HandOverAtEveryPoint(t *testing.T) {
	const pairs, total = 250, 2000
	var last [pairs]int // each guarded by the order itself: the race detector watches
	var k *kit
	var where atomic.Int64 // how many ran in the goroutine that had read them
	routes := func(r *router.Router) {
		act := func(_ context.Context, r *request) (response, error) {
			var pair, n, point int
			fmt.Sscan(r.ID, &pair, &n, &point)
			if n != last[pair]+1 {
				t.Errorf("of pair %d, %d ran after %d", pair, n, last[pair])
			}
			defer func() { last[pair] = n }()
			if whereRead() {
				where.Add(1)
			}
			switch point {
			case 0:
				k.HandOn()
			case 1:
				go k.HandOn()
			case 2:
				r.Ask(context.Background(), stanza.Out{})
			case 3:
				go r.Ask(context.Background(), stanza.Out{})
			case 4:
				defer k.HandOn()
				panic("point")
			case 5:
				defer k.HandOn()
				runtime.Goexit()
			}
			runtime.Gosched()
			return nil, nil
		}
		guard := func(_ context.Context, r *request) bool {
			if strings.HasSuffix(r.ID, " 6") {
				k.HandOn()
			}
			return true
		}
		r.Get("*").If(guard).To(act)
	}
	k = newKit(t, dispatch.Options{Log: quiet, PairStanzas: total, Workers: 8}, routes)
	again := table(t, routes)
	k.link.ask = func(context.Context, stanza.Out) (stanza.Stanza, error) {
		runtime.Gosched()
		return stanza.Stanza{}, nil
	}
	k.link.fail = func(o stanza.Out) error {
		if strings.HasSuffix(o.ID, " 7") {
			k.HandOn()
		}
		return nil
	}
	over := make(chan struct{})
	var hammer sync.WaitGroup
	hammer.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
				k.HandOn()
				runtime.Gosched()
			}
		}
	})
	random := rand.New(rand.NewPCG(1, 2))
	var count [pairs]int
	in := serve(k.Dispatcher, k.link)
	in.before = func() { k.Replace(again) } // which forgets what was slow
	var batch []item
	for i := range total {
		pair := random.IntN(pairs)
		count[pair]++
		point := 8 + i // quick
		if random.IntN(4) == 0 {
			point = random.IntN(8)
		}
		batch = append(batch, parsed(t, iq(fmt.Sprintf("u%d@x", pair), fmt.Sprint(pair, " ", count[pair], " ", point))))
		if random.IntN(8) == 0 {
			in.put(batch...)
			batch = nil
		}
	}
	in.put(batch...)
	in.end()
	k.idle()
	close(over)
	hammer.Wait()
	answers := k.link.answers()
	for id, n := range answers {
		if n != 1 {
			t.Errorf("%s has %d answers", id, n)
		}
	}
	if s := k.Stats(); len(answers) != total || last != count || s.Handled != total {
		t.Errorf("%d answers; stats: %+v", len(answers), s)
	}
	t.Logf("%d of %d ran in the goroutine that had read them", where.Load(), total)
}
