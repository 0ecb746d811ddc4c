package framework_test

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestDaemonFullDisk: a log that cannot be written is no reason not to work.
func TestDaemonFullDisk(t *testing.T) {
	h := newHost(t)
	h.want(0, isStarted, "start", "-L", "/dev/full")
	h.want(0, `hack is ready: .*`, "status")
	h.want(0, isStopped, "stop")
}

// A manager is the service manager's end of sd_notify. It reads all the time, since
// the kernel holds no more than ten notices.
type manager struct {
	t       *testing.T
	notices chan string
}

// maxNotices is more than any test has.
const maxNotices = 1 << 20

func newManager(t *testing.T, h *host) *manager {
	t.Helper()
	name := filepath.Join(h.dir, "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	h.env = append(h.env, "NOTIFY_SOCKET="+name)
	m := &manager{t, make(chan string, maxNotices)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for b := make([]byte, 4096); ; {
			n, err := conn.Read(b)
			if err != nil {
				return
			}
			m.notices <- string(b[:n])
		}
	}()
	t.Cleanup(func() {
		conn.Close()
		<-done
	})
	return m
}

// hears waits for a notice that has a line.
func (m *manager) hears(line string) (notice string) {
	m.t.Helper()
	for patience := time.After(time.Minute); ; {
		select {
		case notice = <-m.notices:
			if slices.Contains(strings.Split(notice, "\n"), line) {
				return notice
			}
		case <-patience:
			m.t.Fatalf("no notice has %q", line)
		}
	}
}

// TestDaemonNotices: the service manager is told when it is ready, that it lives, that
// it reads its configuration again, and that it stops; with the log rotated meanwhile.
func TestDaemonNotices(t *testing.T) {
	h := newHost(t)
	m := newManager(t, h)
	h.env = append(h.env, "WATCHDOG_USEC=20000")
	h.want(0, isStarted, "start")
	if n := m.hears("READY=1"); !strings.Contains(n, "\nSTATUS=ready: comp.localhost up") {
		t.Errorf("ready: %q", n)
	}
	m.hears("WATCHDOG=1")
	m.hears("WATCHDOG=1")

	log := filepath.Join(h.dir, "hack.log")
	if err := os.Rename(log, log+".1"); err != nil {
		t.Fatal(err)
	}
	syscall.Kill(h.pid(), syscall.SIGHUP)
	if n := m.hears("RELOADING=1"); !strings.Contains(n, "\nMONOTONIC_USEC=") {
		t.Errorf("reloading: %q", n)
	}
	m.hears("READY=1")
	if now := h.read("hack.log"); !strings.Contains(now, "the configuration was read again") || strings.Contains(now, "link up") {
		t.Errorf("the new log has\n%s", now)
	}
	if old := h.read("hack.log.1"); !strings.Contains(old, "link up") {
		t.Errorf("the old log has\n%s", old)
	}
	h.want(0, isStopped, "stop")
	m.hears("STOPPING=1")
}
