package xmpptest_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/emp-framework/emp/internal/xmpptest"
)

// An ending is how a test that could not run ended.
type ending struct {
	testing.TB
	how string
}

func (e *ending) Fatalf(format string, args ...any) { e.end("failed: ", format, args) }
func (e *ending) Skipf(format string, args ...any)  { e.end("skipped: ", format, args) }
func (e *ending) end(how, format string, args []any) {
	e.how = how + fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func TestMissing(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, tc := range []struct {
		all   string
		start func(testing.TB, xmpptest.Options) *xmpptest.Server
		want  string
	}{
		{"", xmpptest.Prosody, "skipped: xmpptest: Prosody IS NOT INSTALLED: scripts/test, as root on Debian, installs it (package prosody)"},
		{"", xmpptest.Ejabberd, "skipped: xmpptest: ejabberd IS NOT INSTALLED: scripts/test, as root on Debian, installs it (package ejabberd)"},
		{"1", xmpptest.Prosody, "failed: xmpptest: Prosody is not installed (Debian package prosody), and EMP_TEST_ALL=1 wants all tests"},
		{"1", xmpptest.Ejabberd, "failed: xmpptest: ejabberd is not installed (Debian package ejabberd), and EMP_TEST_ALL=1 wants all tests"},
	} {
		t.Setenv("EMP_TEST_ALL", tc.all)
		e := &ending{TB: t}
		done := make(chan struct{})
		go func() {
			defer close(done)
			tc.start(e, xmpptest.Options{})
		}()
		<-done
		if e.how != tc.want {
			t.Errorf("EMP_TEST_ALL=%q:\n got %s\nwant %s", tc.all, e.how, tc.want)
		}
	}
}
