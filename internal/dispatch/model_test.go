package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestF18Model throws random stanzas at actions that behave in every way there
// is, with a drain at the end, and checks what is promised whatever happens:
// one answer for each request, the order of each pair, one action of a pair at
// a time, books that balance.
func TestF18Model(t *testing.T) {
	seeds := uint64(20)
	if testing.Short() {
		seeds = 5
	}
	for seed := range seeds {
		t.Run(fmt.Sprint("seed=", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { model(t, rand.New(rand.NewPCG(seed, 4))) })
		})
	}
}

// behaviours are what an action may do, as the first part of the stanza's id.
var behaviours = []string{"quick", "quick", "quick", "slow", "fail", "fault", "panic", "goexit", "double", "late", "hang", "ask", "ask2", "send"}

// A pairLog notes what ran of one pair.
type pairLog struct {
	mu      sync.Mutex
	running int
	last    int // the number of the stanza that ran last
}

func model(t *testing.T, random *rand.Rand) {
	const pairs = 12
	var logs [pairs]pairLog
	act := func(ctx context.Context, r *request) (response, error) {
		var kind string
		var pair, n int
		fmt.Sscanf(strings.ReplaceAll(r.ID, "-", " "), "%s %d %d", &kind, &pair, &n)
		if !strings.HasPrefix(r.Route, "free") {
			log := &logs[pair]
			log.mu.Lock()
			log.running++
			if log.running > 1 {
				t.Errorf("%d actions of pair %d run at once", log.running, pair)
			}
			if n <= log.last {
				t.Errorf("pair %d: %d ran after %d", pair, n, log.last)
			}
			log.last = n
			log.mu.Unlock()
			defer func() {
				log.mu.Lock()
				log.running--
				log.mu.Unlock()
			}()
		}
		switch kind {
		case "slow":
			time.Sleep(300 * time.Millisecond)
		case "fail":
			return r.Reply("never"), errors.New("failed")
		case "fault":
			return nil, stanza.ItemNotFound
		case "panic":
			panic("model")
		case "goexit":
			runtime.Goexit()
		case "double":
			return append(r.Result(), r.Result()...), nil
		case "late":
			<-ctx.Done()
		case "hang":
			time.Sleep(3 * time.Second)
		case "ask":
			if _, err := r.Ask(ctx, stanza.Out{}); err != nil {
				return nil, err
			}
		case "ask2": // two at once, one of them outlives the action
			go r.Ask(context.Background(), stanza.Out{})
			r.Ask(ctx, stanza.Out{})
		case "send":
			if err := r.Send(ctx, r.Result()...); r.IsRequest() && err == nil {
				t.Error("an answer could be sent")
			}
		}
		return nil, nil
	}
	k := newKit(t, dispatch.Options{
		Log: quiet, Workers: 3, Stanzas: 30, PairStanzas: 6, Stuck: 2,
		Timeout: time.Second, Patience: 2 * time.Second, Grace: 500 * time.Millisecond,
	}, func(r *router.Router) {
		r.Route("*[starts-with(@id,'slow')]").To(act).Concurrent().Name("free")
		r.Route("*[starts-with(@id,'fault')]").If(func(_ context.Context, r *request) bool {
			time.Sleep(10 * time.Millisecond)
			return len(r.ID)%2 == 0
		}).To(act).Concurrent().Name("free too")
		r.Route("*").To(act)
	})
	var mu sync.Mutex
	k.link.ask = func(ctx context.Context, _ stanza.Out) (stanza.Stanza, error) {
		mu.Lock()
		wait := time.Duration(random.IntN(1500)) * time.Millisecond
		mu.Unlock()
		select {
		case <-time.After(wait):
			return stanza.Stanza{}, nil
		case <-ctx.Done():
			return stanza.Stanza{}, ctx.Err()
		}
	}

	done := make(chan struct{})
	go func() { // the auditor
		for {
			k.balanced()
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	requests := make(map[string]bool)
	drainAt := 150 + random.IntN(300)
	var drained chan error
	for n := 1; n < 400; n++ {
		if n == drainAt {
			drained = make(chan error, 1)
			go func() {
				ctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
				defer cancel()
				drained <- k.Drain(ctx)
			}()
		}
		mu.Lock()
		pair, kind, what, pause := random.IntN(pairs), behaviours[random.IntN(len(behaviours))], random.IntN(8), random.IntN(60)
		mu.Unlock()
		id := fmt.Sprintf("%s-%d-%d", kind, pair, n)
		switch what {
		case 0:
			k.handle(fmt.Sprintf("<message id='%s' from='u%d@x/r' to='app.x'><body>x</body></message>", id, pair))
		case 1:
			k.handle(fmt.Sprintf("<presence id='%s' from='u%d@x/r' to='app.x'/>", id, pair))
		case 2:
			k.handle(fmt.Sprintf("<iq type='result' id='%s' from='u%d@x/r' to='app.x'/>", id, pair))
		default:
			requests[id] = true
			k.handle(iq(fmt.Sprintf("u%d@x/%d", pair, n), id))
		}
		time.Sleep(time.Duration(pause) * time.Millisecond)
	}
	if drained != nil {
		<-drained
	}
	k.idle()
	close(done)
	time.Sleep(time.Minute) // those that Drain left come back
	synctest.Wait()
	answers := k.link.answers()
	for id := range requests {
		if answers[id] != 1 {
			t.Errorf("%s has %d answers", id, answers[id])
		}
	}
	if len(answers) != len(requests) {
		t.Errorf("%d answers to %d requests", len(answers), len(requests))
	}
	if s := k.Stats(); s.Held+s.Bytes+s.Pairs+s.Running+s.Asking+s.Workers+s.Stuck != 0 || s.Read != 399 || s.Handled < 50 {
		t.Errorf("stats: %+v", s)
	}
}

var _ component.Sender = (*link)(nil)
