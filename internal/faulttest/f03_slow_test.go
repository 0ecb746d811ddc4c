package faulttest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// TestF03SlowServer: a server that reads 1,000 bytes a second. What the
// application sends is bounded, Send waits as long as its context says, and in
// the end the link is given up for a new one, on which all works again.
func TestF03SlowServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		net := make(memory)
		s := run(t, net.app(func(a *framework.App) { a.Routes = to(echo) }))
		slow := net.accept(t)
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			for b := make([]byte, 1000); ; time.Sleep(time.Second) {
				if _, err := slow.Read(b); err != nil {
					return
				}
			}
		}()
		<-s.Ready()

		news := stanza.NewMessage(jid.MustParse("u@localhost"), strings.Repeat("x", 400_000))
		began := time.Now()
		writer := make(chan error)
		go func() { writer <- s.Send(t.Context(), news) }() // more than the network holds
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		var err error
		sent := 0
		for ; err == nil && sent < 1<<30; sent += 400_000 {
			err = s.Send(ctx, news)
		}
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "waiting for the server to take what is queued") || time.Since(began) != 10*time.Second {
			t.Errorf("after %v Send failed with %v", time.Since(began), err)
		}
		if sent > 9<<20 {
			t.Errorf("%d bytes were queued for a server that takes 1,000 a second", sent)
		}
		s.log.await("the server took less than", 1)
		if took := time.Since(began); took > 2*time.Minute {
			t.Errorf("the link was given up after %v", took)
		}
		if err := <-writer; err != nil { // it was in the queue
			t.Error(err)
		}
		<-gone
		well := net.accept(t)
		well.say("%s", message("u", "1", "still there?"))
		if got := well.expect("message").Attr("to"); got != "u@localhost/r" {
			t.Errorf("answered to %s", got)
		}
		s.idle()
	})
}

// TestF04SlowActions: more requests than actions can do. Reading stops when as
// much is held as may be; the requests that wait too long, and those of a sender
// who has too many, are refused with resource-constraint; each gets one answer.
func TestF04SlowActions(t *testing.T) {
	const senders, each, greedy = 300, 100, 1000
	synctest.Test(t, func(t *testing.T) {
		net := make(memory)
		gate := make(chan struct{})
		s := run(t, net.app(func(a *framework.App) {
			a.Config.Timeout = 10 * time.Minute
			a.Routes = to(func(context.Context, *request) (response, error) {
				<-gate
				return nil, nil
			})
		}))
		c := net.accept(t)
		h := c.hear()
		written := make(chan struct{})
		go func() {
			defer close(written)
			for i := range greedy {
				c.say("%s", iq("greedy", fmt.Sprint("g", i), "q"))
			}
			for i := range senders * each {
				c.say("%s", iq(fmt.Sprint("u", i%senders), fmt.Sprint(i), "q"))
			}
		}()
		time.Sleep(time.Second) // for reading to be handed on
		synctest.Wait()
		select {
		case <-written:
			t.Error("all was read, although nothing was done")
		default:
		}
		stats := s.Stats()
		if s.balanced(); stats.Held > 16384 || stats.Bytes > 32<<20 || stats.Bytes < 31<<20 || stats.Refused["pair-full"] != greedy-129 {
			t.Errorf("reading stopped with %+v", stats)
		}
		<-written // as requests are refused for having waited
		time.Sleep(time.Minute)
		synctest.Wait()
		stats = s.Stats()
		if s.balanced(); stats.Held != 256 || stats.Running != 256 {
			t.Errorf("when patience was over there were %+v", stats)
		}
		close(gate)
		stats = s.idle()
		synctest.Wait()
		h.once(t, greedy+senders*each).want(t, tally{"result": 256, "resource-constraint/wait": greedy + senders*each - 256})
		t.Logf("refused: %v", tally(stats.Refused))
	})
}
