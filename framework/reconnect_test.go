package framework_test

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/stream"
)

// TestF05BackOff: each wait between two attempts is below a bound that doubles
// from a second to a minute, and it is random.
func TestF05BackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		sc.fails = syscall.ECONNREFUSED
		start := time.Now()
		s := sc.play(nil)
		time.Sleep(time.Hour)
		dials := sc.attempts()
		bound, exact := time.Second, 0
		for i, at := range dials[1:] {
			if wait := at.Sub(dials[i]); wait >= bound {
				t.Errorf("attempt %d came after %v, want less than %v", i+2, wait, bound)
			} else if wait == bound-1 {
				exact++
			}
			bound = min(2*bound, time.Minute)
		}
		if n := len(dials); dials[0] != start || n < 60 || n > 240 || exact > 1 {
			t.Errorf("%d attempts in an hour", n)
		}
		lines, _ := s.log.all("nothing listens")
		if len(lines) < len(dials)-1 || !strings.HasPrefix(lines[0], "WARN: ") || !strings.Contains(lines[0], "next: trying again in ") || !strings.Contains(lines[0], "change: ") {
			t.Errorf("%d lines such as %s", len(lines), lines[0])
		}
		if err := s.end(); err != nil {
			t.Errorf("stopped while it waits: %v", err)
		}
	})
}

// TestF16Slow: what was well once and is refused now is tried once a minute at
// most.
func TestF16Slow(t *testing.T) {
	for _, c := range []stream.Condition{stream.NotAuthorized, stream.HostUnknown, stream.InvalidNamespace} {
		t.Run(string(c), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sc := newScript(t)
				s := sc.play(nil)
				p := sc.accept()
				<-s.Ready()
				p.cut()
				for range 5 {
					p := <-sc.accepted
					p.greet()
					p.refuse(c)
				}
				sc.accept()
				dials := sc.attempts()
				for i := 2; i < len(dials); i++ {
					if wait := dials[i].Sub(dials[i-1]); wait < time.Minute || wait > time.Minute+time.Second {
						t.Errorf("tried again after %v", wait)
					}
				}
			})
		})
	}
}

// TestF16First: before the first success it is over at once, with 78 and one
// line, that is not in the log as well.
func TestF16First(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		s := sc.play(nil)
		p := <-sc.accepted
		p.greet()
		p.refuse(stream.NotAuthorized)
		err := s.ended()
		var coded interface{ ExitCode() int }
		if !errors.As(err, &coded) || coded.ExitCode() != 78 || strings.Contains(err.Error(), "\n") {
			t.Errorf("ended with %v", err)
		}
		if len(s.log.lines) > 0 {
			t.Errorf("log: %q", s.log.lines)
		}
		if n := len(sc.attempts()); n != 1 {
			t.Errorf("%d attempts", n)
		}
	})
}

// TestF06Floor: who was replaced waits half a minute, so that two instances do
// not take the name from each other without end.
func TestF06Floor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		s := sc.play(nil)
		for range 3 {
			p := sc.accept()
			<-s.Ready()
			synctest.Wait()
			p.refuse(stream.Conflict)
			s.log.await(t, "took the name")
		}
		sc.accept()
		dials := sc.attempts()
		for i := range dials[1:] {
			if wait := dials[i+1].Sub(dials[i]); wait < 30*time.Second || wait > 31*time.Second {
				t.Errorf("tried again after %v", wait)
			}
		}
		if lines, _ := s.log.all("took the name"); len(lines) != 3 || !strings.HasPrefix(lines[0], "ERROR: ") {
			t.Errorf("log: %q", lines)
		}
	})
}

// TestF06Quiet: a name that is taken may be by our own connection from before;
// it takes a minute for that to be news.
func TestF06Quiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		s := sc.play(nil)
		begin := time.Now()
		for time.Since(begin) < 5*time.Minute {
			p := <-sc.accepted
			p.greet()
			p.refuse(stream.Conflict)
		}
		lines, times := s.log.all("another connection has the name")
		infos := 0
		for i, l := range lines {
			level := "WARN: "
			if times[i].Sub(begin) < time.Minute {
				level = "INFO: "
				infos++
			}
			if !strings.HasPrefix(l, level) {
				t.Errorf("after %v: %s", times[i].Sub(begin), l)
			}
		}
		if infos < 3 || len(lines)-infos < 3 {
			t.Errorf("%d lines, %d of them Info", len(lines), infos)
		}
	})
}

// TestF07Deaf: a server that takes the handshake and relays nothing is given
// up, with an alarm.
func TestF07Deaf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		sc.deaf = true
		s := sc.play(nil)
		begin := time.Now()
		sc.accept()
		s.log.await(t, "relays nothing to "+domain)
		if took := time.Since(begin); took != 10*time.Second {
			t.Errorf("after %v", took)
		}
		sc.set(func() { sc.deaf = false })
		sc.accept()
		<-s.Ready()
		lines, _ := s.log.all("relays nothing")
		if len(lines) != 1 || !strings.HasPrefix(lines[0], "ERROR: ") || !strings.Contains(lines[0], "component_number") {
			t.Errorf("log: %q", lines)
		}
	})
}

// TestF02Silent: a server that is silent is asked, and given up if it does not
// answer.
func TestF02Silent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		s := sc.play(func(a *framework.App) { a.Config.PingInterval, a.Config.PingTimeout = time.Minute, 10*time.Second })
		p := sc.accept()
		<-s.Ready()
		time.Sleep(time.Hour)
		if n := len(sc.attempts()); n != 1 {
			t.Fatalf("%d attempts, although the server answers", n)
		}
		sc.set(func() { sc.deaf = true })
		time.Sleep(2 * time.Minute)
		s.log.await(t, "silent, also when asked")
		<-p.gone // it hangs up
		sc.set(func() { sc.deaf = false })
		for p = range sc.accepted {
			if len(p.events) > 0 { // it has not given up waiting for us
				break
			}
		}
	})
}

// TestUpAgain: who reads the log learns how long a link was down.
func TestUpAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sc := newScript(t)
		sc.fails = syscall.ECONNREFUSED
		s := sc.play(nil)
		time.Sleep(time.Minute)
		sc.set(func() { sc.fails = nil })
		for range 2 {
			p := sc.accept()
			synctest.Wait()
			time.Sleep(time.Hour)
			p.cut()
		}
		for sc.accept(); ; time.Sleep(time.Millisecond) {
			if lines, _ := s.log.all("link up again"); len(lines) == 2 {
				break
			}
		}
		first, _ := s.log.all("link up after")
		if len(first) != 1 || first[0] != "INFO: link up after TIME, N attempts" {
			t.Errorf("log: %q", first)
		}
		if raw := s.log.raw.String(); strings.Count(raw, "link up again after ") != 2 || strings.Count(raw, ", 1 attempt\"") != 2 {
			t.Errorf("log: %s", raw)
		}
		want := fmt.Sprintf(", %d attempts\"", 1+strings.Count(s.log.raw.String(), "nothing listens"))
		if !strings.Contains(s.log.raw.String(), want) {
			t.Errorf("want %s in %s", want, &s.log.raw)
		}
	})
}
