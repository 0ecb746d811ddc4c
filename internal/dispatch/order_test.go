package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A journal notes what ran, in order.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) note(format string, args ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, fmt.Sprintf(format, args...))
}

func (j *journal) want(t *testing.T, want ...string) {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	if !slices.Equal(j.lines, want) {
		t.Errorf("ran:\n\t%s\nwant:\n\t%s", strings.Join(j.lines, "\n\t"), strings.Join(want, "\n\t"))
	}
}

// TestT14OrderOfAPair: one slow sender keeps its own order, whatever the
// resources, and delays nobody else.
func TestT14OrderOfAPair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ran journal
		k := newKit(t, dispatch.Options{}, to(func(ctx context.Context, r *request) (response, error) {
			if r.From.JID.Local() == "slow" {
				time.Sleep(time.Second)
			}
			ran.note("%s %s", r.From, r.Body())
			return nil, nil
		}))
		k.handle(message("slow@x/1", "a"))
		k.handle(message("Slow@x/2", "b"))
		k.handle(message("slow@X", "c"))
		k.handle(message("quick@x/1", "a"))
		synctest.Wait()
		k.handle(message("quick@x/1", "b"))
		k.idle()
		ran.want(t, "quick@x/1 a", "quick@x/1 b", "slow@x/1 a", "Slow@x/2 b", "slow@X c")
	})
}

// TestConcurrent: routes that do not keep the order run beside their lane, also
// if a guard comes first.
func TestConcurrent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ran journal
		act := func(wait time.Duration) func(context.Context, *request) (response, error) {
			return func(_ context.Context, r *request) (response, error) {
				time.Sleep(wait)
				ran.note("%s: %s", r.Route, r.Body())
				return nil, nil
			}
		}
		k := newKit(t, dispatch.Options{}, func(r *router.Router) {
			r.Message("[starts-with(body,'p')]").To(act(3 * time.Second)).Concurrent().Name("ping")
			r.Message("[starts-with(body,'g')]").If(func(_ context.Context, r *request) bool {
				time.Sleep(time.Second)
				return r.Body() == "g"
			}).To(act(5 * time.Second)).Concurrent().Name("guarded")
			r.Message("").To(act(time.Second)).Name("rest")
		})
		for _, body := range []string{"p1", "p2", "g", "gg", "a"} {
			k.handle(message("alice@x/r", body))
		}
		k.idle()
		// g: guard 1 s, then beside; gg: guard 1 s, action 1 s; a: 1 s more.
		if got := ran.lines[:2]; !slices.Contains(got, "ping: p1") && !slices.Contains(got, "rest: gg") {
			t.Errorf("ran first: %v", got)
		}
		i, j := slices.Index(ran.lines, "rest: gg"), slices.Index(ran.lines, "rest: a")
		if i < 0 || j != len(ran.lines)-2 || ran.lines[len(ran.lines)-1] != "guarded: g" || i > j {
			t.Errorf("ran: %v", ran.lines)
		}
	})
}

// TestPairFull: one pair past its bound is shed, and only it.
func TestPairFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{PairStanzas: 2}, to(func(context.Context, *request) (response, error) {
			time.Sleep(time.Second)
			return nil, nil
		}))
		for i := range 2 {
			k.handle(iq("alice@x/r", fmt.Sprint(i)))
		}
		k.handle(iq("alice@x/other", "shed"))
		k.handle("<message from='alice@x' to='app.x'><body>hi</body></message>")
		k.handle("<message type='groupchat' from='alice@x' to='app.x'/>")
		k.handle("<presence from='alice@x' to='app.x'/>")
		k.handle(iq("bob@x/r", "bob"))
		synctest.Wait()
		k.link.want(t, "iq error shed resource-constraint/wait", "message error resource-constraint/wait")
		s := k.Stats()
		if s.Refused[dispatch.PairFull] != 2 || s.Dropped[dispatch.PairFull] != 2 || s.Held != 3 || s.Pairs != 2 {
			t.Errorf("stats: %+v", s)
		}
		k.idle()
		if n := k.link.answers(); len(n) != 4 {
			t.Errorf("answers: %v", n)
		}
	})
}

func TestPairBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{PairBytes: 20000}, to(func(context.Context, *request) (response, error) {
			time.Sleep(time.Second)
			return nil, nil
		}))
		big := strings.Repeat("x", 30000)
		k.handle(message("alice@x", big)) // one is always let in
		k.handle(message("alice@x", "x"))
		k.idle()
		if s := k.Stats(); s.Handled != 1 || s.Refused[dispatch.PairFull] != 1 || s.Bytes != 0 {
			t.Errorf("stats: %+v", s)
		}
	})
}

