package manifest

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

var outs = []Output{
	{Path: "new.txt", Text: []byte("new")},
	{Path: "a/deep/new.txt", Text: []byte("deep")},
	{Path: "same.txt", Text: []byte("same")},
	{Path: "other.txt", Text: []byte("ours")},
	{Path: "once.txt", Text: []byte("ours"), Once: true},
}

// folder is one in which some of outs are there already.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"same.txt": "same", "other.txt": "theirs", "once.txt": "theirs"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// contents returns what the files of outs say in dir, "-" for those not there.
func contents(dir string) string {
	var all []string
	for _, out := range outs {
		text, err := os.ReadFile(filepath.Join(dir, out.Path))
		if err != nil {
			text = []byte("-")
		}
		all = append(all, string(text))
	}
	return strings.Join(all, " ")
}

func TestWrite(t *testing.T) {
	const before = "- - same theirs theirs"
	for name, tc := range map[string]struct {
		options Options
		fates   string
		after   string
	}{
		"force":             {Options{Force: true}, "create create same force force", "new deep same ours ours"},
		"skip":              {Options{Skip: true}, "create create same skip keep", "new deep same theirs theirs"},
		"pretend":           {Options{Pretend: true}, "create create same differs keep", before},
		"pretend and force": {Options{Pretend: true, Force: true}, "create create same force force", before},
		"pretend and skip":  {Options{Pretend: true, Skip: true}, "create create same skip keep", before},
		"neither":           {Options{}, "", before},
		"both":              {Options{Force: true, Skip: true}, "", before},
	} {
		t.Run(name, func(t *testing.T) {
			dir := folder(t)
			var log strings.Builder
			err := Write(dir, outs, tc.options, &log)
			var fates []string
			for line := range strings.Lines(log.String()) {
				fates = append(fates, strings.Fields(line)[0])
			}
			if got := strings.Join(fates, " "); got != tc.fates || (err == nil) != (tc.fates != "") {
				t.Errorf("%s, %v; want %s", got, err, tc.fates)
			}
			if got := contents(dir); got != tc.after {
				t.Errorf("the files say %s, want %s", got, tc.after)
			}
			if _, err := os.Stat(filepath.Join(dir, "a")); tc.after == before && err == nil {
				t.Error("it made a folder")
			}
			conflict := (*ConflictError)(nil)
			if name == "neither" && (!errors.As(err, &conflict) || !slices.Equal(conflict.Paths, []string{"other.txt"})) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestWriteCannot: where a folder is in the way, nothing is done.
func TestWriteCannot(t *testing.T) {
	dir := folder(t)
	if err := os.Mkdir(filepath.Join(dir, "new.txt"), 0o755); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	if err := Write(dir, outs, Options{Force: true}, &log); err == nil || log.Len() > 0 {
		t.Errorf("%v, %s", err, &log)
	}
}

func TestOutputs(t *testing.T) {
	fsys := fstest.MapFS{
		"a.go.tmpl":   {Data: []byte("package {{.Name}}\nvar  a = 1")},
		"bad.go.tmpl": {Data: []byte("package {{.Name}}\nvar = 1")},
	}
	data := map[string]string{"Name": "x"}
	got, err := Manifest{{Template: "a.go", Target: "{{.Name}}/./a.go", Once: true}}.Outputs(fsys, data)
	if err != nil || len(got) != 1 || got[0].Path != "x/a.go" || string(got[0].Text) != "package x\n\nvar a = 1\n" || !got[0].Once {
		t.Errorf("%v, %v", got, err)
	}
	for what, f := range map[string]File{
		"expected 'IDENT'":        {Template: "bad.go", Target: "bad.go"},
		"file does not exist":     {Template: "none", Target: "none"},
		"leads out of the folder": {Template: "a.go", Target: "{{.Name}}/../../a.go"},
		"no entry for key":        {Template: "a.go", Target: "{{.Nme}}.go"},
	} {
		if _, err := (Manifest{f}).Outputs(fsys, data); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%+v: %v, want: %s", f, err, what)
		}
	}
}
