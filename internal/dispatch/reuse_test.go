package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"unsafe"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestReuse: a stanza's memory is given back, once and behind its action, where its
// route is Transient and nothing else can know of it.
func TestReuse(t *testing.T) {
	refuses := errors.New("the link does not take it")
	for _, tc := range []struct {
		name  string
		act   func(k *kit, ctx context.Context, r *request) (response, error)
		route func(*router.Route) *router.Route
		link  func(*link)
		kept  bool
	}{
		{name: "an answer", act: func(_ *kit, _ context.Context, r *request) (response, error) { return r.Result(), nil }},
		{name: "none", act: func(*kit, context.Context, *request) (response, error) { return nil, nil }},
		{name: "another in its place", act: func(_ *kit, _ context.Context, r *request) (response, error) {
			r.Node = element.New("urn:q", "mine").Node()
			return nil, nil
		}},
		{name: "without order", route: (*router.Route).Concurrent},
		{name: "a route that keeps", route: func(t *router.Route) *router.Route { return t }, kept: true},
		{name: "a guard", route: func(t *router.Route) *router.Route {
			return t.If(func(context.Context, *request) bool { return true })
		}, kept: true},
		{name: "an error", act: func(*kit, context.Context, *request) (response, error) { return nil, stanza.Forbidden }, kept: true},
		{name: "a panic", act: func(*kit, context.Context, *request) (response, error) { panic("no") }, kept: true},
		{name: "an end", act: func(*kit, context.Context, *request) (response, error) { runtime.Goexit(); return nil, nil }, kept: true},
		{name: "a link that refuses", link: func(l *link) { l.fail = func(stanza.Out) error { return refuses } }, kept: true},
		{name: "a context of its own", act: func(_ *kit, ctx context.Context, _ *request) (response, error) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			return nil, ctx.Err()
		}, kept: true},
		{name: "another reader", act: func(k *kit, _ context.Context, _ *request) (response, error) {
			k.HandOn()
			return nil, nil
		}, kept: true},
		{name: "a question", act: func(_ *kit, ctx context.Context, r *request) (response, error) {
			_, err := r.Ask(ctx, stanza.NewIQ(stanza.TypeGet, r.From.JID, nil))
			return nil, err
		}, link: func(l *link) {
			l.ask = func(context.Context, stanza.Out) (stanza.Stanza, error) { return stanza.Stanza{}, nil }
		}, kept: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var k *kit
				k = newKit(t, dispatch.Options{}, func(r *router.Router) {
					act := tc.act
					if act == nil {
						act = func(*kit, context.Context, *request) (response, error) { return nil, nil }
					}
					route := r.Route("iq").To(func(ctx context.Context, r *request) (response, error) { return act(k, ctx, r) })
					if tc.name != "a route that keeps" {
						route.Transient()
					}
					if tc.route != nil {
						tc.route(route)
					}
				})
				if tc.link != nil {
					tc.link(k.link)
				}
				f := serve(k.Dispatcher, k.link)
				var batch []item
				var want []string
				for i := range 5 {
					id := fmt.Sprint("i", i)
					batch = append(batch, parsed(t, iq(fmt.Sprintf("u%d@x", i%2), id)))
					if !tc.kept {
						want = append(want, id)
					}
				}
				f.put(batch...)
				f.put(batch...)
				f.end()
				k.idle()
				synctest.Wait()
				if want = append(want, want...); !slices.Equal(f.reused, want) {
					t.Errorf("given back: %q, want %q", f.reused, want)
				}
			})
		})
	}
}

// TestReuseBesideHeld: what names the pair of others that are held is not given back.
func TestReuseBesideHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var k *kit
		var f *feed
		other := make(chan struct{})
		k = newKit(t, dispatch.Options{}, func(r *router.Router) {
			r.Route("iq[@id='first']").Transient().To(func(context.Context, *request) (response, error) {
				g := serve(k.Dispatcher, k.link) // another link brings one of the same pair, which waits
				go func() {
					g.put(parsed(t, iq("u@x", "second")))
					g.end()
					close(other)
				}()
				synctest.Wait()
				return nil, nil
			})
			r.Route("iq").To(func(context.Context, *request) (response, error) { return nil, nil })
		})
		f = serve(k.Dispatcher, k.link)
		f.put(parsed(t, iq("u@x", "first")))
		f.end()
		<-other
		k.idle()
		if len(f.reused) != 0 {
			t.Errorf("given back: %q", f.reused)
		}
	})
}

