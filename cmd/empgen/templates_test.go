package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/emp-framework/emp/cmd/empgen/manifest"
	"github.com/emp-framework/emp/templates"
)

// manifests returns every manifest there is, with data for it, by a name for each.
func manifests() map[string]struct {
	manifest.Manifest
	data any
} {
	type filled = struct {
		manifest.Manifest
		data any
	}
	all := make(map[string]filled)
	for size, m := range sizes {
		for _, client := range []bool{false, true} {
			for _, from := range []source{{Version: "v0.0.0", Dir: "../emp", Sums: "x", Requires: []string{"example.org/x v1.0.0"}}, {Version: "v0.7.1", Sums: "x"}} {
				a := app{Name: "my-app", Module: "example.org/my-app", Size: size, Client: client, JID: "my-app.localhost", EMP: from}
				for kind, m := range map[string]manifest.Manifest{"of its size": m, "of every app": everyApp, "from a folder": fromFolder} {
					all[strings.Join([]string{size, a.mode(), from.Version, kind}, " ")] = filled{m, a}
				}
			}
		}
	}
	for _, full := range []bool{false, true} {
		at := place{Name: "my-app", Module: "example.org/my-app", Full: full}
		size := at.either("full", "flat")
		all["component "+size] = filled{componentFiles, componentPart{at, name{"user", "profile"}, []action{{"Show", "show"}, {"Edit", "edit"}}}}
		all["resource "+size] = filled{resourceFiles, resourcePart{at, name{"user", "profile"}, name{"user", "profiles"}}}
		all["payload "+size] = filled{payloadFiles, payloadPart{
			place: at, name: name{"tune"}, Types: []goType{{"Tune", "is the payload", []goField{{"XMLName", "xml.Name", "`xml:\"u tune\"`", ""}}}},
			Sample: "<tune xmlns='u'/>", Space: "u", Local: "tune",
		}}
		all["plugin "+size] = filled{pluginFiles, pluginPart{at, name{"route", "count"}}}
	}
	return all
}

// TestTemplates: each template is in a manifest, and each file that a manifest makes
// is well-formed: no holes are left, Go parses, no line ends in spaces.
func TestTemplates(t *testing.T) {
	used := make(map[string]bool)
	for name, m := range manifests() {
		outs, err := m.Outputs(templates.FS, m.data)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		targets := make(map[string]bool)
		for i, out := range outs {
			used[m.Manifest[i].Template+manifest.Suffix] = true
			if targets[out.Path] {
				t.Errorf("%s: two files are %s", name, out.Path)
			}
			targets[out.Path] = true
			text := string(out.Text)
			if strings.HasSuffix(out.Path, ".go") {
				if _, err := parser.ParseFile(token.NewFileSet(), out.Path, out.Text, parser.SkipObjectResolution); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			if ext := path.Ext(out.Path); ext == ".yaml" || ext == ".yml" {
				var any map[string]any
				if err := yaml.Unmarshal(out.Text, &any); err != nil || len(any) == 0 {
					t.Errorf("%s: %s: %v, %v", name, out.Path, any, err)
				}
			}
			if strings.Contains(text, "<no value>") || strings.Contains(text, " \n") || strings.Contains(text, "\n\n\n") ||
				!strings.HasSuffix(text, "\n") || strings.HasSuffix(text, "\n\n") || strings.HasPrefix(text, "\n") {
				t.Errorf("%s: %s is not as people write files:\n%s", name, out.Path, text)
			}
		}
	}
	err := fs.WalkDir(templates.FS, ".", func(file string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !used[file] && path.Base(file) != "next.txt.tmpl" {
			t.Errorf("the template %s is in no manifest", file)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestMirror: the tree of templates mirrors its result.
func TestMirror(t *testing.T) {
	for size, m := range sizes {
		for _, f := range m {
			if f.Template != path.Join("new", size, f.Target) {
				t.Errorf("size %s: %s becomes %s", size, f.Template, f.Target)
			}
		}
	}
}

// TestGoVersion: an application cannot say an older Go than EMP.
func TestGoVersion(t *testing.T) {
	version := regexp.MustCompile(`(?m)^go .*$`)
	ours, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := fs.ReadFile(templates.FS, "new/all/go.mod.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	if a, b := version.Find(ours), version.Find(theirs); string(a) != string(b) || len(a) == 0 {
		t.Errorf("EMP's go.mod says %q, the template %q", a, b)
	}
	image, err := fs.ReadFile(templates.FS, "new/all/Dockerfile.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	if m := regexp.MustCompile(`FROM golang:(\S+)`).FindSubmatch(image); m == nil || !strings.HasPrefix(string(version.Find(ours)), "go "+string(m[1])) {
		t.Errorf("EMP's go.mod says %q, the image of the Dockerfile is %q", version.Find(ours), m)
	}
}

// TestProfile: the profile that the Dockerfile has an application compiled by is where it
// says, and of EMP as it is.
func TestProfile(t *testing.T) {
	image, err := fs.ReadFile(templates.FS, "new/all/Dockerfile.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	arg := regexp.MustCompile(`-pgo "(.*)" \.`).FindSubmatch(image)
	if arg == nil {
		t.Fatal("the Dockerfile names no profile")
	}
	where := strings.NewReplacer(`{{"`, "", `"}}`, "").Replace(string(arg[1]))
	top, err := exec.Command("sh", "-c", `go tool pprof -top -nodecount 1000 "`+where+`"`).Output()
	if err != nil {
		t.Fatalf("%s: %v", where, err)
	}
	for _, hot := range []string{"element.(*Parser).recall", "dispatch.(*input).take", "confirm.(*Ring).put", "stream.(*conn).SendKept"} {
		if !strings.Contains(string(top), hot) {
			t.Errorf("the profile does not know %s: make it anew with scripts/profile", hot)
		}
	}
}
