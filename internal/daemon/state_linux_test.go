package daemon_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emp-framework/emp/internal/daemon"
)

// TestStateOfAnother: what another process has said of itself is not taken for the one
// that has the pid file, and no number below 1 for a process.
func TestStateOfAnother(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.pid")
	p, err := daemon.LockPid(name)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Remove()
	for _, pid := range []int{-5, 4711} {
		if err := p.Write(pid); err != nil {
			t.Fatal(err)
		}
		if err := p.WriteState(daemon.State{Pid: 1, Text: "fine", Ready: true}); err != nil {
			t.Fatal(err)
		}
		s, runs, _, err := daemon.Ask(name)
		if err != nil || !runs || s.Pid != max(pid, 0) || s.Ready || !strings.Contains(s.Text, "not known") {
			t.Errorf("%d: %+v, %v, %v", pid, s, runs, err)
		}
	}
}

// TestNotifyAbstract: a manager's socket may have a name that is no file's.
func TestNotifyAbstract(t *testing.T) {
	name := fmt.Sprintf("@emp-test-%d", os.Getpid())
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	t.Setenv("NOTIFY_SOCKET", name)
	if err := daemon.NewNotifier().Alive(); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 100)
	if n, err := conn.Read(b); err != nil || string(b[:n]) != "WATCHDOG=1" {
		t.Errorf("it hears %q, %v", b[:n], err)
	}
}