// TestReuseRequest: a request that an action may keep is never another's later on, and
// one that was another's has nothing left of that.
func TestReuseRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := map[string]*request{}
		var seen []*request
		k := newKit(t, dispatch.Options{}, func(r *router.Router) {
			r.Route("iq[starts-with(@id,'keep')]").To(func(_ context.Context, r *request) (response, error) {
				kept[r.ID] = r
				return nil, nil
			})
			r.Route("iq[@id={id}]").Transient().To(func(ctx context.Context, r *request) (response, error) {
				if ctx.Err() != nil || r.Arg("id") != r.ID {
					t.Errorf("%s has %v and %v", r.ID, ctx.Err(), r.Args())
				}
				seen = append(seen, r)
				return nil, nil
			})
		})
		f := serve(k.Dispatcher, k.link)
		var batch []item
		for i := range 30 {
			batch = append(batch, parsed(t, iq("u@x", fmt.Sprint([]string{"keep", "go", "go", "go", "go"}[i%5], i))))
		}
		f.put(batch...)
		f.end()
		k.idle()
		for id, r := range kept {
			if r.ID != id {
				t.Errorf("the request of %s is that of %s", id, r.ID)
			}
		}
		slices.SortFunc(seen, func(a, b *request) int { return int(uintptr(unsafe.Pointer(a)) - uintptr(unsafe.Pointer(b))) })
		if again := len(seen) - len(slices.Compact(seen)); len(kept) != 6 || again < 6 {
			t.Errorf("%d kept, %d of the others used again", len(kept), again)
		}
	})
}

// TestReuseIdle: what was answered last is not kept alive while nothing more comes.
func TestReuseIdle(t *testing.T) {
	gone := make(chan struct{})
	d := dispatch.New(dispatch.Options{Log: quiet, Table: table(t, func(r *router.Router) {
		r.Route("*").Transient().To(func(_ context.Context, r *request) (response, error) {
			answer, payload := r.Reply("yes"), make([]element.Node, 1)
			payload[0] = element.Text("urn:q", "large", "").Node()
			runtime.AddCleanup(&payload[0], func(gone chan struct{}) { close(gone) }, gone)
			answer[0].Payload = payload
			return answer, nil
		})
	})})
	f := serve(d, new(void))
	defer f.end()
	f.put(parsed(t, message("u@x", "hi")), parsed(t, "<iq type='result' id='1' from='u@x' to='app.x'/>"))
	for range 1000 {
		runtime.GC()
		select {
		case <-gone:
			return
		default:
			runtime.Gosched()
		}
	}
	t.Error("it is")
}

// TestReuseAnswers: what an action makes in the room that it was lent is what goes out,
// however much it makes, and whatever becomes of it.
func TestReuseAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{}, func(r *router.Router) {
			r.Route("*").Transient().To(func(ctx context.Context, r *request) (response, error) {
				if r.Kind == stanza.IQ {
					r.Result(element.Text("urn:q", "dropped", r.ID))
					return nil, nil
				}
				other := r
				if r.Body() == "sent" { // a copy, which was lent no room of its own
					o := *r
					other = &o
				}
				first, second := r.Reply("first to "+r.Body()), other.Reply("second to "+r.Body())
				switch r.Body() {
				case "sent":
					if err := r.Send(ctx, first...); err != nil {
						return nil, err
					}
					return second, nil
				case "none":
					return nil, nil
				}
				return append(first, second...), nil
			})
		})
		f := serve(k.Dispatcher, k.link)
		var batch []item
		var want []string
		for i := range 20 {
			body := []string{"both", "sent", "none"}[i%3]
			batch = append(batch, parsed(t, message("u@x", body)), parsed(t, iq("u@x", fmt.Sprint("i", i))))
			if body != "none" {
				want = append(want, fmt.Sprintf("message chat %q", "first to "+body), fmt.Sprintf("message chat %q", "second to "+body))
			}
			want = append(want, fmt.Sprintf("iq result i%d", i))
		}
		f.put(batch...)
		f.end()
		k.idle()
		if got := k.link.lines(); !slices.Equal(got, want) {
			t.Errorf("sent:\n%q\nwant:\n%q", got, want)
		}
		if len(f.reused) != len(batch) {
			t.Errorf("%d given back", len(f.reused))
		}
	})
}

// TestReuseLeavesKept: what an action may keep it may read in another goroutine while
// EMP goes on, which the race detector watches.
func TestReuseLeavesKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var readers sync.WaitGroup
		k := newKit(t, dispatch.Options{}, to(func(_ context.Context, r *request) (response, error) {
			id := r.ID
			readers.Go(func() {
				if kept := *r; kept.ID != id || kept.Node.Attr("id") != id {
					t.Errorf("%s became %s", id, kept.Node.XML())
				}
			})
			return nil, nil
		}))
		f := serve(k.Dispatcher, k.link)
		var batch []item
		for i := range 20 {
			batch = append(batch, parsed(t, iq("u@x", fmt.Sprint("i", i))))
		}
		f.put(batch...)
		f.end()
		k.idle()
		readers.Wait()
	})
}
