//go:build unix

package daemon_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/daemon"
)

// TestMain is also the process of TestStop: it has a pid file, and does with SIGTERM
// what it is told.
func TestMain(m *testing.M) {
	name := os.Getenv("EMP_TEST_PIDFILE")
	if name == "" {
		os.Exit(m.Run())
	}
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGTERM)
	p, err := daemon.LockPid(name)
	if err == nil {
		err = errors.Join(p.Write(os.Getpid()), p.WriteState(daemon.State{Pid: os.Getpid(), Text: "fine", Ready: true}))
	}
	fmt.Println(err)
	for range len(os.Getenv("EMP_TEST_DEAF")) {
		<-signals
	}
	<-signals
	p.Remove()
}

// hold starts a process that has the file, and takes no notice of the first SIGTERMs.
func hold(t *testing.T, name string, deaf int) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "EMP_TEST_PIDFILE="+name, "EMP_TEST_DEAF="+strings.Repeat("x", deaf))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "<nil>\n" {
		t.Fatalf("the process says %q, %v", line, err)
	}
	return cmd
}

func TestStop(t *testing.T) {
	for _, tc := range []struct {
		deaf  int // to so many
		wait  time.Duration
		force bool
		how   string // "": it still runs
	}{
		{0, time.Minute, false, daemon.Stopped},
		{1, time.Millisecond, false, daemon.Hurried},
		{9, time.Millisecond, true, daemon.Killed},
		{9, time.Millisecond, false, ""},
	} {
		t.Run(fmt.Sprint(tc.deaf, tc.force), func(t *testing.T) {
			if tc.deaf > 1 {
				daemon.SetHurry(t, time.Millisecond)
			}
			name := filepath.Join(t.TempDir(), "x.pid")
			cmd := hold(t, name, tc.deaf)
			s, runs, left, err := daemon.Ask(name)
			if err != nil || !runs || left || s.Pid != cmd.Process.Pid || s.Text != "fine" || !s.Ready {
				t.Errorf("Ask: %+v, %v, %v, %v", s, runs, left, err)
			}
			if _, err := daemon.LockPid(name); err == nil || err.Error() != fmt.Sprintf("daemon: it runs already (pid %d in %s)", s.Pid, name) {
				t.Errorf("LockPid: %v", err)
			}
			pid, how, err := daemon.Stop(t.Context(), name, tc.wait, tc.force)
			if pid != cmd.Process.Pid || how != tc.how || (err == nil) != (tc.how != "") {
				t.Errorf("Stop: %d, %q, %v", pid, how, err)
			}
			if tc.how == "" {
				return
			}
			if _, runs, left, err := daemon.Ask(name); err != nil || runs || left {
				t.Errorf("Ask, stopped: %v, %v, %v", runs, left, err)
			}
			if all, _ := filepath.Glob(filepath.Join(filepath.Dir(name), "*")); len(all) > 0 {
				t.Errorf("there is still %q", all)
			}
		})
	}
}

// TestPidFile: the lock is what counts, whatever is in the file.
func TestPidFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.pid")
	for _, left := range []string{"", "77\n", "x", strings.Repeat("7", 100)} {
		if err := os.WriteFile(name, []byte(left), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, runs, is, err := daemon.Ask(name); err != nil || runs || !is {
			t.Errorf("%q: Ask: %v, %v, %v", left, runs, is, err)
		}
		p, err := daemon.LockPid(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, name); got != "" {
			t.Errorf("%q: still %q in the file", left, got)
		}
		if err := p.Write(12345); err != nil {
			t.Fatal(err)
		}
		if got := read(t, name); got != "12345\n" {
			t.Errorf("%q: now %q in the file", left, got)
		}
		if s, runs, _, err := daemon.Ask(name); err != nil || !runs || s.Pid != 12345 || !strings.Contains(s.Text, "not known") {
			t.Errorf("%q: Ask: %+v, %v, %v", left, s, runs, err)
		}
		if err := p.Remove(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(name); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%q: %v", left, err)
		}
	}
	if _, err := daemon.LockPid(filepath.Join(name, "y")); err == nil {
		t.Error("a pid file in a folder that is not there")
	}
}
