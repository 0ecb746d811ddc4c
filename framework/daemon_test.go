//go:build unix

package framework_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
)

// A host is a folder to run daemons in, and a server for them.
type host struct {
	t   *testing.T
	dir string
	env []string
}

// newHost returns a host with a server that takes anybody, and echoes pings.
func newHost(t *testing.T) *host {
	t.Helper()
	ln := listen(t)
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go keepHappy(conn)
		}
	}()
	h := hostFor(t, ln.Addr().String())
	return h
}

// hostFor returns a host for a server of the test's.
func hostFor(t *testing.T, addr string) *host {
	t.Helper()
	t.Parallel()
	h := &host{t: t, dir: t.TempDir(), env: []string{"EMP_SERVER=" + addr, "EMP_JID=" + domain, "EMP_SECRET=" + processSecret, "EMP_RECONNECT_MIN=10ms"}}
	t.Cleanup(h.clear)
	return h
}

// keepHappy is a server of components for one connection.
func keepHappy(conn net.Conn) {
	defer conn.Close()
	p := element.NewParser()
	for {
		ev, err := p.Read(conn)
		switch {
		case err != nil:
			return
		case ev.Kind == element.EventClose:
			io.WriteString(conn, "</stream:stream>")
			return
		case ev.Node.Local() == "stream":
			io.WriteString(conn, "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='comp.localhost' id='abc'>")
		case ev.Node.Local() == "handshake":
			io.WriteString(conn, "<handshake/>")
		default:
			io.WriteString(conn, ev.Node.String())
		}
	}
}

