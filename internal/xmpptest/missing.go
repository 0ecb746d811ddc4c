//go:build linux

package xmpptest

import (
	"os"
	"testing"
)

// missing ends a test that needs what is not installed: skips it, or fails it
// where nothing may be left out.
func missing(t testing.TB, what, pkg string) {
	t.Helper()
	if os.Getenv("EMP_TEST_ALL") == "1" {
		t.Fatalf("xmpptest: %s is not installed (Debian package %s), and EMP_TEST_ALL=1 wants all tests", what, pkg)
	}
	t.Skipf("xmpptest: %s IS NOT INSTALLED: scripts/test, as root on Debian, installs it (package %s)", what, pkg)
}
