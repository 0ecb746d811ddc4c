package confirm

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

var addr = alice.Address()

func TestWanted(t *testing.T) {
	fault := stanza.ItemNotFound.With("")
	for name, tc := range map[string]struct {
		out  stanza.Out
		want bool
	}{
		"message":         {stanza.NewMessage(alice, "x"), true},
		"groupchat":       {stanza.Out{Kind: stanza.Message, Type: stanza.TypeGroupchat, To: addr}, true},
		"message error":   {stanza.Out{Kind: stanza.Message, Type: stanza.TypeError, Fault: &fault}, false},
		"once":            {stanza.Out{Kind: stanza.Message, Once: true}, false},
		"result":          {stanza.Out{Kind: stanza.IQ, Type: stanza.TypeResult}, true},
		"iq error":        {stanza.Out{Kind: stanza.IQ, Type: stanza.TypeError, Fault: &fault}, true},
		"get":             {stanza.Out{Kind: stanza.IQ, Type: stanza.TypeGet}, false},
		"set":             {stanza.Out{Kind: stanza.IQ, Type: stanza.TypeSet}, false},
		"available":       {stanza.NewPresence(stanza.TypeAvailable, alice), false},
		"unavailable":     {stanza.NewPresence(stanza.TypeUnavailable, alice), false},
		"probe":           {stanza.NewPresence(stanza.TypeProbe, alice), false},
		"subscribe":       {stanza.NewPresence(stanza.TypeSubscribe, alice), true},
		"subscribed":      {stanza.NewPresence(stanza.TypeSubscribed, alice), true},
		"unsubscribe":     {stanza.NewPresence(stanza.TypeUnsubscribe, alice), true},
		"unsubscribed":    {stanza.NewPresence(stanza.TypeUnsubscribed, alice), true},
		"subscribed once": {stanza.Out{Kind: stanza.Presence, Type: stanza.TypeSubscribed, Once: true}, false},
	} {
		if got := Wanted(&tc.out); got != tc.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// bubble runs a test with a clock of its own, a world, and a link that was never
// up.
func bubble(t *testing.T, f func(t *testing.T, w *world, gone *fakeLink)) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		f(t, w, w.link(nil, 0).cutNow())
	})
}

func attach(t *testing.T, r *Ring, l Link) {
	t.Helper()
	if err := r.Attach(t.Context(), l); err != nil {
		t.Fatal(err)
	}
}

// TestOriginID: each message that is kept gets one, unless it has one, and so
// each copy of it the same; nothing else does.
func TestOriginID(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{})
		defer r.Close()
		own := stanza.NewMessage(alice, "b").Add(element.New(stanza.NSStanzaID, "origin-id").Attr("id", "mine"))
		outs := []stanza.Out{
			stanza.NewMessage(alice, "a"), own, {Kind: stanza.IQ, Type: stanza.TypeResult, ID: "7"},
			{Kind: stanza.Message, Body: "c", Once: true},
		}
		first := w.link(steady(time.Millisecond), 4)
		attach(t, r, first)
		if err := r.Send(t.Context(), first, outs...); err != nil {
			t.Fatal(err)
		}
		if outs[0].OriginID() != "" {
			t.Error("the caller's own was changed")
		}
		<-first.down
		second := w.link(steady(time.Millisecond), 0)
		attach(t, r, second)
		settled(t, r, 4)
		second.cut()
		if len(w.got) != 7 { // what is for once does not come twice
			t.Fatalf("%d came", len(w.got))
		}
		for i, want := range []string{w.got[0].ID, "mine", "", ""} {
			if got := w.got[i].OriginID(); got != want || i == 0 && want == "" {
				t.Errorf("origin-id %d is %q, want %q", i, got, want)
			}
			if i < 3 && (w.got[4+i].OriginID() != want || w.got[4+i].ID != w.got[i].ID) {
				t.Errorf("the copy of %d has origin-id %q", i, w.got[4+i].OriginID())
			}
		}
	})
}

// TestOriginIDOfOurOwn: where the author gave an id, that is the origin-id too.
func TestOriginIDOfOurOwn(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{})
		defer r.Close()
		l := w.link(steady(time.Millisecond), 0)
		defer l.cut()
		attach(t, r, l)
		w.send(r, l, message(alice, "7"), stanza.NewMessage(alice, "b"), message(alice, "8"))
		settled(t, r, 3)
		for i, want := range []string{"7", w.got[1].ID, "8"} {
			if got := w.got[i].OriginID(); got != want || want == "" || w.got[i].ID != want {
				t.Errorf("message %d has the id %q and the origin-id %q, want %q", i, w.got[i].ID, got, want)
			}
		}
	})
}

