package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/stanza"
)

// stack is that of the goroutine that calls it.
func stack() string {
	text := make([]byte, 64<<10)
	return string(text[:runtime.Stack(text, false)])
}

// TestAskAside: where many questions are open further ones are sent by other goroutines
// than those of the actions, which wait: so their stacks stay as small as they are. A
// route that asks is soon one for workers, before any answer is there. What sending finds
// is the error of Ask.
func TestAskAside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 10
		refused := errors.New("refused")
		var waiting, aside atomic.Int32
		k := newKit(t, dispatch.Options{}, to(func(ctx context.Context, r *request) (response, error) {
			_, err := r.Ask(ctx, stanza.Out{})
			if errors.Is(err, refused) != (r.ID == "refused") {
				t.Errorf("%s: %v", r.ID, err)
			}
			return nil, nil
		}))
		ofAction := func() bool { return strings.Contains(stack(), "TestAskAside.func1.1(") }
		refuse := false
		k.link.pose = func() error {
			if ofAction() {
				t.Error("it is sent by the goroutine of the action")
			}
			aside.Add(1)
			if refuse {
				return refused
			}
			return nil
		}
		gate := make(chan struct{})
		k.link.ask = func(context.Context, stanza.Out) (stanza.Stanza, error) {
			if waiting.Add(1); ofAction() {
				<-gate
			} else {
				t.Error("another goroutine waits than that of the action")
			}
			return stanza.Stanza{}, nil
		}
		in := serve(k.Dispatcher, k.link)
		ask := func(from, to int) {
			var batch []item
			for i := from; i < to; i++ {
				batch = append(batch, parsed(t, iq(fmt.Sprintf("u%d@x", i), "1")))
			}
			in.put(batch...)
			synctest.Wait()
		}
		ask(0, dispatch.FewAsks)
		if w, a := waiting.Load(), aside.Load(); w != dispatch.FewAsks || a != 0 {
			t.Errorf("%d questions were waited for, of which %d were sent aside", w, a)
		}
		ask(dispatch.FewAsks, dispatch.FewAsks+n)
		if w, a := waiting.Load(), aside.Load(); w != dispatch.FewAsks+n || int(a) != n-dispatch.SlowRuns {
			t.Errorf("%d questions were waited for, of which %d were sent aside", w, a)
		}
		refuse = true
		in.put(parsed(t, iq("another@x", "refused")))
		synctest.Wait()
		close(gate)
		in.end()
		k.idle()
		if s := k.Stats(); s.Asking+s.Workers+s.Running != 0 {
			t.Errorf("stats: %+v", s)
		}
	})
}
