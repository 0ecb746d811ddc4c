package main

import (
	"io/fs"
	"os"
	"path"
	"testing"

	"github.com/emp-framework/emp/templates"
)

// TestTweeter: the example of a whole application has its Go files in the folders that
// empgen new makes.
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
