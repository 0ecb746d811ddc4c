package framework_test

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/faultproxy"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// resets is how often TestF01Resets resets the connection.
func resets(t testing.TB) int { return times(t, "EMP_TEST_RESETS", 20) }

// times is how often a test does something that has a long run too, for
// docs/reliability.md: as often as the variable says, else n times.
func times(t testing.TB, variable string, n int) int {
	t.Helper()
	if s := os.Getenv(variable); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// TestF01Resets resets the connection again and again while the application sends
// numbered messages. None is lost, first copies come in order, and all others are
// known by their origin-id, and say that they are late (T20).
func TestF01Resets(t *testing.T) {
	const each = 500 // messages for a reset, at least
	onServers(t, xmpptest.Options{}, func(t *testing.T, srv *xmpptest.Server) {
		p := faultproxy.New(t, srv.ComponentAddr)
		conf := config(srv)
		conf.Server, conf.ReconnectMin = p.Addr, 20*time.Millisecond
		s := run(t, conf)
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(resets(t))*5*time.Second+time.Minute)
		defer cancel()
		alice := xmpptest.Login(t, srv, "alice")
		to := jid.MustParse(alice.JID)
		total := each * (resets(t) + 1)

		var sent atomic.Int64
		ahead := make(chan struct{}, 3*each) // of what alice has
		reached := make(chan int64, 1)       // where the next reset is due
		passed := make(chan struct{})
		go func() {
			due := <-reached
			for i := range total {
				select {
				case ahead <- struct{}{}:
				case <-ctx.Done():
					return
				}
				if err := s.Send(ctx, stanza.NewMessage(to, strconv.Itoa(i))); err != nil {
					t.Errorf("message %d: %v", i, err)
					return
				}
				if sent.Add(1) == due {
					passed <- struct{}{}
					due = <-reached
				}
			}
		}()
		go func() {
			for n := range resets(t) {
				reached <- int64(n*each + 1 + rand.IntN(each))
				select {
				case <-passed:
				case <-ctx.Done():
					return
				}
				p.Now(faultproxy.Up, faultproxy.Reset)
			}
			reached <- -1
		}()
		seen := make(map[string]bool)
		repeated := 0
		for next := 0; next < total; {
			m := alice.Receive(ctx)
			id, body := m.Child(stanza.NSStanzaID, "origin-id").Attr("id"), m.Child(element.NSClient, "body").Text()
			switch {
			case id == "":
				t.Fatalf("no origin-id: %s", m)
			case seen[id]:
				repeated++
				if d := m.Child(stanza.NSDelay, "delay"); d.Attr("from") != xmpptest.Component {
					t.Errorf("a copy does not say that it is late: %s", m)
				}
				continue
			case body != strconv.Itoa(next):
				t.Fatalf("%s came where %d was due", body, next)
			}
			seen[id] = true
			next++
			<-ahead
		}
		if err := s.end(); err != nil {
			t.Error(err)
		}
		for _, m := range alice.Received() {
			if !seen[m.Child(stanza.NSStanzaID, "origin-id").Attr("id")] {
				t.Errorf("nobody sent %s", m)
			}
			repeated++
		}
		t.Logf("%s: %d resets, %d messages, 0 lost, %d repeated", srv.Name, resets(t), total, repeated)
	})
}

// A patient plugin answers a question when it is told to.
type patient struct{ asked, told chan struct{} }

func (p patient) Routes(r *router.Router) {
	r.Namespace("x", "urn:x")
	r.Get("x:q").To(func(ctx context.Context, req *component.Request) (component.Response, error) {
		p.asked <- struct{}{}
		<-p.told
		return nil, req.Send(ctx, req.Reply("told")...)
	})
}

// TestF05AnswerKept: what an action answers while no link is up reaches who asked
// when one is.
func TestF05AnswerKept(t *testing.T) {
	onServers(t, xmpptest.Options{}, func(t *testing.T, srv *xmpptest.Server) {
		p := faultproxy.New(t, srv.ComponentAddr)
		conf := config(srv)
		conf.Server = p.Addr
		plugin := patient{make(chan struct{}), make(chan struct{})}
		s := run(t, conf, plugin)
		<-s.Ready()
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		alice := xmpptest.Login(t, srv, "alice")
		alice.Send("<iq type='get' id='1' to='" + xmpptest.Component + "'><q xmlns='urn:x'/></iq>")
		<-plugin.asked
		p.Refuse()
		s.log.await(t, "trying again")
		plugin.told <- struct{}{}
		if err := s.Idle(ctx); err != nil { // the action has answered, and not waited
			t.Error(err)
		}
		if err := s.Send(ctx, stanza.NewMessage(jid.MustParse(alice.JID), "news")); err != nil {
			t.Error(err)
		}
		p.Accept()
		for _, want := range []string{"told", "result", "news"} {
			n := alice.Receive(ctx)
			if got := n.Child(element.NSClient, "body").Text(); got != want && n.Attr("type") != want {
				t.Errorf("alice got %s, want %s", n, want)
			}
		}
	})
}
