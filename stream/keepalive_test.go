package stream

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/pipe"
)

// ping waits for a ping of the link to itself and returns it.
func (s *server) ping() string {
	s.t.Helper()
	var b strings.Builder
	for one := make([]byte, 1); !strings.HasSuffix(b.String(), "</iq>"); {
		if _, err := s.Read(one); err != nil {
			s.t.Errorf("no ping but %q, %v", b.String(), err)
			return ""
		}
		b.Write(one)
	}
	n, err := element.ParseIn(element.NSClient, []byte(b.String()))
	if from := n.Attr("from"); err != nil || !n.Child(nsPing, "ping").Node().Is(nsPing, "ping") || from != n.Attr("to") || !strings.HasPrefix(from, "comp.localhost/emp-") {
		s.t.Errorf("%s is no ping to ourselves: %v", b.String(), err)
	}
	return b.String()
}

// TestS20: silence is asked about after the interval, and only silence; no answer
// ends the link.
func TestS20Keepalive(t *testing.T) {
	bubble("", t, func(t *testing.T) {
		link, srv := dial(t)
		began := time.Now()
		r := reader(link)
		time.Sleep(4 * time.Minute)
		srv.say(" ") // anything will do
		if ping := srv.ping(); time.Since(began) != 9*time.Minute {
			t.Errorf("asked after %v", time.Since(began))
		} else {
			time.Sleep(10 * time.Second)
			srv.say(ping)
		}
		srv.ping()
		if got := time.Since(began); got != 14*time.Minute+10*time.Second {
			t.Errorf("asked again after %v", got)
		}
		<-r.done
		if got := time.Since(began); !errors.Is(r.err, ConnectionTimeout) || Misconfigured(r.err) || got != 14*time.Minute+40*time.Second {
			t.Errorf("%v after %v", r.err, got)
		}
		if want := "stream: connection-timeout: nothing came for 5m30s, not even the answer to a ping"; r.err.Error() != want || len(r.got) > 0 {
			t.Errorf("%v, read %v", r.err, r.got)
		}
		srv.ends("<stream:error><connection-timeout xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>")
	})
	bubble("something else came", t, func(t *testing.T) {
		link, srv := dial(t)
		r := reader(link)
		srv.ping()
		time.Sleep(20 * time.Second)
		srv.say(message("1")) // alive, if deaf: not for the keepalive to judge
		srv.ping()
		link.Abort()
		<-r.done
		if ids(r.got) != "1" || r.err != ErrClosed {
			t.Error(r.err)
		}
	})
	bubble("nobody listens", t, func(t *testing.T) {
		link, srv := dial(t)
		srv.say(message("1"))
		time.Sleep(time.Hour) // those above have enough to do: no silence of the server's
		r := reader(link)
		srv.ping()
		link.Abort()
		<-r.done
		if ids(r.got) != "1" || r.err != ErrClosed {
			t.Errorf("%v, read %v", r.err, r.got)
		}
	})
	bubble("nothing gets out", t, func(t *testing.T) {
		link, _ := dial(t)
		r := reader(link)
		link.Send(t.Context(), filling(pipe.Size-1))
		began := time.Now()
		<-r.done
		// That the ping was not written and that it was not answered shows at the same time.
		if got := time.Since(began); !errors.Is(r.err, errWriting) && !errors.Is(r.err, ConnectionTimeout) || got > 5*time.Minute+30*time.Second+lingerTime {
			t.Errorf("%v after %v", r.err, got)
		}
		link.Abort()
	})
	bubble("never", t, func(t *testing.T) {
		link, srv := dial(t, func(o *Options) { o.PingInterval = -1 })
		r := reader(link)
		time.Sleep(1000 * time.Hour)
		link.Abort()
		<-r.done
		srv.ends("")
	})
	bubble("too many questions", t, func(t *testing.T) {
		link, srv := dial(t)
		r := reader(link)
		for i := range MaxAsks {
			if _, err := link.opts.Pending.add(&link.conn, alice, fmt.Sprint(i), false, func(answer) {}); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Hour + time.Second) // not at a time when the link asks, since the end makes room for its question
		if link.state.Load() != isReady {
			t.Error("the link was ended for want of a place in a table")
		}
		link.Abort()
		<-r.done
		srv.ends("")
	})
	bubble("while closing", t, func(t *testing.T) {
		link, srv := dial(t)
		r := reader(link)
		go link.Close(context.Background())
		time.Sleep(time.Hour)
		srv.say(endTag)
		<-r.done
		synctest.Wait()
		srv.ends(endTag)
	})
}

// TestF07: the self-test tells a server that does not route to us from one that
// is gone, and from a test that was called off.
func TestF07SelfTest(t *testing.T) {
	bubble("", t, func(t *testing.T) {
		link, srv := dial(t)
		r := reader(link)
		done := make(chan error)
		test := func(ctx context.Context) {
			go func() { done <- link.SelfTest(ctx) }()
		}
		test(context.Background())
		srv.say(srv.ping())
		if err := <-done; err != nil {
			t.Errorf("echoed: %v", err)
		}
		test(context.Background())
		srv.say(strings.Replace(srv.ping(), "type='get'", "type='error'", 1))
		if err := <-done; err != nil {
			t.Errorf("refused: %v", err)
		}
		test(within(t, time.Second))
		srv.ping()
		if err := <-done; !errors.Is(err, ErrDeaf) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("deaf: %v", err)
		}
		test(context.Background())
		srv.ping()
		if err := <-done; !errors.Is(err, ErrDeaf) {
			t.Errorf("deaf, without a deadline: %v", err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		test(ctx)
		late := srv.ping()
		cancel()
		if err := <-done; errors.Is(err, ErrDeaf) || !errors.Is(err, context.Canceled) {
			t.Errorf("called off: %v", err)
		}
		srv.say(late) // which is no request to us
		test(context.Background())
		srv.ping()
		srv.Close()
		if err := <-done; !errors.Is(err, ErrInterrupted) {
			t.Errorf("cut: %v", err)
		}
		<-r.done
		if len(r.got) != 1 || r.got[0].Err != DropEcho || !errors.Is(r.err, ErrCut) {
			t.Errorf("read %v, %v", r.got, r.err)
		}
		if err := link.SelfTest(context.Background()); err == nil || errors.Is(err, ErrDeaf) {
			t.Errorf("down: %v", err)
		}
	})
}