// TestFull: a Ring that is full has Send wait until the server confirms
// something, ctx ends, or the Ring is closed.
func TestFull(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		waiting := 0
		r := New(Options{Stanzas: 3, Await: func() func() {
			waiting++
			return func() { waiting-- }
		}})
		for i := range 3 {
			w.send(r, gone, message(alice, fmt.Sprint("0-", i)))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := r.Send(ctx, gone, message(alice, "late")); !errors.Is(err, context.DeadlineExceeded) || !strings.HasPrefix(err.Error(), "confirm: ") {
			t.Errorf("Send on a full ring: %v", err)
		}
		l := w.link(steady(time.Second), 0)
		attach(t, r, l)
		w.send(r, gone, message(alice, "0-3")) // waits for the first barrier
		if s := r.Stats(); s.Confirmed != 3 {  // the barrier behind the fourth may be on its way, or not
			t.Errorf("%+v", s)
		}
		settled(t, r, 4)
		w.firsts(t, 1, 4)

		l.cut()
		for range 3 {
			w.send(r, gone, message(alice, "x"))
		}
		done := make(chan error)
		go func() { done <- r.Send(context.Background(), gone, message(alice, "y")) }()
		synctest.Wait()
		if waiting != 1 {
			t.Errorf("%d wait, want 1", waiting)
		}
		if n := r.Close(); n != 3 {
			t.Errorf("%d unconfirmed, want 3", n)
		}
		if err := <-done; err != errCut {
			t.Errorf("Send on a ring that is being closed: %v", err)
		}
		if waiting != 0 {
			t.Errorf("%d wait still", waiting)
		}
	})
}

// TestAnswersDoNotWait: on a link that is up answers go out of a full Ring, for what
// would make room may lie behind the requests of others. Without one they wait.
func TestAnswersDoNotWait(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{Stanzas: 2})
		answer := func(id string) stanza.Out {
			return stanza.Out{Kind: stanza.IQ, Type: stanza.TypeResult, ID: id}
		}
		for i := range 2 {
			w.send(r, gone, message(alice, fmt.Sprint("0-", i)))
		}
		waited := make(chan error, 1)
		go func() { waited <- r.Send(context.Background(), gone, answer("waits")) }()
		synctest.Wait()
		if len(waited) > 0 {
			t.Error("it went out, or is kept, without link and room")
		}
		l := w.link(steady(time.Millisecond), 0)
		l.lose = func() bool { return true }
		attach(t, r, l)
		if err := <-waited; err != nil {
			t.Error(err)
		}
		w.send(r, gone, answer("at once"), stanza.NewPresence("", alice))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := r.Send(ctx, gone, answer("beside"), message(alice, "x")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a message beside it: %v", err)
		}
		if got := w.ids(); !slices.Equal(got, []string{"0-0", "0-1", "waits", "at once", ""}) {
			t.Errorf("came %q", got)
		}
		if s := r.Stats(); s.Unkept != 3 || s.Taken != 2 || s.Kept != 2 {
			t.Errorf("%+v", s)
		}
		l.cut()
		r.Close()
	})
}

// TestBytes: large stanzas fill it as well.
func TestBytes(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{Bytes: 100_000})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		n := 0
		for r.Send(ctx, gone, stanza.NewMessage(alice, strings.Repeat("x", 20_000))) == nil {
			n++
		}
		if n != 5 {
			t.Errorf("%d of 20 kB in 100 kB", n)
		}
		r.Close()
	})
}

// TestAge: what is too old is given up, answers sooner, with one line in the log;
// and it makes room.
func TestAge(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		var log bytes.Buffer
		r := New(Options{Stanzas: 4, Log: slog.New(slog.NewTextHandler(&log, nil))})
		for i := range 3 {
			w.send(r, gone, stanza.Out{Kind: stanza.IQ, Type: stanza.TypeResult, ID: fmt.Sprint("iq", i)})
		}
		w.send(r, gone, message(alice, "0-0"))
		w.send(r, gone, message(alice, "0-1")) // waits until the answers are too old
		if s := r.Stats(); s.Aged != 3 || s.Kept != 2 || strings.Count(log.String(), "\n") != 1 {
			t.Errorf("%+v, log:\n%s", s, &log)
		}
		time.Sleep(9 * time.Minute)
		w.send(r, gone, message(alice, "0-2"))
		time.Sleep(90 * time.Second)
		l := w.link(steady(time.Millisecond), 0)
		attach(t, r, l)
		settled(t, r, 6)
		if got := w.ids(); !slices.Equal(got, []string{"0-2"}) && !slices.Equal(got, []string{"0-1", "0-2"}) {
			t.Errorf("came %q", got)
		}
		if s := r.Stats(); s.Aged < 4 {
			t.Errorf("%+v", s)
		}
		l.cut()
		r.Close()
	})
}

