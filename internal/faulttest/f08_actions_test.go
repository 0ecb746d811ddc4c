package faulttest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/stanza"
)

// TestF08PanicInOneOfAHundred: 10,000 requests of 100 senders, each hundredth of
// which makes its action panic. The others do not notice, not even in the same
// lane, and the order stays.
func TestF08PanicInOneOfAHundred(t *testing.T) {
	const requests, senders = 10_000, 100
	synctest.Test(t, func(t *testing.T) {
		net := make(memory)
		s := run(t, net.app(func(a *framework.App) {
			a.Routes = to(func(_ context.Context, req *request) (response, error) {
				if i, _ := strconv.Atoi(req.ID); i%101 == 100 {
					panic("poison")
				}
				return nil, nil
			})
		}))
		c := net.accept(t)
		h := c.hear()
		for i := range requests {
			c.say("%s", iq(fmt.Sprint("u", i%senders), fmt.Sprint(i), "q"))
		}
		synctest.Wait()
		stats := s.idle()
		h.once(t, requests).want(t, tally{"result": requests - requests/101, "internal-server-error/cancel": requests / 101})
		if stats.Failed != requests/101 || stats.Handled != requests {
			t.Errorf("books %+v", stats)
		}
		last := make(map[int]int)
		for _, id := range h.order {
			i, _ := strconv.Atoi(id)
			if prev, ok := last[i%senders]; ok && i < prev {
				t.Fatalf("u%d got the answer to %d behind that to %d", i%senders, i, prev)
			}
			last[i%senders] = i
		}
		if n := s.log.count("poison"); n != requests/101 {
			t.Errorf("%d panics in the log", n)
		}
	})
}

// TestF09HangingActions: actions that ignore their context. Their requests are
// answered in time, their workers replaced up to the cap, others served; beyond
// the cap all that comes is still answered. When they return all is as before.
func TestF09HangingActions(t *testing.T) {
	const workers = 8
	for name, hanging := range map[string]int{"below the cap": workers, "beyond it": 3 * workers} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				net := make(memory)
				gate := make(chan struct{})
				s := run(t, net.app(func(a *framework.App) {
					a.Config.Workers, a.Config.Timeout = workers, time.Second
					a.Routes = to(func(_ context.Context, req *request) (response, error) {
						if req.Payload.Local() == "hang" {
							<-gate
						}
						return nil, nil
					})
				}))
				c := net.accept(t)
				h := c.hear()
				ids := 0
				ask := func(from, what string) {
					ids++
					c.say("%s", iq(from, fmt.Sprint(ids), what))
				}
				for i := range hanging {
					ask(fmt.Sprint("h", i), "hang")
					ask(fmt.Sprint("h", i), "q") // behind it
				}
				time.Sleep(time.Minute)
				for i := range 100 {
					ask(fmt.Sprint("u", i), "q")
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				all := h.once(t, ids)
				stats := s.Stats()
				if s.balanced(); hanging <= workers {
					all.want(t, tally{"result": 100, "remote-server-timeout/wait": hanging, "resource-constraint/wait": hanging})
					if stats.Stuck != hanging {
						t.Errorf("books %+v", stats)
					}
				} else if all["remote-server-timeout/wait"] != 2*workers || stats.Stuck != 2*workers || stats.Held != 2*workers {
					t.Errorf("answers %v, books %+v", all, stats)
				}
				close(gate)
				if stats = s.idle(); stats.Stuck != 0 || stats.Running != 0 {
					t.Errorf("books at the end %+v", stats)
				}
				before := h.once(t, ids)["result"]
				for i := range hanging {
					ask(fmt.Sprint("h", i), "q")
				}
				synctest.Wait()
				if got := h.once(t, ids)["result"] - before; got != hanging {
					t.Errorf("%d of %d are served again", got, hanging)
				}
			})
		})
	}
}

// TestF10LateAndDouble: whatever an action does, and whenever, its request has
// one answer on the wire, while links come and go as well.
func TestF10LateAndDouble(t *testing.T) {
	const rounds, requests = 5, 2000
	synctest.Test(t, func(t *testing.T) {
		net := make(memory)
		var s *subject
		seed := rand.Uint64()
		t.Logf("seed %d", seed)
		var late sync.WaitGroup
		s = run(t, net.app(func(a *framework.App) {
			a.Config.Timeout = time.Second
			a.Routes = to(func(ctx context.Context, req *request) (response, error) {
				id, _ := strconv.ParseUint(req.ID, 10, 64)
				rnd := rand.New(rand.NewPCG(seed, id))
				switch rnd.IntN(4) {
				case 0:
					time.Sleep(time.Second) // at the same time as the clock
				case 1:
					time.Sleep(time.Duration(rnd.IntN(3000)) * time.Millisecond)
				}
				switch rnd.IntN(8) {
				case 0:
					return append(req.Result(), req.Result()...), nil
				case 1:
					if req.Send(ctx, req.Result()...) == nil {
						t.Error("an action could send its answer")
					}
				case 2:
					if s.Send(ctx, req.Result()...) == nil {
						t.Error("an answer could be sent from outside")
					}
				case 3:
					late.Go(func() {
						time.Sleep(5 * time.Second)
						if s.Send(context.Background(), req.Result()...) == nil {
							t.Error("an answer could be sent afterwards")
						}
					})
				case 4:
					panic("oops")
				case 5:
					runtime.Goexit()
				case 6:
					return req.Result(), stanza.ItemNotFound
				}
				return req.Result(), nil
			})
		}))
		for round := range rounds {
			c := net.accept(t)
			h := c.hear()
			for i := range requests {
				c.say("%s", iq(fmt.Sprint("u", rand.IntN(200)), fmt.Sprint(round*requests+i), "q"))
			}
			time.Sleep(2 * time.Minute)
			synctest.Wait()
			stats := s.idle()
			t.Logf("%v; %d late", h.once(t, requests), stats.Late)
			if stats.Late == 0 {
				t.Error("none was late")
			}
			c.Close()
		}
		late.Wait()
	})
}
