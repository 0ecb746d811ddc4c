package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

func question(id string) stanza.Out {
	q := stanza.NewIQ(stanza.TypeGet, alice, element.New("urn:x", "q"))
	q.ID = id
	return q
}

func asked(id string) string {
	return "<iq from='comp.localhost' to='alice@localhost/r' type='get' id='" + id + "'><q xmlns='urn:x'/></iq>"
}

const answer1 = "<iq type='result' id='1' from='alice@localhost/r' to='comp.localhost'/>"

// An asking is an Ask that runs.
type asking struct {
	got stanza.Stanza
	err error
}

func goAsk(link *Component, ctx context.Context, q stanza.Out) <-chan asking {
	done := make(chan asking, 1)
	go func() {
		s, err := link.Ask(ctx, q)
		done <- asking{s, err}
	}()
	return done
}

// TestF18Answers: only an iq result or error with the right id from whom was
// asked is an answer, and only once; everything else is for Read.
func TestF18Answers(t *testing.T) {
	for name, tc := range map[string]struct{ said, read, err string }{
		"result":              {answer1, "", ""},
		"spelt otherwise":     {strings.Replace(answer1, "alice@localhost", "ALICE@Localhost", 1), "", ""},
		"error":               {"<iq type='error' id='1' from='alice@localhost/r' to='comp.localhost'><error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>", "", "stanza: item-not-found"},
		"error without error": {"<iq type='error' id='1' from='alice@localhost/r' to='comp.localhost'/>", "", "stanza: undefined-condition"},
		"result of two":       {strings.Replace(answer1, "/>", "><a xmlns='urn:x'/><b xmlns='urn:x'/></iq>", 1), "", "stream: unusable answer"},
		"twice":               {answer1 + answer1, "1", ""},
		"late by another":     {answer1 + strings.Replace(answer1, "alice", "mallory", 1), "1", ""},
		"wrong sender":        {strings.Replace(answer1, "alice", "mallory", 1) + answer1, "1", ""},
		"bare sender":         {strings.Replace(answer1, "/r", "", 1) + answer1, "1", ""},
		"no sender":           {strings.Replace(answer1, "from", "x", 1) + answer1, "1", ""},
		"wrong id":            {strings.Replace(answer1, "'1'", "'2'", 1) + answer1, "2", ""},
		"message with the id": {message("1") + answer1, "1", ""},
		"error message":       {strings.Replace(message("1"), " ", " type='error' ", 1) + answer1, "1", ""},
		"request with the id": {"<iq type='get' id='1' from='alice@localhost/r' to='comp.localhost'><q xmlns='urn:x'/></iq>" + answer1, "1", ""},
		"type misspelt":       {strings.Replace(answer1, "result", "Result", 1) + answer1, "1", ""},
		"too big":             {strings.Replace(answer1, "/>", "><a xmlns='urn:x' b='"+strings.Repeat("x", 10000)+"'/></iq>", 1), "", "stream: unusable answer"},
	} {
		bubble(name, t, func(t *testing.T) {
			link, srv := dial(t, func(o *Options) { o.Limits.Bytes = 10000 })
			r := reader(link)
			done := goAsk(link, context.Background(), question("1"))
			srv.hear(asked("1"))
			srv.say(tc.said + endTag)
			a := <-done
			<-r.done
			switch {
			case tc.err == "" && (a.err != nil || a.got.ID != "1" || a.got.From.JID != alice):
				t.Errorf("%v, %v", a.got, a.err)
			case tc.err != "" && (a.err == nil || !strings.HasPrefix(a.err.Error(), tc.err)):
				t.Errorf("error %v", a.err)
			case ids(r.got) != tc.read:
				t.Errorf("read %q", ids(r.got))
			}
			if link.opts.Pending.Open() != 0 || len(link.opts.Pending.asks) != 0 {
				t.Error("the question stays")
			}
			srv.rest()
		})
	}
}

