//go:build linux

package xmpptest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Python runs a script in the Python that has slixmpp, with input and arguments, and
// returns what it wrote. The test fails if the script does.
func Python(t testing.TB, script, input string, args ...string) string {
	t.Helper()
	if !hasSlixmpp() {
		missing(t, "slixmpp", "python3-slixmpp")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "script.py")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, append([]string{file}, args...)...)
	var out, errs bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = dir, environment(dir), bytes.NewBufferString(input), &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("xmpptest: the script: %v\n%s%s", err, tail(out.String()), tail(errs.String()))
	}
	return out.String()
}
