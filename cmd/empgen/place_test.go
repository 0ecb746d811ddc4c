package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tree makes files below a folder of the test's.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFindPlace(t *testing.T) {
	dir := tree(t, map[string]string{
		"flat/go.mod":                         "// a comment\nmodule example.org/flat // another\n",
		"flat/main.go":                        "",
		"flat/testdata/x":                     "",
		"full/go.mod":                         "module \"example.org/full\"\n",
		"full/main.go":                        "",
		"full/app/components/x.go":            "",
		"many/go.mod":                         "module example.org/many\n",
		"many/examples/one/main.go":           "",
		"many/examples/one/app/components/x":  "",
		"many/examples/one/app/models/x":      "",
		"many/library/x.go":                   "",
		"outside/main.go":                     "",
		"nameless/go.mod":                     "go 1.26\n",
		"nameless/main.go":                    "",
		"many/examples/one/app/models/deep/x": "",
	})
	for _, tc := range []struct {
		in, dir, module string
		full            bool
	}{
		{"flat", "flat", "example.org/flat", false},
		{"flat/testdata", "flat", "example.org/flat", false},
		{"full", "full", "example.org/full", true},
		{"full/app/components", "full", "example.org/full", true},
		{"many/examples/one/app/models/deep", "many/examples/one", "example.org/many/examples/one", true},
		{in: "many"},
		{in: "many/library"},
		{in: "nameless"},
		{in: "outside"}, // unless the folder for temporary files is in a module
	} {
		got, err := findPlace(filepath.Join(dir, tc.in))
		if tc.dir == "" {
			if err == nil || !strings.Contains(err.Error(), "empgen new") {
				t.Errorf("%s: %v, %v", tc.in, got, err)
			}
			continue
		}
		if err != nil || got.Dir != filepath.Join(dir, tc.dir) || got.Module != tc.module || got.Name != filepath.Base(tc.dir) || got.Full != tc.full {
			t.Errorf("%s: %+v, %v", tc.in, got, err)
		}
	}
}

// TestTaken: what the package has already is not declared once more.
func TestTaken(t *testing.T) {
	t.Chdir(tree(t, map[string]string{
		"go.mod":        "module example.org/x\n",
		"main.go":       "package main\n\nfunc App() {}\n\ntype (\n\tTweet int\n)\n\nfunc (Tweet) Other() {}\n",
		"x_test.go":     "package main\n\nvar a, TestOther int\n",
		"plugins/x.go":  "package plugins\n\nconst NSAudit = 1\n",
		"plugins/y.txt": "package plugins\n\nconst NSOther = 1\n",
	}))
	for line, want := range map[string]string{
		"component app":   "main.go:3:6 declares App already",
		"component other": "x_test.go:3:8 declares TestOther already",
		"resource tweet":  "main.go:6:2 declares Tweet already",
		"plugin audit":    "plugins/x.go:3:7 declares NSAudit already",
	} {
		if code, out, log := run(strings.Fields(line)...); code != 1 || !strings.Contains(log, want) || out != "" {
			t.Errorf("%s: exit code %d, %s%s", line, code, out, log)
		}
	}
	for _, line := range []string{"component others", "component others", "plugin other"} { // one's own files do not count
		if code, _, log := run(strings.Fields(line)...); code != 0 {
			t.Errorf("%s: exit code %d, %s", line, code, log)
		}
	}
}