// TestF04FullStopsReading: past the total bound Handle waits.
func TestF04FullStopsReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		k := newKit(t, dispatch.Options{Stanzas: 3, Workers: 2}, to(func(context.Context, *request) (response, error) {
			<-gate
			return nil, nil
		}))
		read := 0
		go func() {
			for i := range 10 {
				k.handle(iq(fmt.Sprintf("u%d@x", i), fmt.Sprint(i)))
				read = i + 1
			}
		}()
		time.Sleep(time.Second)
		synctest.Wait()
		if s := k.Stats(); read != 3 || s.Held != 3 || s.Read != 3 || s.Running != 2 || s.Workers != 2 {
			t.Errorf("%d read; stats: %+v", read, s)
		}
		gate <- struct{}{}
		synctest.Wait()
		if read != 4 {
			t.Errorf("%d read", read)
		}
		close(gate)
		synctest.Wait()
		k.idle()
		if n := k.link.answers(); len(n) != 10 {
			t.Errorf("answers: %v", n)
		}
	})
}

// TestFullShedsWhileAsking: while a question is open its answer may lie behind
// what does not fit, so that is refused; also what Handle waits with already.
func TestFullShedsWhileAsking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, answer := make(chan struct{}), make(chan struct{})
		k := newKit(t, dispatch.Options{Stanzas: 2}, to(func(ctx context.Context, r *request) (response, error) {
			<-gate
			_, err := r.Ask(ctx, stanza.NewIQ(stanza.TypeGet, jid.MustParse("x"), element.New("urn:q", "q")))
			return nil, err
		}))
		k.link.ask = func(context.Context, stanza.Out) (stanza.Stanza, error) {
			<-answer
			return stanza.Stanza{}, nil
		}
		k.handle(iq("a@x", "a"))
		k.handle(iq("b@x", "b"))
		go k.handle(iq("c@x", "c"))
		synctest.Wait()
		k.link.want(t)
		close(gate)
		synctest.Wait()
		k.link.want(t, "iq error c resource-constraint/wait")
		if s := k.Stats(); s.Asking != 2 || s.Workers != 0 || s.Running != 2 || s.Refused[dispatch.Full] != 1 {
			t.Errorf("stats: %+v", s)
		}
		close(answer)
		k.idle()
		if s := k.Stats(); s.Asking != 0 || s.Workers != 0 {
			t.Errorf("stats: %+v", s)
		}
	})
}

// TestNestedAsks: an action asks the application itself, which asks again; the
// pool is far smaller than the depth.
func TestNestedAsks(t *testing.T) {
	depth := 10000
	var k *kit
	var in *feed
	wait := make(map[string]chan error)
	var mu sync.Mutex
	k = newKit(t, dispatch.Options{Workers: 4, Stanzas: depth + 2, Asks: depth + 2, Bytes: 1 << 30, Timeout: time.Hour}, to(func(ctx context.Context, r *request) (response, error) {
		var n int
		fmt.Sscan(r.ID, &n)
		if n == depth {
			return nil, nil
		}
		_, err := r.Ask(ctx, stanza.Out{Kind: stanza.IQ, Type: stanza.TypeGet, ID: fmt.Sprint(n + 1)})
		return nil, err
	}))
	k.link.ask = func(ctx context.Context, q stanza.Out) (stanza.Stanza, error) {
		done := make(chan error, 1)
		mu.Lock()
		wait[q.ID] = done
		mu.Unlock()
		in.put(parsed(t, iq("u"+q.ID+"@x", q.ID))) // which the goroutine has to read that runs the first
		return stanza.Stanza{}, <-done
	}
	k.link.fail = func(o stanza.Out) error {
		mu.Lock()
		defer mu.Unlock()
		if done := wait[o.ID]; done != nil {
			var err error
			if o.Fault != nil {
				err = *o.Fault
			}
			done <- err
		}
		return nil
	}
	in = serve(k.Dispatcher, k.link)
	in.put(parsed(t, iq("u@x", "0")))
	k.idle()
	in.end()
	if s := k.Stats(); s.Handled != depth+1 || s.Failed != 0 || s.Workers != 0 || s.Asking != 0 {
		t.Errorf("stats: %+v", s)
	}
	if n := k.link.answers(); len(n) != depth+1 {
		t.Errorf("%d answers", len(n))
	}
	if lines := k.link.lines(); slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, "error") }) {
		t.Error("errors among the answers")
	}
}

func TestTooManyAsks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{Asks: 1}, to(func(ctx context.Context, r *request) (response, error) {
			_, err := r.Ask(ctx, stanza.Out{})
			return nil, err
		}))
		k.link.ask = func(context.Context, stanza.Out) (stanza.Stanza, error) {
			time.Sleep(time.Second)
			return stanza.Stanza{}, nil
		}
		via := k.Sender(k.link)
		go via.Ask(context.Background(), stanza.Out{})
		synctest.Wait()
		if _, err := via.Ask(context.Background(), stanza.Out{}); !errors.Is(err, dispatch.ErrTooManyAsks) {
			t.Errorf("the second question: %v", err)
		}
		k.handle(iq("a@x", "1"))
		k.idle()
		k.link.want(t, "iq error 1 resource-constraint/wait")
		time.Sleep(time.Second)
		synctest.Wait()
		if s := k.Stats(); s.Asking != 0 {
			t.Errorf("stats: %+v", s)
		}
	})
}

