package confirm

import (
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// TestT20LateCopies: what an earlier link may have sent says when it was sent first,
// unless it does already; what waited for a link, and is sent first, and answers to iqs
// do not.
func TestT20LateCopies(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{})
		defer r.Close()
		theirs := stanza.Delay{Stamp: time.Unix(1, 0), From: alice.Address(), Reason: "theirs"}
		first := w.link(steady(time.Millisecond), 6)
		attach(t, r, first)
		began := time.Now()
		w.send(r, first, message(alice, "plain"))
		w.send(r, first,
			message(alice, "ours").Add(stanza.Delay{Stamp: time.Unix(2, 0), From: bot.Address()}),
			message(alice, "unnamed").Add(element.New(stanza.NSDelay, "delay").Attr("stamp", stanza.Stamp(time.Unix(3, 0)))),
			message(alice, "theirs").Add(theirs),
			stanza.NewPresence(stanza.TypeSubscribed, alice),
			stanza.Out{Kind: stanza.IQ, Type: stanza.TypeResult, To: addr, ID: "7"})
		<-first.down
		w.send(r, first, message(alice, "held"))
		time.Sleep(time.Minute / 2)
		second := w.link(steady(time.Millisecond), 8) // the last is the barrier
		attach(t, r, second)
		<-second.down
		time.Sleep(time.Minute / 4)
		third := w.link(steady(time.Millisecond), 0)
		attach(t, r, third)
		settled(t, r, 7)
		defer third.cut()
		if len(w.got) != 6+7+7 {
			t.Fatalf("%d came", len(w.got))
		}
		for i, o := range w.got {
			delays, stamp := stamps(t, o)
			name := o.ID
			if o.Kind == stanza.Presence {
				name = "presence"
			}
			want := map[string]int{"ours": 1, "unnamed": 1, "theirs": 1}[name]
			late := i >= 6 && (name == "plain" || name == "theirs" || name == "presence") || i >= 13 && name == "held"
			if late {
				want++
			}
			if delays != want {
				t.Errorf("%d: %s has %d delays, want %d", i, name, delays, want)
			}
			if late && name != "held" && (stamp.Before(began.Add(-time.Second)) || stamp.After(began.Add(time.Second))) {
				t.Errorf("%d: %s was sent at %v, and says %v", i, name, began, stamp)
			}
		}
	})
}

// stamps returns how many delays o has, and the stamp of the last that is ours.
func stamps(t *testing.T, o stanza.Out) (n int, ours time.Time) {
	for _, p := range o.Payload {
		if !p.Is(stanza.NSDelay, "delay") {
			continue
		}
		n++
		if p.Attr("from") == bot.String() {
			var ok bool
			if ours, ok = stanza.ParseStamp(p.Attr("stamp")); !ok {
				t.Errorf("the stamp is %q", p.Attr("stamp"))
			}
		}
	}
	return n, ours
}

// TestT20NoRoomForAStamp: what would be too large with a stamp goes out without, and
// what goes out beside it with one.
func TestT20NoRoomForAStamp(t *testing.T) {
	bubble(t, func(t *testing.T, w *world, gone *fakeLink) {
		r := New(Options{})
		defer r.Close()
		first := w.link(steady(time.Millisecond), 3)
		attach(t, r, first)
		long := message(alice, "0-0")
		long.Body = strings.Repeat("x", 1000)
		w.send(r, first, long)
		w.send(r, first, message(alice, "0-1"))
		<-first.down
		second := w.link(steady(time.Millisecond), 0)
		second.most = len(long.WithOriginID().String()) + 20
		defer second.cut()
		attach(t, r, second)
		settled(t, r, 2)
		if len(w.got) != 4 || r.Stats().Refused != 0 {
			t.Fatalf("%d came, %+v", len(w.got), r.Stats())
		}
		for i, want := range []int{0, 0, 0, 1} {
			if n, _ := stamps(t, w.got[i]); n != want {
				t.Errorf("%d has %d delays, want %d", i, n, want)
			}
		}
	})
}