// do performs a command and returns what it says.
func (h *host) do(args ...string) (said string, code int) {
	h.t.Helper()
	binary, err := buildHack()
	if err != nil {
		h.t.Fatal(err)
	}
	cmd := exec.Command(binary, args...)
	cmd.Dir, cmd.Env = h.dir, h.env
	hung := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer hung.Stop()
	out, _ := cmd.CombinedOutput()
	if strings.Contains(string(out), processSecret) {
		h.t.Errorf("%q shows the secret:\n%s", args, out)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// want performs a command that is to say what the pattern says.
func (h *host) want(code int, pattern string, args ...string) (said string) {
	h.t.Helper()
	said, got := h.do(args...)
	if got != code || !regexp.MustCompile(`(?s)^`+pattern+`\n$`).MatchString(said) {
		h.t.Errorf("%q: code %d, want %d; it says\n%swant\n%s\nlog:\n%s", args, got, code, said, pattern, h.read("hack.log"))
	}
	return said
}

func (h *host) read(name string) string {
	text, _ := os.ReadFile(filepath.Join(h.dir, name))
	return string(text)
}

func (h *host) pid() int {
	pid, _ := strconv.Atoi(strings.TrimSpace(h.read("hack.pid")))
	return pid
}

// clear ends what the test has left.
func (h *host) clear() {
	if pid := h.pid(); pid > 0 {
		syscall.Kill(pid, syscall.SIGKILL)
	}
	if strings.Contains(h.read("hack.log")+h.read("hack.state"), processSecret) {
		h.t.Error("the secret is in a file")
	}
}

const (
	isStarted = `hack is started \(pid \d+\), ready: comp\.localhost up`
	isStopped = `hack is stopped \(pid \d+\), after [0-9.]+m?s`
	isNothing = `hack does not run \(there is no hack\.pid\)`
)

// TestDaemon: start, status and stop, and what they leave.
func TestDaemon(t *testing.T) {
	h := newHost(t)
	h.want(3, isNothing, "status")
	h.want(0, `hack does not run \(nobody has hack\.pid\)`, "stop")
	said := h.want(0, isStarted, "start")
	pid := h.pid()
	if !strings.Contains(said, fmt.Sprintf("(pid %d)", pid)) || syscall.Kill(pid, 0) != nil {
		t.Errorf("pid %d, but it says %s", pid, said)
	}
	h.want(0, `hack is ready: comp\.localhost up \(pid \d+, since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\)`, "status")
	var state struct {
		Running, Ready bool
		Pid            int
		Since          time.Time
	}
	if out, _ := h.do("status", "--json"); json.Unmarshal([]byte(out), &state) != nil || !state.Running || !state.Ready || state.Pid != pid || state.Since.IsZero() {
		t.Errorf("status --json: %s", out)
	}
	h.want(0, `hack runs already \(pid \d+\): nothing was done; with a new configuration: hack stop, then hack start`, "start")
	if h.pid() != pid {
		t.Errorf("pid %d, was %d", h.pid(), pid)
	}
	h.want(1, `hack: daemon: it runs already \(pid \d+ in hack\.pid\)`, "run", "-P", "hack.pid")
	h.want(0, isStopped, "stop")
	h.want(3, isNothing, "status")
	if left, _ := os.ReadDir(h.dir); len(left) != 1 || left[0].Name() != "hack.log" {
		t.Errorf("it leaves %v", left)
	}
	if log := h.read("hack.log"); !strings.Contains(log, "INFO  stopping") || !strings.Contains(log, "INFO  stopped") {
		t.Errorf("the log has\n%s", log)
	}
}

// TestDaemonKilled: what kill -9 leaves behind is told, and in nobody's way.
func TestDaemonKilled(t *testing.T) {
	h := newHost(t)
	h.want(0, isStarted, "start")
	first := h.pid()
	syscall.Kill(first, syscall.SIGKILL)
	const killed = `hack does not run: it was killed or crashed, and left hack\.pid behind; start takes that over`
	for { // until the kernel has done away with it
		if _, code := h.do("status"); code == 3 {
			break
		}
	}
	h.want(3, killed, "status")
	h.want(0, isStarted, "start")
	if second := h.pid(); second == first || second == 0 {
		t.Errorf("pid %d, then %d", first, second)
	}
	syscall.Kill(h.pid(), syscall.SIGKILL)
	for {
		if _, code := h.do("status"); code == 3 {
			break
		}
	}
	h.want(0, `hack does not run \(nobody has hack\.pid\)`, "stop") // which clears it away
	h.want(3, isNothing, "status")
}

// TestDaemonStale: a pid file with the id of a process that is another.
func TestDaemonStale(t *testing.T) {
	h := newHost(t)
	name := filepath.Join(h.dir, "hack.pid")
	for _, text := range []string{fmt.Sprint(os.Getppid(), "\n"), "", "x", "-1\n", "999999999999999999999\n"} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		h.want(3, `hack does not run: .*`, "status")
		h.want(0, `hack does not run \(.*\)`, "stop") // and nobody is hurt
	}
	if err := os.WriteFile(name, fmt.Append(nil, os.Getppid(), "\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	h.want(0, isStarted, "start")
	h.want(0, isStopped, "stop")
}

// TestDaemonTwice: of many starts at once one starts it.
func TestDaemonTwice(t *testing.T) {
	h := newHost(t)
	said := make([]string, 4)
	var all sync.WaitGroup
	for i := range said {
		all.Go(func() { said[i], _ = h.do("start") })
	}
	all.Wait()
	started := 0
	for _, s := range said {
		switch {
		case regexp.MustCompile(isStarted).MatchString(s):
			started++
		case !strings.Contains(s, "nothing was done"):
			t.Errorf("it says %s", s)
		}
	}
	if started != 1 {
		t.Errorf("%d are started: %q", started, said)
	}
	h.want(0, isStopped, "stop")
}

// TestDaemonRefused: why it could not start is told, with the exit code of that.
func TestDaemonRefused(t *testing.T) {
	ln := listen(t)
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		p := element.NewParser()
		p.Read(conn)
		io.WriteString(conn, "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='comp.localhost' id='abc'>")
		p.Read(conn)
		io.WriteString(conn, "<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>")
	}()
	h := hostFor(t, ln.Addr().String())
	h.want(78, `hack is not started: framework: the server refuses comp\.localhost .*; change: .*\nthe end of hack\.log:\n  .*`, "start")
	h.want(3, isNothing, "status")
	h.want(78, `framework: --workers: 0 is not between 1 and 65536`, "start", "--workers", "0")
	h.want(1, `hack: start: open no/hack\.log: no such file or directory`, "start", "--log-file", "no/hack.log")
	h.want(1, `hack: start: open no/hack\.pid: no such file or directory`, "start", "--pid-file", "no/hack.pid")
	h.want(3, isNothing, "status")
}

// TestDaemonNotReady: without a server it is started all the same, and goes on trying.
func TestDaemonNotReady(t *testing.T) {
	ln := listen(t)
	h := hostFor(t, ln.Addr().String())
	ln.Close()
	h.want(75, `hack is started \(pid \d+\), but after 1ms it is .*; it goes on trying; see hack\.log, hack status, hack stop`, "start", "--wait", "1ms")
	for said := ""; !strings.Contains(said, "nothing listens"); {
		said, _ = h.do("status")
	}
	h.want(75, `hack is not ready: comp\.localhost: nothing listens at 127\.0\.0\.1:\d+; trying again in \S+ \(pid .*\)`, "status")
	h.want(0, isStopped, "stop")
}

// TestDaemonHurried: a second SIGTERM has one stop that waits for its server.
func TestDaemonHurried(t *testing.T) {
	ln := listen(t)
	h := hostFor(t, ln.Addr().String())
	h.env = append(h.env, "EMP_DRAIN_TIMEOUT=10m")
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		p := element.NewParser()
		p.Read(conn)
		io.WriteString(conn, "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='comp.localhost' id='abc'>")
		p.Read(conn)
		io.WriteString(conn, "<handshake/>")
		ev, _ := p.Read(conn)
		io.WriteString(conn, ev.Node.String())
		io.Copy(io.Discard, conn) // and nothing more
	}()
	h.want(0, isStarted, "start")
	h.want(0, `hack is stopped \(pid \d+\), after \S+: it had not finished its work in 1ms, and was told to stop at once`, "stop", "--wait", "1ms")
}
