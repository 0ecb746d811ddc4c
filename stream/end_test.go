package stream

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/internal/pipe"
	"github.com/emp-framework/emp/stanza"
)

func message(id string) string {
	return "<message id='" + id + "' from='alice@localhost/r' to='comp.localhost'/>"
}

func streamError(c Condition) string {
	return "<stream:error><" + string(c) + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>"
}

// filling is a message that needs n bytes on the wire.
func filling(n int) stanza.Out {
	const around = len("<message from='comp.localhost' to='alice@localhost/r'><body></body></message>")
	return stanza.NewMessage(alice, strings.Repeat("x", n-around))
}

// TestS16CloseByUs: what is queued, our tag, what still comes, the server's tag.
func TestS16CloseByUs(t *testing.T) {
	bubble("", t, func(t *testing.T) {
		link, srv := dial(t)
		r := reader(link)
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { first <- link.Close(within(t, time.Minute)) }()
		srv.hear(endTag)
		if err := link.Send(t.Context(), stanza.NewMessage(alice, "late")); err != ErrClosed {
			t.Errorf("Send behind our tag: %v", err)
		}
		go func() { second <- link.Close(within(t, time.Minute)) }() // waits too, and breaks nothing
		srv.say(message("1"))
		time.Sleep(time.Second)
		srv.say(message("2") + endTag)
		for _, c := range []chan error{first, second} {
			if err := <-c; err != nil {
				t.Errorf("Close: %v", err)
			}
		}
		<-r.done
		if ids(r.got) != "1 2" || r.err != ErrClosed {
			t.Errorf("read %s, %v", ids(r.got), r.err)
		}
		srv.ends("")
	})
}

