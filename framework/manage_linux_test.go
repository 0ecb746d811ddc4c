package framework_test

import (
	"context"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/faultproxy"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestM03Cuts cuts the connection of a client again and again, behind some bytes of
// either direction, while numbered messages go both ways. With stream management each
// arrives; once, and in order, as long as the server resumes the session whatever the
// cut hit (docs/reliability.md says where Prosody does not).
func TestM03Cuts(t *testing.T) {
	const (
		each  = 100  // messages for a cut, either way
		ahead = 100  // of what has arrived, either way: Prosody keeps 500 for who is away
		reach = 6000 // bytes that a cut is behind at most
	)
	onServers(t, xmpptest.Options{ClientTLS: true, Accounts: []string{"alice", "bot"}}, func(t *testing.T, srv *xmpptest.Server) {
		cuts := times(t, "EMP_TEST_CUTS", 5)
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(cuts)*10*time.Second+time.Minute)
		defer cancel()
		p := faultproxy.New(t, srv.ClientAddr)
		conf := clientConfig(srv)
		conf.Server, conf.ReconnectMin, conf.ReconnectMax = p.Addr, 10*time.Millisecond, 50*time.Millisecond
		conf.PingTimeout = 2 * time.Second // see window
		conf.Queue = 100 * ahead           // where a session is lost much may come at once
		got := make(chan string, 10*ahead)
		s := runApp(t, &framework.App{Config: conf, Routes: func(r *router.Router) {
			r.Resource("hack", func(r *router.Router) {
				r.Message("[body]").To(func(_ context.Context, req *component.Request) (component.Response, error) {
					got <- req.Body()
					return nil, nil
				})
			})
		}})
		alice := xmpptest.Login(t, srv, "alice")
		to := jid.MustParse(alice.JID)
		<-s.Ready()

		window := ahead
		if srv.Name == "Prosody" {
			window = 30 // of more it drops halves more often, and takes what comes for the rest of a stanza
		}
		stop, up, down := make(chan struct{}), make(chan struct{}, window), make(chan struct{}, ahead)
		sent, said := make(chan int, 1), make(chan int, 1)
		// number sends numbers, no further ahead than room has room for.
		number := func(room chan struct{}, sent chan<- int, send func(n int) error) {
			for n := 0; ; n++ {
				select {
				case room <- struct{}{}:
				case <-stop:
					sent <- n
					return
				}
				if err := send(n); err != nil {
					t.Errorf("%d: %v", n, err)
				}
			}
		}
		go number(up, sent, func(n int) error { return s.Send(ctx, stanza.NewMessage(to, strconv.Itoa(n))) })
		go number(down, said, func(n int) error {
			alice.Send("<message type='chat' to='bot@localhost/hack'><body>" + strconv.Itoa(n) + "</body></message>")
			return nil
		})
		passed := make(chan struct{}, 1)
		// arrivals returns what arrives to the end, making room for more.
		arrivals := func(room chan struct{}, next func() string) <-chan []string {
			all := make(chan []string, 1)
			go func() {
				var bodies []string
				seen := make(map[string]bool)
				for body := next(); body != "end"; body = next() {
					if bodies = append(bodies, body); seen[body] {
						continue
					}
					seen[body] = true
					<-room
					if len(seen)%each == 0 {
						select {
						case passed <- struct{}{}:
						default:
						}
					}
				}
				all <- bodies
			}()
			return all
		}
		atAlice := arrivals(up, func() string { return alice.Receive(ctx).Child(element.NSClient, "body").Text() })
		atBot := arrivals(down, func() string {
			select {
			case body := <-got:
				return body
			case <-ctx.Done():
				return "end"
			}
		})
		for range cuts {
			done := p.After(faultproxy.Direction(rand.IntN(2)), 1+rand.IntN(reach), faultproxy.End(rand.IntN(3)))
			for _, c := range []<-chan struct{}{done, passed} {
				select {
				case <-c:
				case <-ctx.Done():
				}
			}
		}
		close(stop)
		toAlice, toBot := <-sent, <-said
		if err := s.Send(ctx, stanza.NewMessage(to, "end")); err != nil {
			t.Error(err)
		}
		alice.Send("<message type='chat' to='bot@localhost/hack'><body>end</body></message>")
		repeated := 0
		lost := func() int { return s.log.count("the server did not resume the session") }
		check := func(who string, bodies []string, total int) {
			whole := lost() == 0
			came := make(map[string]bool)
			for i, body := range bodies {
				if whole && body != strconv.Itoa(i) {
					t.Errorf("%s got %q where %d was due", who, body, i)
					return
				}
				came[body] = true
			}
			if len(came) != total {
				t.Errorf("%s got %d of %d", who, len(came), total)
			}
			repeated += len(bodies) - len(came)
		}
		check("alice", <-atAlice, toAlice)
		check("bot", <-atBot, toBot)
		if err := s.end(); err != nil {
			t.Error(err)
		}
		t.Logf("%s: %d cuts, %d messages, 0 lost, %d sessions not resumed, %d repeated", srv.Name, cuts, toAlice+toBot, lost(), repeated)
	})
}

// count returns how many lines say so.
func (j *journal) count(says string) (n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, line := range j.lines {
		if strings.Contains(line, says) {
			n++
		}
	}
	return n
}