// TestAgeBehindQuiet: a stanza's age begins with it, however long nothing was sent before.
func TestAgeBehindQuiet(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{})
		l := w.link(steady(time.Millisecond), 2)
		attach(t, r, l)
		w.send(r, l, message(alice, "0-0"))
		time.Sleep(time.Hour) // the barrier behind it ends the link
		l = w.link(steady(time.Millisecond), 0)
		attach(t, r, l)
		w.send(r, l, message(alice, "0-1"))
		settled(t, r, 2)
		time.Sleep(time.Hour)
		l.lose = func() bool { return true }
		w.send(r, l, message(alice, "0-2"))
		time.Sleep(time.Minute)
		l.cut()
		l = w.link(steady(time.Millisecond), 0)
		attach(t, r, l)
		settled(t, r, 3)
		if s := r.Stats(); s.Aged != 1 || s.Confirmed != 2 {
			t.Errorf("%+v", s)
		}
		l.cut()
		r.Close()
	})
}

// TestRefused: what cannot be sent is refused at the place of the call, also
// between links, and is not kept.
func TestRefused(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{})
		bad := stanza.NewMessage(alice, "bad")
		if err := r.Send(t.Context(), gone, message(alice, "x"), bad); err != errRefused {
			t.Errorf("held: %v", err)
		}
		l := w.link(steady(time.Millisecond), 0)
		attach(t, r, l)
		if err := r.Send(t.Context(), l, message(alice, "x"), bad); err != errRefused {
			t.Errorf("on a link: %v", err)
		}
		over, cancel := context.WithCancel(t.Context())
		cancel()
		if err := r.Send(over, l, message(alice, "x")); err != context.Canceled {
			t.Errorf("with a context that has ended: %v", err)
		}
		if s := r.Stats(); s != (Stats{}) {
			t.Errorf("%+v", s)
		}
		l.cut()
		r.Close()
	})
}

// TestRepeated: what is counted as sent again was: not what a link that was gone already
// got, nor what the next one refuses.
func TestRepeated(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{})
		l := w.link(steady(time.Hour), 0)
		attach(t, r, l)
		for i := range 3 {
			w.send(r, l, message(alice, fmt.Sprint("0-", i)))
		}
		l.cut()
		if err := r.Attach(t.Context(), l); !errors.Is(err, errCut) {
			t.Errorf("Attach of a link that is gone: %v", err)
		}
		if n := r.Stats().Repeated; n != 0 {
			t.Errorf("%d were sent again over a link that is gone", n)
		}
		w.send(r, gone, message(alice, "0-3")) // for the first time
		l = w.link(steady(time.Millisecond), 0)
		l.most = enlarge(r, "0-1")
		attach(t, r, l)
		settled(t, r, 4)
		if s := r.Stats(); s.Repeated != 2 || s.Refused != 1 || s.Confirmed != 3 {
			t.Errorf("%+v", s)
		}
		l.cut()
		r.Close()
	})
}

// TestRefusedLater: a stanza that is too large for the next link does not keep back the
// others.
func TestRefusedLater(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{})
		for i := range 4 {
			o := message(alice, fmt.Sprint("0-", i))
			w.send(r, gone, o)
		}
		l := w.link(steady(time.Millisecond), 0)
		l.most = enlarge(r, "0-1")
		attach(t, r, l)
		settled(t, r, 4)
		if got := w.ids(); !slices.Equal(got, []string{"0-0", "0-2", "0-3"}) || r.Stats().Refused != 1 {
			t.Errorf("came %q, %+v", got, r.Stats())
		}
		l.cut()
		r.Close()
	})
}

// TestF21Unanswered: a barrier that does not come back says "not confirmed", once,
// and loses nothing (F21).
func TestF21Unanswered(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		var log bytes.Buffer
		r := New(Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
		l := w.link(steady(time.Millisecond), 0)
		deaf := true
		l.lose = func() bool { return deaf }
		attach(t, r, l)
		w.send(r, l, message(alice, "0-0"))
		time.Sleep(2 * time.Minute)
		if s := r.Stats(); s.Unanswered < 3 || s.Kept != 1 || strings.Count(log.String(), "\n") != 1 {
			t.Errorf("%+v, log:\n%s", s, &log)
		}
		w.mu.Lock()
		deaf = false
		w.mu.Unlock()
		settled(t, r, 1)
		if len(w.got) != 1 {
			t.Errorf("%d came", len(w.got))
		}
		l.cut()
		r.Close()
	})
}

