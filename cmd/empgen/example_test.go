package main

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emp-framework/emp/templates"
)

// TestTweeter: the example of a whole application is laid out as empgen new does it.
func TestTweeter(t *testing.T) {
	const example = "../../examples/tweeter"
	a := app{Name: "tweeter", Module: empModule + "/examples/tweeter", Size: "full"}
	outs, err := sizes[a.Size].Outputs(templates.FS, a)
	if err != nil {
		t.Fatal(err)
	}
	folders := make(map[string]bool)
	for _, out := range outs {
		folders[path.Dir(out.Path)] = true
		if out.Path != "main.go" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(example, out.Path))
		if err != nil {
			t.Fatal(err)
		}
		_, want, _ := strings.Cut(string(out.Text), "\npackage ") // behind the comment
		if _, got, _ := strings.Cut(string(text), "\npackage "); got != want {
			t.Errorf("%s is\n%s\nwant\n%s", out.Path, got, want)
		}
	}
	files, err := fs.Glob(os.DirFS(example), "*/*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	more, err := fs.Glob(os.DirFS(example), "*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append(files, more...) {
		if !folders[path.Dir(file)] {
			t.Errorf("an application of size full has no folder for %s", file)
		}
	}
}
