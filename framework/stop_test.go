package framework_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

var alice = jid.MustParse("alice@localhost/desk")

const fromAlice = " from='alice@localhost/desk' to='comp.localhost' "

// slow answers messages when it is let, or its time is up.
func slow(let <-chan struct{}) func(r *router.Router) {
	return func(r *router.Router) {
		r.Namespace("q", "urn:q")
		r.Message("[body]").To(func(ctx context.Context, req *component.Request) (component.Response, error) {
			select {
			case <-let:
			case <-ctx.Done():
				return nil, ctx.Err()
			}
			return req.Reply("done"), nil
		})
		r.Get("q:q").To(func(_ context.Context, req *component.Request) (component.Response, error) { return nil, nil })
	}
}

// orderly fails if the log has a word of a stop that was not.
func (s *subject) orderly() {
	s.t.Helper()
	if lines, _ := s.log.all("not orderly"); len(lines) > 0 {
		s.t.Errorf("log: %q", lines)
	}
}

// TestF14Stop sees on the wire how an application stops.
func TestF14Stop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc, let := newScript(t), make(chan struct{})
		s := sc.play(func(a *framework.App) { a.Routes = slow(let) })
		p := sc.accept()
		if err := s.Send(t.Context(), stanza.NewPresence(stanza.TypeAvailable, alice)); err != nil {
			t.Fatal(err)
		}
		p.wantPresence("", domain, "alice@localhost/desk")
		p.say("<message" + fromAlice + "><body>hi</body></message>")
		synctest.Wait()

		// It stops: what comes now is refused, what runs goes on.
		s.stop()
		synctest.Wait()
		p.say("<iq type='get' id='late'" + fromAlice + "><q xmlns='urn:q'/></iq>")
		late := p.want("iq")
		if late.Attr("type") != "error" || !strings.Contains(late.String(), "service-unavailable") || !strings.Contains(late.String(), "'wait'") && !strings.Contains(late.String(), `"wait"`) {
			t.Errorf("answered with %v", late)
		}
		time.Sleep(10 * time.Second)
		close(let)
		if m := p.want("message"); !strings.Contains(m.String(), "done") {
			t.Errorf("answered with %v", m)
		}
		p.wantPresence("unavailable", domain, "alice@localhost/desk")
		p.wantClose(false) // the barrier, before it, was relayed

		// It reads on, and waits for the server's tag.
		p.say("<message" + fromAlice + "><body>hi</body></message>")
		time.Sleep(3 * time.Second)
		select {
		case <-p.gone:
			t.Error("it did not wait for the server")
		case err := <-s.done:
			t.Errorf("it ended without the server's tag: %v", err)
			s.done <- err
		default:
		}
		p.say("</stream:stream>")
		if err := s.end(); err != nil {
			t.Error(err)
		}
		s.orderly()
	})
}

// TestF14Barrier: the closing tag comes behind the barrier, and that behind all
// that is said.
func TestF14Barrier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		s := sc.play(nil)
		p := sc.accept()
		<-s.Ready()
		sc.set(func() { sc.deaf = true }) // so the barrier does not come back
		begin := time.Now()
		s.stop()
		p.wantClose(true)
		if took := time.Since(begin); took != 5*time.Second {
			t.Errorf("closed after %v", took)
		}
		if err := s.end(); err != nil {
			t.Error(err)
		}
		if lines, _ := s.log.all("not orderly"); len(lines) != 1 {
			t.Errorf("log: %q", lines)
		}
	})
}

// TestF14Limit: an action and a server that do not care bring nobody beyond 25
// seconds; a second signal ends it at once.
func TestF14Limit(t *testing.T) {
	for _, hurry := range []bool{false, true} {
		t.Run(fmt.Sprintf("hurry=%v", hurry), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc, never := newScript(t), make(chan struct{})
				defer close(never)
				s := sc.play(func(a *framework.App) {
					a.Routes = func(r *router.Router) {
						r.Message("").To(func(context.Context, *component.Request) (component.Response, error) {
							<-never
							return nil, nil
						})
					}
				})
				p := sc.accept()
				<-s.Ready()
				p.say("<message" + fromAlice + "><body>hi</body></message>")
				synctest.Wait()
				sc.set(func() { sc.deaf = true })
				begin, limit := time.Now(), 25*time.Second
				s.stop()
				if hurry {
					time.Sleep(3 * time.Second)
					s.StopNow()
					begin, limit = time.Now(), 2*time.Second
				}
				if err := s.ended(); err != nil {
					t.Error(err)
				}
				if took := time.Since(begin); took > limit {
					t.Errorf("stopped after %v", took)
				}
			})
		})
	}
}

// TestF14Reconnecting: there is nothing to wait for while no link is up.
func TestF14Reconnecting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		s := sc.play(nil)
		p := sc.accept()
		<-s.Ready()
		sc.set(func() { sc.fails = errors.New("no") })
		p.cut()
		time.Sleep(10 * time.Minute)
		begin := time.Now()
		if err := s.end(); err != nil || time.Since(begin) != 0 {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		s.orderly()
	})
}