// TestCoalesced: under load one barrier confirms many, and in quiet there is none.
func TestCoalesced(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{})
		l := w.link(steady(10*time.Microsecond), 0)
		attach(t, r, l)
		for i := range 5000 {
			w.send(r, l, message(alice, fmt.Sprint("0-", i)))
			if i%10 == 0 {
				time.Sleep(100 * time.Microsecond)
			}
		}
		settled(t, r, 5000)
		if n := r.Stats().Barriers; n > 5000/60 || n < 20 { // each is back at once
			t.Errorf("%d barriers for 5000 stanzas", n)
		}
		n := r.Stats().Barriers
		time.Sleep(time.Hour)
		if r.Stats().Barriers != n {
			t.Error("barriers though nothing was sent")
		}
		l.cut()
		r.Close()
	})
}

// TestPace: while a server is slow a barrier follows now and then all the same, and
// sooner where room is short.
func TestPace(t *testing.T) {
	const sent, batch = 4096, 64
	for _, tc := range []struct{ stanzas, bytes, least, most int }{
		{16 * sent, 0, sent / (8 * batch), sent/(8*batch) + 2},
		{2 * sent, 0, sent / (8 * batch) * 4, sent / batch},
		{sent, 0, sent / batch * 3 / 4, sent / batch},
		{16 * sent, 2 * sent * (recordSize + len(message(alice, "0-1000").WithOriginID().String())), sent / (8 * batch) * 4, sent / batch},
	} {
		bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
			r := New(Options{Batch: batch, Stanzas: tc.stanzas, Bytes: tc.bytes})
			l := w.link(steady(time.Second), 0)
			attach(t, r, l)
			for i := range sent {
				w.send(r, l, message(alice, fmt.Sprint("0-", i)))
				synctest.Wait()
			}
			l.mu.Lock()
			n := len(l.queue) - sent
			l.mu.Unlock()
			if n < tc.least || n > tc.most {
				t.Errorf("room for %d: %d barriers behind %d, want %d to %d", tc.stanzas, n, sent, tc.least, tc.most)
			}
			l.cut()
			r.Close()
		})
	}
}

// TestTurn: what is not kept goes behind what is sent again.
func TestTurn(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{})
		for i := range 200 {
			w.send(r, gone, message(alice, fmt.Sprint("0-", i)))
		}
		l := w.link(steady(time.Millisecond), 0)
		slowly := &slowLink{l}
		done := make(chan error)
		go func() {
			time.Sleep(1500 * time.Millisecond) // in the midst of it
			done <- r.Send(t.Context(), slowly, stanza.Out{Kind: stanza.Presence, ID: "p"})
		}()
		if err := r.Attach(t.Context(), slowly); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		settled(t, r, 200)
		time.Sleep(time.Second)
		if ids := w.ids(); len(ids) != 201 || ids[200] != "p" {
			t.Errorf("%d came, %v", len(ids), ids)
		}
		l.cut()
		r.Close()
	})
}

// A slowLink takes a second for each call.
type slowLink struct{ *fakeLink }

func (l *slowLink) Resend(ctx context.Context, words []byte, ends []int) (uint64, error) {
	time.Sleep(time.Second)
	return l.fakeLink.Resend(ctx, words, ends)
}

// TestBarrier: it waits for the server; without a link it says so.
func TestBarrier(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{})
		if err := r.Barrier(t.Context()); err != errNoLink {
			t.Errorf("without a link: %v", err)
		}
		l := w.link(steady(time.Millisecond), 0)
		attach(t, r, l)
		w.send(r, l, message(alice, "0-0"))
		if err := r.Barrier(t.Context()); err != nil || r.Stats().Kept != 0 {
			t.Errorf("%v, %+v", err, r.Stats())
		}
		l.cut()
		if n := r.Close(); n != 0 {
			t.Errorf("%d unconfirmed", n)
		}
		var none *Ring
		if none.Open() || none.Close() != 0 || none.Barrier(t.Context()) != nil || none.Attach(t.Context(), l) != nil {
			t.Error("a nil ring does something")
		}
		if err := none.Send(t.Context(), l, message(alice, "1")); err != errCut {
			t.Errorf("a nil ring does not send: %v", err)
		}
	})
}
