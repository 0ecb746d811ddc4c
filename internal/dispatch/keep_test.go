package dispatch_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A counter is a link that looks at what it is given, and keeps nothing.
type counter struct {
	link
	at func(jid.Address, string) // told the recipient and id of each answer
}

func (c *counter) Send(_ context.Context, outs ...stanza.Out) error {
	for i := range outs {
		c.at(outs[i].To, outs[i].ID)
	}
	return nil
}

// TestKept: what an action was given stays what it was, however many stanzas its reader
// runs behind it.
func TestKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 20
		var kept []*request
		var contexts []context.Context
		var deadlines []time.Time
		k := newKit(t, dispatch.Options{Timeout: time.Minute}, to(func(ctx context.Context, r *request) (response, error) {
			deadline, _ := ctx.Deadline()
			kept, contexts, deadlines = append(kept, r), append(contexts, ctx), append(deadlines, deadline)
			if ctx.Err() != nil {
				t.Errorf("%s begins with %v", r.ID, ctx.Err())
			}
			return nil, nil
		}))
		answered := 0
		via := &counter{at: func(to jid.Address, id string) {
			if from := fmt.Sprintf("u%d@x", answered); to.String() != from || id != fmt.Sprint(answered) {
				t.Errorf("answer %d is to %s, with the id %s", answered, to, id)
			}
			answered++
		}}
		via.ask = func(context.Context, stanza.Out) (stanza.Stanza, error) {
			return stanza.Stanza{}, stanza.ItemNotFound
		}
		in := serve(k.Dispatcher, via)
		var batch []item
		for i := range n {
			batch = append(batch, parsed(t, iq(fmt.Sprintf("u%d@x", i), fmt.Sprint(i))))
		}
		in.put(batch...)
		time.Sleep(time.Second)
		in.put(parsed(t, iq(fmt.Sprintf("u%d@x", n), fmt.Sprint(n))))
		in.end()
		for i, r := range kept {
			deadline, _ := contexts[i].Deadline()
			if r.ID != fmt.Sprint(i) || r.From.String() != fmt.Sprintf("u%d@x", i) || !deadline.Equal(deadlines[i]) || contexts[i].Err() != context.Canceled {
				t.Errorf("of %d there is: %s from %s, to end by %v with %v", i, r.ID, r.From, deadline, contexts[i].Err())
			}
			select {
			case <-contexts[i].Done():
			default:
				t.Errorf("the context of %d goes on", i)
			}
			if err := r.Send(t.Context(), r.Result()...); !errors.Is(err, dispatch.ErrAnswer) {
				t.Error(err)
			}
			if _, err := r.Ask(t.Context(), stanza.Out{}); !errors.Is(err, stanza.ItemNotFound) {
				t.Error(err)
			}
		}
		if len(kept) != n+1 || answered != n+1 {
			t.Errorf("%d ran, %d were answered", len(kept), answered)
		}
		if s := k.Stats(); s.Asking+s.Workers+s.Running+s.Held != 0 {
			t.Errorf("stats: %+v", s)
		}
	})
}

// TestAskBehindTheAction: who asks when the action has returned has no slot to give away,
// also in the moment before that is in the books.
func TestAskBehindTheAction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		var first *request
		k := newKit(t, dispatch.Options{}, to(func(_ context.Context, r *request) (response, error) {
			if first == nil {
				first = r
			}
			return nil, nil
		}))
		k.link.ask = func(context.Context, stanza.Out) (stanza.Stanza, error) {
			<-gate
			return stanza.Stanza{}, nil
		}
		in := serve(k.Dispatcher, k.link)
		asked := false
		in.before = func() {
			if first != nil && !asked {
				asked = true
				go first.Ask(context.Background(), stanza.Out{})
				synctest.Wait()
			}
		}
		in.put(parsed(t, iq("a@x", "1")), parsed(t, iq("b@x", "2")))
		in.end()
		if s := k.Stats(); s.Asking != 1 || s.Workers != 0 || s.Handled != 2 {
			t.Errorf("stats: %+v", s)
		}
		close(gate)
		synctest.Wait()
		if s := k.Stats(); s.Asking != 0 || s.Workers != 0 {
			t.Errorf("stats: %+v", s)
		}
	})
}

// A ring is a link that keeps what it takes while it is down.
type ring struct{ link }

func (*ring) Err() error { return errCut }

// TestT10MistakeWhileCut: the answer that takes the place of one which cannot be sent
// goes to a link that is down as well: that may keep it for the next.
func TestT10MistakeWhileCut(t *testing.T) {
	k := newKit(t, dispatch.Options{}, to(func(_ context.Context, r *request) (response, error) {
		return response{{Kind: stanza.IQ, Type: stanza.TypeResult, To: r.From, ID: r.ID, Lang: "no language"}}, nil
	}))
	via := new(ring)
	in := serve(k.Dispatcher, via)
	in.put(parsed(t, iq("a@x", "1")))
	in.end()
	k.idle()
	via.want(t, "iq error 1 internal-server-error/cancel")
	k.wantLog("it returned what cannot be sent")
	if s := k.Stats(); s.Failed != 1 || s.Unsent != 0 {
		t.Errorf("stats: %+v", s)
	}
}
