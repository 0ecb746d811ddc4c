package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A mortal is a link that ends.
type mortal struct {
	link
	calls atomic.Int32
	dead  atomic.Bool
	stall chan struct{} // if not nil: Send waits until it is closed
}

var errCut = errors.New("cut")

func (m *mortal) Err() error {
	if m.dead.Load() {
		return errCut
	}
	return nil
}

func (m *mortal) Send(ctx context.Context, outs ...stanza.Out) error {
	m.calls.Add(1)
	if m.stall != nil {
		select {
		case <-m.stall:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if m.dead.Load() {
		return errCut
	}
	return m.link.Send(ctx, outs...)
}

// TestF01CutIsOneLine: what a cut does to all actions in flight, and to what waits
// behind them, is one line in the log.
func TestF01CutIsOneLine(t *testing.T) {
	for _, drained := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			let := make(chan struct{})
			k := newKit(t, dispatch.Options{PairStanzas: 1}, to(func(_ context.Context, r *request) (response, error) {
				<-let
				if r.Body() == "fail" {
					return nil, stanza.ItemNotFound.Fault()
				}
				return r.Reply("done"), nil
			}))
			via := new(mortal)
			for i := range 100 {
				s, err := parse(message(fmt.Sprintf("u%d@x", i), []string{"fail", "reply"}[i%2]))
				handle(k.Dispatcher, via, s, err, 100)
			}
			synctest.Wait()
			via.dead.Store(true)
			s, err := parse(message("u0@x", "beyond the bound of its pair"))
			handle(k.Dispatcher, via, s, err, 100)
			close(let)
			k.idle()
			if drained {
				k.Drain(context.Background())
			} else {
				time.Sleep(time.Second)
				synctest.Wait()
			}
			log := k.log.String()
			if strings.Count(log, "\n") != 1 || !strings.Contains(log, "level=WARN") || !strings.Contains(log, "answers=101 error=cut") {
				t.Errorf("the log says:\n%s", log)
			}
			if s := k.Stats(); s.Unsent != 101 || s.Failed != 0 || s.Handled != 100 {
				t.Errorf("stats: %+v", s)
			}
		})
	}
}

// TestRefusalsTogether: many errors go out with few calls of the link, and one that
// the link does not take keeps none of the others back.
func TestRefusalsTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{}, to(reply))
		via := &mortal{stall: make(chan struct{})}
		via.fail = func(o stanza.Out) error {
			if o.ID == "7" {
				return errors.New("no sevens")
			}
			return nil
		}
		in := serve(k.Dispatcher, via)
		for i := range 100 {
			s, err := parse(iq("alice@x/r", fmt.Sprint(i)))
			if err != nil {
				t.Fatal(err)
			}
			in.put(item{s, 100, stanza.BadRequest.Fault()})
		}
		in.end()
		close(via.stall)
		k.idle()
		if n := len(via.answers()); n != 99 {
			t.Errorf("%d answers, want 99", n)
		}
		for id, n := range via.answers() {
			if n != 1 {
				t.Errorf("%d answers to %s", n, id)
			}
		}
		if n := via.calls.Load(); n > 64+4 { // the first by the reader, three batches, and one of them one by one
			t.Errorf("%d calls", n)
		}
		if s := k.Stats(); s.Unsent != 1 {
			t.Errorf("stats: %+v", s)
		}
	})
}

// TestRefusalsWhereRead: errors that the link takes at once are sent by who reads, in
// their order; those that it does not wait for a goroutine, which goes before what
// comes, and the reader goes on.
func TestRefusalsWhereRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{}, func(r *router.Router) {})
		via := new(mortal)
		var where []bool
		via.fail = func(stanza.Out) error {
			where = append(where, whereRead())
			return nil
		}
		in := serve(k.Dispatcher, via)
		put := func(id string) {
			s, err := parse(iq("alice@x/r", id))
			in.put(item{s, 100, err})
		}
		put("1")
		via.stall = make(chan struct{})
		put("2")
		synctest.Wait() // it is with the goroutine, which waits for the link
		put("3")
		put("4")
		if s := k.Stats(); s.Held != 3 || s.Refused[dispatch.NoRoute] != 1 {
			t.Errorf("stats: %+v", s)
		}
		k.balanced()
		close(via.stall)
		synctest.Wait()
		via.stall = nil
		put("5")
		in.end()
		k.idle()
		via.want(t, "iq error 1 service-unavailable/cancel", "iq error 2 service-unavailable/cancel", "iq error 3 service-unavailable/cancel",
			"iq error 4 service-unavailable/cancel", "iq error 5 service-unavailable/cancel")
		if want := []bool{true, false, false, false, true}; !slices.Equal(where, want) {
			t.Errorf("where read: %v, want %v", where, want)
		}
	})
}

// TestF01CutBetweenRefusals: errors that have to go one by one are all counted if
// the link is cut behind one that it took.
func TestF01CutBetweenRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := newKit(t, dispatch.Options{}, to(reply))
		via := &mortal{stall: make(chan struct{})}
		threes := 0
		via.fail = func(o stanza.Out) error {
			switch o.ID {
			case "7":
				return errors.New("no sevens")
			case "3":
				threes++
				via.dead.Store(threes == 2) // the first is among the others
			}
			return nil
		}
		in := serve(k.Dispatcher, via)
		for i := range 10 {
			s, err := parse(iq("alice@x/r", fmt.Sprint(i)))
			if err != nil {
				t.Fatal(err)
			}
			in.put(item{s, 100, stanza.BadRequest.Fault()})
			if i == 0 {
				synctest.Wait() // it is on its way, and the others go together
			}
		}
		in.end()
		close(via.stall)
		k.idle()
		if s := k.Stats(); s.Unsent != 6 || len(via.answers()) != 4 {
			t.Errorf("%d answers, stats: %+v", len(via.answers()), s)
		}
	})
}

// TestRefusedWithoutALink: an error that can go nowhere is counted.
func TestRefusedWithoutALink(t *testing.T) {
	k := newKit(t, dispatch.Options{}, func(r *router.Router) {})
	s, err := parse(iq("alice@x/r", "1"))
	handle(k.Dispatcher, nil, s, err, 100)
	k.idle()
	if s := k.Stats(); s.Unsent != 1 || s.Refused[dispatch.NoRoute] != 1 {
		t.Errorf("stats: %+v", s)
	}
}