// TestS16CloseByServer: our tag answers the server's, and the connection is closed.
func TestS16CloseByServer(t *testing.T) {
	bubble("", t, func(t *testing.T) {
		link, srv := dial(t)
		srv.say(message("1") + endTag)
		got, err := read(link)
		if ids(got) != "1" || err != ErrEnded {
			t.Errorf("%s, %v", ids(got), err)
		}
		if err := link.Send(t.Context(), stanza.NewMessage(alice, "late")); err != ErrEnded {
			t.Errorf("Send: %v", err)
		}
		srv.ends(endTag)
		if err := link.Close(t.Context()); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
}

// TestCloseNotInOrder: Close says so when the other side did not end the stream,
// and does not wait beyond its ctx.
func TestCloseNotInOrder(t *testing.T) {
	for name, tc := range map[string]struct {
		server    func(*server)
		close     error // what Close returns
		read      error // why Read ended
		wait      time.Duration
		unwritten int
	}{
		"cut":              {server: func(s *server) { s.Close() }, close: ErrCut, read: ErrClosed},
		"conflict":         {server: func(s *server) { s.say(streamError(Conflict)) }, close: Conflict, read: Conflict},
		"silent":           {close: context.DeadlineExceeded, read: ErrClosed, wait: 5 * time.Second},
		"reads nothing":    {close: context.DeadlineExceeded, read: ErrClosed, wait: 5 * time.Second, unwritten: pipe.Size - 1},
		"stuck in between": {close: context.DeadlineExceeded, read: ErrClosed, wait: 5 * time.Second, unwritten: pipe.Size + 1000},
	} {
		bubble(name, t, func(t *testing.T) {
			link, srv := dial(t)
			r := reader(link)
			if tc.unwritten > 0 {
				go link.Send(context.Background(), filling(tc.unwritten))
				synctest.Wait()
			}
			began := time.Now()
			done := make(chan error)
			go func() { done <- link.Close(within(t, 5*time.Second)) }()
			if tc.unwritten == 0 {
				srv.hear(endTag)
			}
			if tc.server != nil {
				tc.server(srv)
			}
			if err := <-done; !errors.Is(err, tc.close) || time.Since(began) != tc.wait {
				t.Errorf("Close: %v after %v", err, time.Since(began))
			}
			<-r.done
			if !errors.Is(r.err, tc.read) {
				t.Errorf("Read: %v", r.err)
			}
		})
	}
	bubble("nobody reads", t, func(t *testing.T) {
		link, srv := dial(t)
		srv.say(endTag)
		if err := link.Close(within(t, 5*time.Second)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close: %v", err)
		}
		srv.ends(endTag)
	})
}

// TestReasonIsKept: what a server says before it cuts the connection is why the
// link ended, not what writing finds later (finding 7).
func TestReasonIsKept(t *testing.T) {
	for name, tc := range map[string]struct {
		server func(*server)
		want   error
	}{
		"error and reset": {func(s *server) { s.say(streamError(PolicyViolation)); s.Reset() }, PolicyViolation},
		"error and close": {func(s *server) { s.say(streamError(Conflict)); s.Close() }, Conflict},
		"tag and close":   {func(s *server) { s.say(endTag); s.Close() }, ErrEnded},
		"bare close":      {func(s *server) { s.Close() }, ErrCut},
		"cut in a stanza": {func(s *server) { s.say("<message"); s.Close() }, ErrCut}, // F01
	} {
		bubble(name, t, func(t *testing.T) {
			link, srv := dial(t)
			tc.server(srv)
			if _, err := read(link); !errors.Is(err, tc.want) {
				t.Errorf("Read: %v", err)
			}
			if err := link.Send(t.Context(), stanza.NewMessage(alice, "late")); !errors.Is(err, tc.want) {
				t.Errorf("Send: %v", err)
			}
		})
	}
	bubble("unread while writing fails", t, func(t *testing.T) {
		link, srv := dial(t)
		srv.say(message("1") + streamError(SystemShutdown))
		srv.Reset()
		for range 2 {
			link.Send(t.Context(), stanza.NewMessage(alice, "hello"))
		}
		<-link.Down()
		got, err := read(link)
		if ids(got) != "1" || !errors.Is(err, SystemShutdown) {
			t.Errorf("%s, %v", ids(got), err)
		}
	})
}

// TestS11: a fault of the server's is told to it, and it is given the time to
// read that.
func TestS11Linger(t *testing.T) {
	for name, tc := range map[string]struct {
		said string
		want Condition
		text string
	}{
		"not well-formed": {"<message></iq>", NotWellFormed, "not-well-formed"},
		"a comment":       {"<!-- -->", RestrictedXML, "restricted-xml"},
		"no stanza":       {"<foo xmlns='urn:x'/>", UnsupportedStanzaType, "<foo> in the namespace \"urn:x\" is no stanza"},
		"a handshake":     {"<handshake/>", UnsupportedStanzaType, "<handshake> is no stanza"},
	} {
		bubble(name, t, func(t *testing.T) {
			link, srv := dial(t)
			srv.say(message("1") + tc.said)
			began := time.Now()
			r := reader(link)
			srv.hear("<stream:error><" + string(tc.want) + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>")
			srv.ends(endTag) // half closed: we may go on
			srv.say("<message/>")
			<-r.done
			if ids(r.got) != "1" || !errors.Is(r.err, tc.want) || !strings.Contains(r.err.Error(), tc.text) || time.Since(began) != lingerTime {
				t.Errorf("%s, %v after %v", ids(r.got), r.err, time.Since(began))
			}
			if Misconfigured(r.err) {
				t.Error("that is no matter of configuration")
			}
		})
	}
}

// TestAbort: it waits for nothing, whatever runs.
func TestAbort(t *testing.T) {
	bubble("", t, func(t *testing.T) {
		link, srv := dial(t, func(o *Options) { o.QueueBytes = 100 })
		r := reader(link)
		errs := make(chan error, 3)
		go func() { errs <- link.Send(context.Background(), filling(2*pipe.Size)) }() // writes
		synctest.Wait()
		go func() { errs <- link.Send(context.Background(), filling(200)) }() // is queued
		synctest.Wait()
		go func() { errs <- link.Send(context.Background(), filling(200)) }() // waits for room
		go func() {
			_, err := link.Ask(context.Background(), stanza.NewIQ(stanza.TypeGet, alice, nil))
			errs <- err
		}()
		synctest.Wait()
		began := time.Now()
		link.Abort()
		<-r.done
		if r.err != ErrClosed || time.Since(began) != 0 {
			t.Errorf("%v after %v", r.err, time.Since(began))
		}
		for range 4 {
			if err := <-errs; err != nil && err != ErrClosed {
				t.Errorf("got %v", err)
			}
		}
		srv.rest()
	})
}