// TestStopWhileBooting stops at each point of a first link's way: it is no
// error, and takes no longer than the server's closing tag, if it is that far.
func TestStopWhileBooting(t *testing.T) {
	for _, at := range []string{"connected", "greeted", "accepted"} {
		t.Run(at, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := newScript(t)
				sc.deaf = true
				s := sc.play(nil)
				p := <-sc.accepted
				if at != "connected" {
					p.greet()
				}
				if at == "accepted" {
					p.say("<handshake/>")
				}
				synctest.Wait()
				begin := time.Now()
				s.stop()
				if at == "accepted" {
					p.wantClose(true)
				}
				if err := s.ended(); err != nil || time.Since(begin) != 0 {
					t.Errorf("%v after %v", err, time.Since(begin))
				}
				s.orderly()
			})
		})
	}
}

// TestSendWhenItEnds: who wants to send when there is no link any more learns
// it at once.
func TestSendWhenItEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		last := &plugin{stop: func(ctx context.Context, host component.Host) error {
			if err := host.Send(ctx, stanza.NewMessage(alice, "bye")); !errors.Is(err, framework.ErrStopped) {
				t.Errorf("Send: %v", err)
			}
			if _, err := host.Ask(ctx, stanza.NewIQ(stanza.TypeGet, alice, nil)); !errors.Is(err, framework.ErrStopped) {
				t.Errorf("Ask: %v", err)
			}
			return nil
		}}
		s := sc.play(func(a *framework.App) { a.Use(last) })
		p := sc.accept()
		<-s.Ready()
		begin := time.Now()
		s.stop()
		p.wantClose(true)
		if err := s.ended(); err != nil || time.Since(begin) != 0 {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
	})
}

// TestIdleAfterFailure: an application that failed to start is not waited for.
func TestIdleAfterFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t).play(func(a *framework.App) { a.Config.JID = "" })
		if err := s.Idle(t.Context()); !errors.Is(err, framework.ErrStopped) {
			t.Errorf("Idle: %v", err)
		}
		var coded interface{ ExitCode() int }
		if err := s.ended(); !errors.As(err, &coded) || coded.ExitCode() != 78 {
			t.Errorf("ended with %v", err)
		}
		if err := s.Run(t.Context()); err == nil {
			t.Error("it runs twice")
		}
	})
}

// TestCalledOff: a step that gives up because the application is told to stop
// has not failed, whichever way it says so.
func TestCalledOff(t *testing.T) {
	for name, says := range map[string]func(ctx context.Context) error{
		"cause": context.Cause,
		"err":   func(ctx context.Context) error { return fmt.Errorf("database: %w", ctx.Err()) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScript(t).play(func(a *framework.App) {
					a.Boot = func(list *boot.Sequence) {
						list.Before("links", boot.Step{Name: "database", Run: func(ctx context.Context) error {
							<-ctx.Done()
							return says(ctx)
						}})
					}
				})
				synctest.Wait()
				if err := s.end(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestStopNowWhileUndoing: a second signal also ends what undoes a start that
// did not succeed.
func TestStopNowWhileUndoing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		sc.fails = errors.New("no")
		s := sc.play(func(a *framework.App) {
			a.Boot = func(list *boot.Sequence) {
				list.Before("links", boot.Step{Name: "slow", Undo: func(ctx context.Context) error { <-ctx.Done(); return nil }})
			}
		})
		synctest.Wait()
		s.stop()
		time.Sleep(time.Second)
		s.StopNow()
		begin := time.Now()
		if err := s.ended(); err != nil || time.Since(begin) != 0 {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
	})
}

// TestStopByAction: an action may have the application stop, and its answer goes out
// before it does. Once more does nothing, and before Run nothing begins.
func TestStopByAction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		var app *framework.App
		s := sc.play(func(a *framework.App) {
			app = a
			a.Routes = func(r *router.Router) {
				r.Message("[body='leave']").To(func(_ context.Context, req *component.Request) (component.Response, error) {
					app.Stop()
					app.Stop()
					return req.Reply("goodbye"), nil
				})
			}
		})
		p := sc.accept()
		<-s.Ready()
		p.say("<message" + fromAlice + "><body>leave</body></message>")
		if m := p.want("message"); !strings.Contains(m.String(), "goodbye") {
			t.Errorf("answered with %v", m)
		}
		p.wantClose(true)
		if err := s.end(); err != nil {
			t.Error(err)
		}
		if lines, _ := s.log.all("stopping"); len(lines) != 1 {
			t.Errorf("log: %q", lines)
		}
		s.orderly()

		s = newScript(t).play(func(a *framework.App) { a.Stop() })
		if err := s.ended(); err != nil {
			t.Errorf("stopped before it ran: %v", err)
		}
	})
}