func TestAskRefused(t *testing.T) {
	bubble("", t, func(t *testing.T) {
		link, srv := dial(t)
		r := reader(link)
		first := goAsk(link, context.Background(), question("1"))
		srv.hear(asked("1"))
		if _, err := link.Ask(t.Context(), question("1")); err != errSameID {
			t.Errorf("same id: %v", err)
		}
		other := question("1")
		other.To = jid.MustParse("bob@localhost").Address()
		second := goAsk(link, within(t, time.Second), other) // that is another question
		if a := <-second; !errors.Is(a.err, context.DeadlineExceeded) || !strings.Contains(a.err.Error(), "no answer from bob@localhost") {
			t.Errorf("no answer: %v", a.err)
		}
		for _, q := range []stanza.Out{stanza.NewMessage(alice, "?"), stanza.NewIQ(stanza.TypeResult, alice, nil), {}} {
			if _, err := link.Ask(t.Context(), q); err != errQuestion {
				t.Errorf("%v: %v", q, err)
			}
		}
		nobody := question("2")
		nobody.To = jid.Address{}
		if _, err := link.Ask(t.Context(), nobody); err == nil || link.opts.Pending.Open() != 1 {
			t.Errorf("to nobody: %v", err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		off := goAsk(link, ctx, question("3"))
		synctest.Wait()
		cancel()
		if a := <-off; !errors.Is(a.err, context.Canceled) {
			t.Errorf("called off: %v", a.err)
		}
		began := time.Now()
		if a := <-first; !errors.Is(a.err, context.DeadlineExceeded) || time.Since(began) != 29*time.Second {
			t.Errorf("AskTimeout: %v after %v", a.err, time.Since(began))
		}
		srv.say(answer1) // late: nobody's answer
		synctest.Wait()
		for i := range MaxAsks {
			link.opts.Pending.add(&link.conn, alice, fmt.Sprint(i), false, func(answer) {})
		}
		if _, err := link.Ask(t.Context(), question("")); err != ErrTooManyAsks {
			t.Errorf("too many: %v", err)
		}
		link.Abort()
		<-r.done
		if ids(r.got) != "1" || link.opts.Pending.Open() != 0 {
			t.Errorf("read %s, %d open", ids(r.got), link.opts.Pending.Open())
		}
	})
}

// TestAskInterrupted: when the link ends, by whatever, no question waits on.
func TestAskInterrupted(t *testing.T) {
	for name, end := range map[string]func(*Component, *server){
		"abort":        func(l *Component, s *server) { l.Abort() },
		"close":        func(l *Component, s *server) { go l.Close(context.Background()); s.say(endTag) },
		"cut":          func(l *Component, s *server) { s.Close() },
		"reset":        func(l *Component, s *server) { s.Reset() },
		"stream error": func(l *Component, s *server) { s.say(streamError(Conflict)) },
		"bad XML":      func(l *Component, s *server) { s.say("<a></b>") },
	} {
		bubble(name, t, func(t *testing.T) {
			link, srv := dial(t)
			r := reader(link)
			waiting := goAsk(link, context.Background(), question("1"))
			synctest.Wait()
			began := time.Now()
			end(link, srv)
			if a := <-waiting; !errors.Is(a.err, ErrInterrupted) || time.Since(began) != 0 {
				t.Errorf("%v after %v", a.err, time.Since(began))
			}
			io.Copy(io.Discard, srv)
			srv.Close()
			<-r.done
			if a := <-goAsk(link, context.Background(), question("2")); a.err == nil {
				t.Error("a link that is down can be asked")
			}
		})
	}
}

// TestPendingShared: with one table for two links each gets its answer though
// the server brings it to the other (finding 4), and loses only its own.
func TestPendingShared(t *testing.T) {
	bubble("", t, func(t *testing.T) {
		shared := new(Pending)
		share := func(o *Options) { o.Pending = shared }
		a, srvA := dial(t, share)
		b, srvB := dial(t, share)
		readA, readB := reader(a), reader(b)
		askA := goAsk(a, context.Background(), question("1"))
		askB := goAsk(b, context.Background(), question("2"))
		srvA.hear(asked("1"))
		srvB.hear(asked("2"))
		srvA.say(strings.Replace(answer1, "'1'", "'2'", 1))
		srvB.say(answer1)
		if got := <-askA; got.err != nil || got.got.ID != "1" {
			t.Errorf("%v, %v", got.got, got.err)
		}
		if got := <-askB; got.err != nil || got.got.ID != "2" {
			t.Errorf("%v, %v", got.got, got.err)
		}
		askA = goAsk(a, context.Background(), question("3"))
		askB = goAsk(b, context.Background(), question("4"))
		synctest.Wait()
		a.Abort()
		if got := <-askA; !errors.Is(got.err, ErrInterrupted) {
			t.Errorf("%v", got.err)
		}
		srvB.say(strings.Replace(answer1, "'1'", "'4'", 1))
		if got := <-askB; got.err != nil || shared.Open() != 0 {
			t.Errorf("%v", got.err)
		}
		b.Abort()
		<-readA.done
		<-readB.done
	})
}
