// Package leak sees that tests leave nothing behind. Only tests import it.
//
// In:  a test, or all tests of a package.
// Out: a failure, with the stacks, if behind them there are more goroutines or
// more open descriptors than before.
package leak

import (
	"fmt"
	"net"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"testing"
	"time"
)

// limit is how long what has been told to end may take: long, for a machine may
// be busy, and only a test that fails waits for it.
const limit = 30 * time.Second

// Main runs the tests of a package, for its TestMain, and returns the exit code:
// not 0 if they leave something behind.
func Main(m *testing.M) int {
	base := count()
	code := m.Run()
	if code == 0 {
		if err := base.restored(limit); err != nil {
			fmt.Fprintln(os.Stderr, "FAIL:", err)
			code = 1
		}
	}
	return code
}

// Check has a test fail that leaves something behind. It is called first, so
// that it looks last; the test must not run in parallel with others.
func Check(t testing.TB) {
	t.Helper()
	base := count()
	t.Cleanup(func() {
		t.Helper()
		if err := base.restored(limit); err != nil {
			t.Error(err)
		}
	})
}

// A state is how much is open.
type state struct{ goroutines, descriptors int }

func count() state {
	warmUp()
	return state{runtime.NumGoroutine(), descriptors()}
}

// restored waits, for as long as limit, until there is no more open than in s.
func (s state) restored(limit time.Duration) error {
	for began := time.Now(); ; runtime.Gosched() {
		now := count()
		if now.goroutines <= s.goroutines && now.descriptors <= s.descriptors {
			return nil
		}
		if time.Since(began) > limit {
			stacks := make([]byte, 1<<20)
			return fmt.Errorf("leak: %d goroutines and %d descriptors, before there were %d and %d:\n%s",
				now.goroutines, now.descriptors, s.goroutines, s.descriptors, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// descriptors returns how many files, sockets and pipes are open, where the
// system tells: on Linux. Elsewhere it is 0.
func descriptors() int {
	entries, _ := os.ReadDir("/proc/self/fd")
	return len(entries)
}

// warmUp has the runtime open what it opens once and keeps: what it polls
// sockets with, and the goroutine that receives signals.
var warmUp = sync.OnceFunc(func() {
	if ln, err := net.Listen("tcp", "127.0.0.1:0"); err == nil {
		ln.Close()
	}
	c := make(chan os.Signal, 1)
	signal.Notify(c, os.Interrupt)
	signal.Stop(c)
})
