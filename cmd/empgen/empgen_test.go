package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// run is a use of the command line in the folder that the test works in.
func run(args ...string) (code int, out, log string) {
	var o, l strings.Builder
	code = execute(args, &o, &l)
	return code, o.String(), l.String()
}

// TestUsage: what is wrong with a command line is said, and nothing is done.
func TestUsage(t *testing.T) {
	for _, tc := range []struct{ line, want string }{
		{"nwe x", `unknown command "nwe"`},
		{"new", "needs the name"},
		{"new a b", "needs the name"},
		{"new Hello", "is no name"},
		{"new 9lives", "is no name"},
		{"new a_b", "is no name"},
		{"new a--b", "is no name"},
		{"new ..", "is no name"},
		{"new " + strings.Repeat("a", 64), "is no name"},
		{"new some/app", "cannot have the name app"},
		{"new --size=huge x", "is no size"},
		{"new --module=a/../b/! x", "is no path of a module"},
		{"new --force --skip x", "none of the others can be"},
		{"new --frce x", "unknown flag"},
		{"component", "needs a name"},
		{"component 9lives", "is no name for a component"},
		{"component a-", "is no name for a component"},
		{"component x now now", "there twice"},
		{"component x now no.w", "is no name for an action"},
		{"component x_linux", "only at times"},
		{"component amd64-test", "only at times"},
		{"resource", "needs the name"},
		{"resource a b", "needs the name"},
		{"resource tweet --plural tweet", "both called"},
		{"resource tweet --plural a/b", "is no name for several"},
		{"payload tune", "needs a name, and a sample"},
		{"payload --from tune.xml", "needs a name, and a sample"},
		{"payload 9 --from tune.xml", "is no name for a payload"},
		{"plugin", "needs a name"},
		{"plugin a/b", "is no name for a plugin"},
	} {
		t.Run(tc.line, func(t *testing.T) {
			t.Chdir(t.TempDir())
			code, out, log := run(strings.Fields(tc.line)...)
			if code != 64 || !strings.Contains(log, tc.want) || out != "" {
				t.Errorf("exit code %d, output %q, and %s", code, out, log)
			}
			if there, err := os.ReadDir("."); err != nil || len(there) > 0 {
				t.Errorf("there are %v, %v", there, err)
			}
		})
	}
}

// TestHelp: each command has a help with examples, and the shells complete.
func TestHelp(t *testing.T) {
	for _, make := range generators {
		cmd := make()
		if cmd.Short == "" || cmd.Long == "" || !strings.Contains(cmd.Example, "empgen "+cmd.Name()) {
			t.Errorf("%s: a help lacks a part", cmd.Name())
		}
		for line := range strings.Lines(cmd.Long) {
			if len(line) > 90 {
				t.Errorf("%s: a line of the help is long: %s", cmd.Name(), line)
			}
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if code, out, log := run("completion", shell); code != 0 || !strings.Contains(out, "empgen") {
			t.Errorf("completion %s: exit code %d, %s", shell, code, log)
		}
	}
	if _, out, _ := run("__complete", "new", "--size", ""); !strings.HasPrefix(out, "one\nflat\nfull\n") {
		t.Errorf("completes --size by %s", out)
	}
}

// TestNewPretend: nothing is written.
func TestNewPretend(t *testing.T) {
	t.Chdir(t.TempDir())
	code, out, log := run("new", "--pretend", "hello")
	if code != 0 || !strings.Contains(out, "create  config/router.go\n") || !strings.Contains(out, "create  deploy/hello.service\n") {
		t.Errorf("exit code %d, %s%s", code, out, log)
	}
	if _, err := os.Stat(filepath.Join(".", "hello")); err == nil {
		t.Error("there is a folder")
	}
}
