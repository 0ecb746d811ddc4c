package framework_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// TestSendWaits: what is sent while no link is up waits for one, as long as its
// ctx allows.
func TestSendWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		sc.fails = errors.New("no")
		s := sc.play(nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if err := s.Send(ctx, stanza.NewMessage(alice, "hi")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Send: %v", err)
		}
		if _, err := s.Ask(ctx, stanza.NewIQ(stanza.TypeGet, alice, element.New("urn:q", "q"))); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Ask: %v", err)
		}
		sent, asked := make(chan error, 1), make(chan error, 1)
		go func() { sent <- s.Send(t.Context(), stanza.NewMessage(alice, "hi")) }()
		go func() {
			_, err := s.Ask(t.Context(), stanza.NewIQ(stanza.TypeGet, alice, element.New("urn:q", "q")))
			asked <- err
		}()
		time.Sleep(time.Hour)
		sc.set(func() { sc.fails = nil })
		p := sc.accept()
		var iq element.Node
		for range 2 {
			if n := p.next(); n.Local() == "iq" {
				iq = n
			}
		}
		if err := <-sent; err != nil {
			t.Errorf("Send: %v", err)
		}
		p.say("<iq type='result' id='" + iq.Attr("id") + "' from='" + iq.Attr("to") + "' to='" + iq.Attr("from") + "'/>")
		if err := <-asked; err != nil {
			t.Errorf("Ask: %v", err)
		}
		if err := s.Send(t.Context(), stanza.Out{Kind: stanza.Message}); err == nil {
			t.Error("a stanza without to was sent")
		}
	})
}

// TestSendWhileDown: while no link is up Send waits for none where that is no use:
// what cannot be sent is told at once, and ctx ends the wait for room.
func TestSendWhileDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		s := sc.play(nil)
		p := sc.accept()
		<-s.Ready()
		sc.set(func() { sc.fails = errors.New("no") })
		p.cut()
		synctest.Wait()
		foreign := stanza.NewMessage(alice, "hi")
		foreign.From = alice.Address()
		answer := stanza.Out{Kind: stanza.IQ, Type: stanza.TypeResult, ID: "1", To: alice.Address()}
		for _, out := range []stanza.Out{foreign, answer} {
			began := time.Now()
			if err := s.Send(t.Context(), out); err == nil || time.Since(began) != 0 {
				t.Errorf("%v: %v after %v", out, err, time.Since(began))
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		body, err := strings.Repeat("x", 400<<10), error(nil)
		for n := 0; err == nil; n++ {
			if err = s.Send(ctx, stanza.NewMessage(alice, body)); n > 100 {
				t.Fatal("there is no end of what it keeps")
			}
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("without room: %v", err)
		}
	})
}

// TestAskInterrupted: a link that goes down takes the fate of open questions
// with it. They are not asked again.
func TestAskInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		s := sc.play(nil)
		p := sc.accept()
		go func() {
			p.want("iq")
			p.cut()
		}()
		if _, err := s.Ask(t.Context(), stanza.NewIQ(stanza.TypeGet, alice, element.New("urn:q", "q"))); !errors.Is(err, stream.ErrInterrupted) {
			t.Errorf("Ask: %v", err)
		}
		p = sc.accept()
		time.Sleep(time.Minute)
		if len(p.events) > 0 {
			t.Errorf("sent on the next link: %v", p.next())
		}
	})
}

// TestWaitersAtTheEnd: nobody waits for a link that will not come.
func TestWaitersAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		sc.fails = errors.New("no")
		s := sc.play(nil)
		sent := make(chan error, 1)
		go func() { sent <- s.Send(context.Background(), stanza.NewMessage(alice, "hi")) }()
		time.Sleep(time.Minute)
		s.stop()
		if err := <-sent; !errors.Is(err, framework.ErrStopped) {
			t.Errorf("Send: %v", err)
		}
		if err := s.ended(); err != nil {
			t.Error(err)
		}
		if err := s.Send(t.Context(), stanza.NewMessage(alice, "hi")); !errors.Is(err, framework.ErrStopped) {
			t.Errorf("Send after the end: %v", err)
		}
	})
}

// TestBackPressure: a link that ends while its reader waits for room is
// replaced, nothing is lost or left behind, and its stanzas come first.
func TestBackPressure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 20_000 // more than the dispatcher holds
		sc, let := newScript(t), make(chan struct{})
		handled, last := 0, ""
		s := sc.play(func(a *framework.App) {
			a.Config.Workers = 1
			a.Config.Timeout = time.Hour
			a.Routes = func(r *router.Router) {
				r.Message("[body]").To(func(_ context.Context, req *component.Request) (component.Response, error) {
					<-let
					handled++
					last = req.Body()
					return nil, nil
				})
			}
		})
		p := sc.accept()
		<-s.Ready()
		all := make([]byte, 0, n*100)
		for i := range n {
			all = append(all, "<message from='u"+string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676%26))+"@localhost' to='comp.localhost'><body>first</body></message>"...)
		}
		written := make(chan error, 1)
		go func() {
			_, err := p.conn.Write(all)
			written <- err
		}()
		time.Sleep(10 * time.Second)
		select {
		case err := <-written:
			t.Fatalf("all was read: %v", err)
		default:
		}
		p.cut()
		<-written
		time.Sleep(time.Minute)
		if n := len(sc.attempts()); n != 1 {
			t.Errorf("%d attempts while there is no room", n)
		}
		close(let)
		p = sc.accept()
		p.say("<message" + fromAlice + "><body>second</body></message>")
		synctest.Wait()
		if handled < 10_000 || last != "second" {
			t.Errorf("%d handled, the last is %q", handled, last)
		}
		s.stop()
		p.wantClose(true)
		if err := s.end(); err != nil {
			t.Error(err)
		}
	})
}
