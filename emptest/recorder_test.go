package emptest

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// A recorder is a test that may fail.
type recorder struct {
	testing.TB
	said     strings.Builder
	cleanups []func()
}

func (r *recorder) Helper()          {}
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	fmt.Fprintln(&r.said, strings.TrimRight(fmt.Sprintf(format, args...), "\n"))
}
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}
func (r *recorder) Fatal(args ...any) {
	r.Errorf("%s", fmt.Sprint(args...))
	runtime.Goexit()
}

// failure runs a test and returns what it fails with, "" if it does not.
func failure(t *testing.T, test func(t testing.TB)) string {
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			for _, f := range r.cleanups {
				f()
			}
		}()
		test(r)
	}()
	<-done
	return r.said.String()
}
