package xmpptest_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/xmpptest"
)

// TestNothingLeft looks for processes after a test, by number.
func TestNothingLeft(t *testing.T) {
	var pids []int
	t.Run("test", func(t *testing.T) {
		prosody, ejabberd := xmpptest.Prosody(t, xmpptest.Options{}), xmpptest.Ejabberd(t, xmpptest.Options{})
		xmpptest.Login(t, prosody, "alice")
		xmpptest.Login(t, ejabberd, "alice")
		prosody.Pause()
		pids = descendants(t, os.Getpid())
		if !slices.Contains(pids, prosody.PID()) || !slices.Contains(pids, ejabberd.PID()) || len(pids) < 4 {
			t.Errorf("processes %v, without Prosody %d or ejabberd %d or a client", pids, prosody.PID(), ejabberd.PID())
		}
	})
	left(t, pids)
}

// TestBinaryDies has a test binary die without any cleanup.
func TestBinaryDies(t *testing.T) {
	const helper = "XMPPTEST_DIE"
	if os.Getenv(helper) != "" {
		s := xmpptest.Prosody(t, xmpptest.Options{})
		xmpptest.Login(t, s, "alice")
		for _, pid := range descendants(t, os.Getpid()) {
			fmt.Println("pid:", pid)
		}
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestBinaryDies$")
	cmd.Env = append(os.Environ(), helper+"=1", "TMPDIR="+t.TempDir())
	out, _ := cmd.Output() // it is killed
	var pids []int
	for line := range strings.Lines(string(out)) {
		if number, ok := strings.CutPrefix(line, "pid: "); ok {
			pid, _ := strconv.Atoi(strings.TrimSpace(number))
			pids = append(pids, pid)
		}
	}
	if len(pids) < 2 {
		if strings.Contains(string(out), "NOT INSTALLED") {
			t.Skipf("%s", out)
		}
		t.Fatalf("the binary had no server and client:\n%s", out)
	}
	left(t, pids)
}

// left waits for processes that should be ending.
func left(t *testing.T, pids []int) {
	t.Helper()
	ctx := patience(t)
	poll := time.NewTicker(10 * time.Millisecond)
	defer poll.Stop()
	for _, pid := range pids {
		for !gone(pid) {
			select {
			case <-poll.C:
			case <-ctx.Done():
				cmdline, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
				t.Fatalf("process %d is left: %q", pid, cmdline)
			}
		}
	}
}

// descendants returns the processes below one, at any depth.
func descendants(t *testing.T, pid int) []int {
	t.Helper()
	children := make(map[int][]int)
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range stats {
		child, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if fields := stat(child); len(fields) > 1 {
			parent, _ := strconv.Atoi(string(fields[1]))
			children[parent] = append(children[parent], child)
		}
	}
	found := slices.Clone(children[pid])
	for i := 0; i < len(found); i++ {
		found = append(found, children[found[i]]...)
	}
	return found
}

// stat returns the fields of /proc/PID/stat behind the name, which may hold
// anything: the state, the parent's number, and so on (proc(5)). Nil if there is
// no such process.
func stat(pid int) [][]byte {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
}

// state returns the letter for a process's state: "T" stopped, "Z" ended and not
// waited for; "" if there is no such process.
func state(pid int) string {
	if fields := stat(pid); fields != nil {
		return string(fields[0])
	}
	return ""
}

// gone reports whether a process has ended. Whose parent has died may stay a "Z"
// for as long as the first process of the machine likes.
func gone(pid int) bool { s := state(pid); return s == "" || s == "Z" }
