package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestService: systemd knows all that is in the unit, the generated one and that of
// docs/operations.md.
func TestService(t *testing.T) {
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if code, _, log := run("new", "--no-tidy", "--size=one", "hello"); code != 0 {
		t.Fatal(log)
	}
	generated, err := os.ReadFile("hello/deploy/hello.service")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```ini\n")
	documented, _, _ := strings.Cut(rest, "```")
	for name, unit := range map[string]string{"hello": string(generated), "documented": documented} {
		if !strings.Contains(unit, "Type=notify\n") || !strings.Contains(unit, "WatchdogSec=") {
			t.Errorf("%s is not what we tell:\n%s", name, unit)
		}
		analyze, err := exec.LookPath("systemd-analyze")
		if err != nil {
			if os.Getenv("EMP_TEST_ALL") == "1" {
				t.Errorf("systemd-analyze is not installed (Debian package systemd), and EMP_TEST_ALL=1 wants all tests")
			}
			return
		}
		for _, program := range []string{"/usr/local/bin/hello", "/usr/local/bin/hack"} {
			unit = strings.ReplaceAll(unit, program, os.Args[0]) // which is there
		}
		file := name + ".service"
		if err := os.WriteFile(file, []byte(unit), 0o644); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(analyze, "verify", "--man=no", "./"+file).CombinedOutput()
		for line := range strings.Lines(string(out)) { // of other units it may say what it likes
			if strings.Contains(line, file) {
				t.Error(line)
			}
		}
		if err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
}
