package daemon_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emp-framework/emp/internal/daemon"
)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestLogRotated: behind a rename lines go to the new file once it is asked for.
func TestLogRotated(t *testing.T) {
	name := filepath.Join(t.TempDir(), "app.log")
	if err := os.WriteFile(name, []byte("from before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := daemon.OpenLog(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	line := func(s string) {
		if _, err := l.Write([]byte(s + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	line("one")
	if err := os.Rename(name, name+".1"); err != nil {
		t.Fatal(err)
	}
	line("two")
	if err := l.Reopen(); err != nil {
		t.Fatal(err)
	}
	line("three")
	if got := read(t, name+".1"); got != "from before\none\ntwo\n" {
		t.Errorf("the old file has %q", got)
	}
	if got := read(t, name); got != "three\n" {
		t.Errorf("the new file has %q", got)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm()&0o007 != 0 {
		t.Errorf("others may read it: %v, %v", info.Mode(), err)
	}
}

// TestLogNotReopened: where there cannot be a new file the old one goes on.
func TestLogNotReopened(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "logs")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "app.log")
	if _, err := daemon.OpenLog(filepath.Join(name, "x"), nil); err == nil {
		t.Error("it opens a file in a folder that is not there")
	}
	l, err := daemon.OpenLog(name, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := os.Rename(dir, dir+".old"); err != nil {
		t.Fatal(err)
	}
	if err := l.Reopen(); err == nil || !strings.Contains(err.Error(), name) {
		t.Errorf("Reopen: %v", err)
	}
	l.Write([]byte("still\n"))
	if got := read(t, filepath.Join(dir+".old", "app.log")); got != "still\n" {
		t.Errorf("the old file has %q", got)
	}
}
