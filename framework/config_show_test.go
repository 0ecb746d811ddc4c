package framework_test

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/emp-framework/emp/framework"
)

// configured performs a command of an application whose configuration comes from
// everywhere.
func configured(t *testing.T, args ...string) (out, errs string, code int) {
	t.Helper()
	app := &framework.App{Name: "echo", Config: framework.Config{JID: "echo.localhost", TLS: framework.TLS{Mode: framework.Off}}}
	var stdout, stderr bytes.Buffer
	code = framework.ExecuteOn(app, strings.NewReader(""), &stdout, &stderr, args...)
	for _, s := range []string{stdout.String(), stderr.String()} {
		if strings.Contains(s, secret) {
			t.Errorf("%q: the secret is in the output:\n%s", args, s)
		}
	}
	return stdout.String(), stderr.String(), code
}

// TestConfigCommand: each value has its place, and no secret is shown.
func TestConfigCommand(t *testing.T) {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"emp.yaml":            "# all\nworkers: 8\ntls:\n  # for later\nlimits:\n  rate: 10\n",
		"emp.production.yaml": "secret_file: hush\n",
		"hush":                secret + "\n",
		"wrong.yaml":          "secret: \"" + secret + "\\0\"\nworkers: 0\nserver: here\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("EMP_ENV", "production")
	t.Setenv("EMP_SERVER", "localhost")

	out, errs, code := configured(t, "config", "--timeout", "5s")
	if code != 0 || errs != "" {
		t.Fatalf("code %d: %s", code, errs)
	}
	// Most settings have their defaults: whoever adds one has nothing to do here.
	goldenIn(t, dir, "config", regexp.MustCompile(`(?m)^.* default\n`).ReplaceAllString(out, ""))
	out, errs, code = configured(t, "config", "--json", "--timeout", "5s")
	if code != 0 || errs != "" {
		t.Fatalf("code %d: %s", code, errs)
	}
	var all []map[string]string
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		if s["key"] == "secret" && (s["value"] != "[secret]" || s["flag"] != "") || s["key"] == "timeout" && (s["variable"] != "EMP_TIMEOUT" || s["flag"] != "--timeout" || s["source"] != "--timeout") {
			t.Errorf("%v", s)
		}
	}
	if out, errs, code = configured(t, "config", "--check"); code != 0 || errs != "" || out != "the configuration is right (emp.yaml, emp.production.yaml)\n" {
		t.Errorf("--check: code %d\n%s%s", code, out, errs)
	}

	// What is wrong is told beside what there is.
	out, errs, code = configured(t, "config", "--config", "wrong.yaml")
	const want = "framework: wrong.yaml:1: secret: holds a line end or another control character\nframework: wrong.yaml:2: workers: 0 is not between 1 and 65536\n"
	if code != 78 || errs != want || !regexp.MustCompile(`(?m)^jid +echo.localhost +code$`).MatchString(out) {
		t.Errorf("wrong: code %d\n%s%s", code, out, errs)
	}
	if out, errs, code = configured(t, "config", "--config", "wrong.yaml", "--check"); code != 78 || errs != want || out != "" {
		t.Errorf("wrong, --check: code %d\n%s%s", code, out, errs)
	}
	if out, errs, code = configured(t, "config", "--config", "none.yaml"); code != 78 || out != "" && !strings.HasPrefix(errs, "framework: --config: open none.yaml") {
		t.Errorf("no file: code %d\n%s%s", code, out, errs)
	}
}
