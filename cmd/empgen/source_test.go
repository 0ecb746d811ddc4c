package main

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

func TestRelease(t *testing.T) {
	for _, tc := range []struct {
		what string
		main debug.Module
		want string
	}{
		{"go install …@v0.7.1", debug.Module{Path: empModule, Version: "v0.7.1", Sum: "h1:x="}, "v0.7.1"},
		{"go build in a checkout", debug.Module{Path: empModule, Version: "(devel)"}, ""},
		{"…that knows its commit", debug.Module{Path: empModule, Version: "v0.0.0-20261122100000-cde3f32a1b2c"}, ""},
		{"go tool, by a replace directive", debug.Module{Path: empModule, Version: "v0.7.1", Sum: "h1:x=", Replace: &debug.Module{Path: "../emp"}}, ""},
		{"another module", debug.Module{Path: "example.org/fork", Version: "v0.7.1", Sum: "h1:x="}, ""},
	} {
		if got := release(&debug.BuildInfo{Main: tc.main}); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.what, got, tc.want)
		}
	}
}

// TestFindSource: the test itself is built in a checkout.
func TestFindSource(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	sums, err := os.ReadFile("../../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ flag, app, want string }{
		{"", "hello", root},
		{root, "hello", root},
		{"../..", "hello", "../../.."},
		{"../..", "some/where/hello", "../../../../.."},
		{"../..", "../../hello", ".."},
		{"../..", "../../../hello", "../" + filepath.Base(root)},
		{"../..", "../..", "./."},
	} {
		got, err := findSource(tc.flag, tc.app)
		if err != nil || got.Version != "v0.0.0" || got.Dir != tc.want || got.Sums != strings.TrimSpace(string(sums)) ||
			!slices.ContainsFunc(got.Requires, func(r string) bool { return strings.HasPrefix(r, "github.com/spf13/cobra v1.") }) {
			t.Errorf("--emp=%s for %s: %v, %v, want %s", tc.flag, tc.app, got, err, tc.want)
		}
	}
	if _, err := findSource("..", "hello"); err == nil || !strings.Contains(err.Error(), "is not the folder of EMP") {
		t.Errorf("--emp=..: %v", err)
	}
}

// TestFindSourceSpaces: the go command takes such paths in quotes only.
func TestFindSourceSpaces(t *testing.T) {
	dir := filepath.Join(tree(t, map[string]string{"a b/go.mod": "module " + empModule + "\n", "a b/go.sum": ""}), "a b")
	got, err := findSource(dir, "hello")
	if err != nil || got.Dir != `"`+dir+`"` {
		t.Errorf("%v, %v", got, err)
	}
}
