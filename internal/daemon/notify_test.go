//go:build unix

package daemon_test

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/daemon"
)

func TestNotify(t *testing.T) {
	name := filepath.Join(t.TempDir(), "s")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	t.Setenv("NOTIFY_SOCKET", name)
	n := daemon.NewNotifier()
	for want, tell := range map[string]func() error{
		"READY=1\nSTATUS=a b":                func() error { return n.Ready("a\nb") },
		"STATUS=x":                           func() error { return n.Status("x") },
		"STOPPING=1\nSTATUS=stopping":        n.Stopping,
		"WATCHDOG=1":                         n.Alive,
		"RELOADING=1\nMONOTONIC_USEC=[0-9]+": n.Reloading,
	} {
		if err := tell(); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 1000)
		k, err := conn.Read(b)
		if err != nil || !regexp.MustCompile("^"+want+"$").Match(b[:k]) {
			t.Errorf("got %q, %v, want %q", b[:k], err, want)
		}
	}
	t.Setenv("NOTIFY_SOCKET", "")
	if err := daemon.NewNotifier().Ready("x"); err != nil { // who would hear it
		t.Error(err)
	}
	t.Setenv("NOTIFY_SOCKET", name+".none")
	if err := daemon.NewNotifier().Ready("x"); err == nil {
		t.Error("nobody listens")
	}
}

// TestNotifyDeaf: a manager that does not read holds nobody up for ever.
func TestNotifyDeaf(t *testing.T) {
	name := filepath.Join(t.TempDir(), "s")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	t.Setenv("NOTIFY_SOCKET", name)
	for n := daemon.NewNotifier(); err == nil; { // until what the kernel holds is full
		err = n.Alive()
	}
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
}

func TestWatchdogInterval(t *testing.T) {
	own := strconv.Itoa(os.Getpid())
	for _, tc := range []struct {
		us, pid string
		want    time.Duration
	}{
		{"", "", 0}, {"30000000", "", 15 * time.Second}, {"30000000", own, 15 * time.Second}, {"30000000", own + "0", 0},
		{"0", "", 0}, {"1", "", 0}, {"-5", "", 0}, {"x", "", 0}, {"9223372036854775807", "", 0},
	} {
		t.Setenv("WATCHDOG_USEC", tc.us)
		t.Setenv("WATCHDOG_PID", tc.pid)
		if got := daemon.WatchdogInterval(); got != tc.want {
			t.Errorf("%q, %q: %v, want %v", tc.us, tc.pid, got, tc.want)
		}
	}
}