// TestT14ManyPairs: the order of a thousand pairs at full speed.
func TestT14ManyPairs(t *testing.T) {
	const pairs, each = 1000, 10
	var last [pairs]int // each guarded by the order itself: the race detector watches
	k := newKit(t, dispatch.Options{Log: quiet, Stanzas: 5000}, to(func(_ context.Context, r *request) (response, error) {
		var pair, n int
		fmt.Sscanf(r.ID, "%d %d", &pair, &n)
		for range (pair + n) % 3 {
			runtime.Gosched()
		}
		if n != last[pair]+1 {
			t.Errorf("pair %d: %d ran after %d", pair, n, last[pair])
		}
		last[pair] = n
		return nil, nil
	}))
	in := serve(k.Dispatcher, new(void))
	for n := 1; n <= each; n++ {
		for pair := range pairs {
			xml := iq(fmt.Sprintf("u%d@x/%d", pair, n), fmt.Sprint(pair, " ", n))
			s, err := stanza.ParseString(xml)
			in.put(item{s, len(xml), err})
		}
	}
	in.end()
	k.idle()
	if s := k.Stats(); s.Handled != pairs*each {
		t.Errorf("stats: %+v", s)
	}
}

// TestAwait: while somebody waits for what comes behind it, that which does not fit is
// refused; then reading stops again.
func TestAwait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		k := newKit(t, dispatch.Options{Stanzas: 2}, to(func(context.Context, *request) (response, error) {
			<-gate
			return nil, nil
		}))
		k.handle(iq("a@x", "a"))
		k.handle(iq("b@x", "b"))
		go k.handle(iq("c@x", "c"))
		synctest.Wait()
		k.link.want(t)
		one, two := k.Await(), k.Await()
		synctest.Wait()
		k.link.want(t, "iq error c resource-constraint/wait")
		one()
		k.handle(iq("d@x", "d"))
		synctest.Wait()
		k.link.want(t, "iq error c resource-constraint/wait", "iq error d resource-constraint/wait")
		two()
		go k.handle(iq("e@x", "e"))
		synctest.Wait()
		if s := k.Stats(); s.Read != 4 || s.Refused[dispatch.Full] != 2 || s.Asking != 0 {
			t.Errorf("stats: %+v", s)
		}
		close(gate)
		synctest.Wait()
		k.idle()
	})
}

// TestT14OrderOutlastsALink: what comes over the next link waits for what the one before
// has brought, also where that has ended; however many links there are.
func TestT14OrderOutlastsALink(t *testing.T) {
	for _, links := range []int{1, 20} {
		synctest.Test(t, func(t *testing.T) {
			gate := make(chan struct{})
			var ran []string
			k := newKit(t, dispatch.Options{}, to(func(_ context.Context, r *request) (response, error) {
				if ran = append(ran, r.ID); r.ID == "first" {
					<-gate
				}
				return nil, nil
			}))
			for range links - 1 {
				defer serve(k.Dispatcher, k.link).end()
			}
			in := serve(k.Dispatcher, k.link)
			in.put(parsed(t, iq("a@x", "first")))
			in.end()
			in = serve(k.Dispatcher, k.link)
			in.put(parsed(t, iq("a@x/other", "second")), parsed(t, iq("a@x", "third")))
			synctest.Wait()
			if s := k.Stats(); len(ran) != 1 || s.Held != 3 || s.Pairs != 1 {
				t.Errorf("%d links: %q ran; stats: %+v", links, ran, s)
			}
			close(gate)
			k.idle()
			in.end()
			if want := []string{"first", "second", "third"}; !slices.Equal(ran, want) || k.Stats().Pairs != 0 {
				t.Errorf("%d links: %q ran, want %q; stats: %+v", links, ran, want, k.Stats())
			}
			if n := k.Inputs(); n != links-1 {
				t.Errorf("%d links are known, of which %d have not ended", n, links-1)
			}
		})
	}
}

// TestF14DrainOutOfTimeOfAWaitingPair: what waits behind an action that a reader ran first
// is refused like all that waits.
func TestF14DrainOutOfTimeOfAWaitingPair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		k := newKit(t, dispatch.Options{}, to(func(context.Context, *request) (response, error) {
			<-gate
			return nil, nil
		}))
		in := serve(k.Dispatcher, k.link)
		in.put(parsed(t, iq("a@x", "1")), parsed(t, iq("a@x", "2")))
		over, cancel := context.WithCancel(t.Context())
		cancel()
		if err := k.Drain(over); err == nil {
			t.Error("all was done")
		}
		if s := k.Stats(); s.Held != 0 || s.Refused[dispatch.Stopped] != 2 {
			t.Errorf("stats: %+v", s)
		}
		close(gate)
		in.end()
	})
}
