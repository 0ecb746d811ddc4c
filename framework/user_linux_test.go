package framework_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestDaemonUser: started as root, it is somebody else by the time that it hears from a
// server, in all its threads, and can still do all that a daemon does. Nobody else than
// root can do that, and is told so.
func TestDaemonUser(t *testing.T) {
	h := newHost(t)
	if os.Getuid() != 0 {
		h.want(78, `(?s)hack is not started: framework: user: daemon: only root can become the user .*`, "start", "-u", "root")
		return
	}
	h.want(78, `hack is not started: framework: user: daemon: there is no user "nobody-of-that-name".*`, "start", "-u", "nobody-of-that-name")
	h.want(78, `hack is not started: framework: user: daemon: there is no group "nobodies".*`, "start", "-u", "nobody", "-G", "nobodies")
	h.want(78, `framework: --group: given without user, .*`, "start", "-G", "nogroup")
	h.want(78, `hack is not started: framework: pid_file: daemon: the folder of hack\.pid is not its user's to write in: .*`, "start", "-u", "nobody")

	if err := os.Chown(h.dir, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"-u", "nobody"}, {"-u", "65534", "-G", "daemon"}} {
		h.want(0, isStarted, append([]string{"start"}, args...)...)
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", h.pid()))
		if err != nil || len(threads) == 0 {
			t.Fatal(threads, err)
		}
		group := "65534"
		if len(args) > 2 {
			group = "1"
		}
		for _, name := range threads {
			status, _ := os.ReadFile(name)
			for _, want := range []string{"Uid: 65534 65534 65534 65534 ", "Gid: " + strings.Repeat(group+" ", 4), "Groups: " + group + " "} {
				if all := strings.Join(strings.Fields(string(status)), " "); len(status) > 0 && !strings.Contains(all, want) {
					t.Errorf("%v: a thread lacks %q:\n%s", args, want, status)
				}
			}
		}
		h.want(0, `hack is ready: .*`, "status")
		syscall.Kill(h.pid(), syscall.SIGHUP) // it has its log reopened
		h.want(0, isStopped, "stop")
		if left, _ := os.ReadDir(h.dir); len(left) != 1 || left[0].Name() != "hack.log" {
			t.Errorf("it leaves %v", left)
		}
		if log := h.read("hack.log"); strings.Contains(log, "could not") || strings.Contains(log, "WARN") {
			t.Errorf("the log has\n%s", log)
		}
	}
}

// TestDaemonRoot: the folder of -m is where all files are, and -d is start.
func TestDaemonRoot(t *testing.T) {
	h := newHost(t)
	if err := os.Mkdir(filepath.Join(h.dir, "there"), 0o755); err != nil {
		t.Fatal(err)
	}
	h.want(0, isStarted, "-d", "-m", "there")
	h.want(3, isNothing, "status")
	h.want(0, `hack is ready: .*`, "status", "-m", "there")
	h.want(0, isStopped, "stop", "--root", "there")
	if left, _ := os.ReadDir(filepath.Join(h.dir, "there")); len(left) != 1 || left[0].Name() != "hack.log" {
		t.Errorf("it leaves %v", left)
	}
	h.want(78, `framework: --root: chdir nowhere: no such file or directory`, "config", "-m", "nowhere")
}
