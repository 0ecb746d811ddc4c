package daemon_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/daemon"
)

// TestLogFull: lines that a full disk does not take are counted, and told when there
// is room again.
func TestLogFull(t *testing.T) {
	name := filepath.Join(t.TempDir(), "app.log")
	if err := os.Symlink("/dev/full", name); err != nil {
		t.Fatal(err)
	}
	type loss struct {
		n   int
		err error
	}
	told := make(chan loss, 1)
	l, err := daemon.OpenLog(name, func(n int, err error) { told <- loss{n, err} })
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for range 3 {
		if _, err := l.Write([]byte("x\n")); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("Write: %v", err)
		}
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := l.Reopen(); err != nil {
		t.Fatal(err)
	}
	for range 2 { // it is told once
		if _, err := l.Write([]byte("x\n")); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case got := <-told:
		if got.n != 3 || !errors.Is(got.err, syscall.ENOSPC) {
			t.Errorf("told of %d lines, %v", got.n, got.err)
		}
	case <-time.After(time.Minute):
		t.Fatal("nobody was told")
	}
}
