// Package manifest writes files that are made of templates: all that empgen does
// once it knows which.
//
// In:  a manifest, which is a literal list of templates and targets; what their
// holes are filled with. Out: the files, in a folder, and a line about each.
//
// Nothing that somebody may have changed is overwritten unless he says so.
package manifest

import (
	"bytes"
	"fmt"
	"go/format"
	"io/fs"
	"path"
	"strings"
	"text/template"
)

// A Manifest is the files of one kind of thing, in the order in which people are
// told of them.
type Manifest []File

// A File is made of one template.
type File struct {
	Template string // in the file system of templates, without Suffix
	Target   string // where it goes, with slashes; a template itself
	Once     bool   // one that is there already stays, whatever it says, unless forced
}

// Suffix is what the names of templates end in.
const Suffix = ".tmpl"

// An Output is a file to be.
type Output struct {
	Path string // with slashes
	Text []byte
	Once bool // see File
}

// Outputs fills in the templates of the manifest, from fsys, with data. Go files are
// formatted, and so are known to parse.
func (m Manifest) Outputs(fsys fs.FS, data any) ([]Output, error) {
	outs := make([]Output, 0, len(m))
	for _, f := range m {
		target, err := fill(f.Template, f.Target, data)
		if err != nil {
			return nil, err
		}
		out := Output{Path: path.Clean(string(target)), Once: f.Once}
		if out.Text, err = Text(fsys, f.Template, data); err != nil {
			return nil, err
		}
		if strings.HasSuffix(out.Path, ".go") {
			if out.Text, err = format.Source(out.Text); err != nil {
				return nil, fmt.Errorf("manifest: template %s: the Go it makes: %w", f.Template, err)
			}
		}
		if !fs.ValidPath(out.Path) {
			return nil, fmt.Errorf("manifest: template %s: its target %q leads out of the folder", f.Template, out.Path)
		}
		outs = append(outs, out)
	}
	return outs, nil
}

// Text fills in the one template of that name, from fsys, with data.
func Text(fsys fs.FS, name string, data any) ([]byte, error) {
	text, err := fs.ReadFile(fsys, name+Suffix)
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	return fill(name, string(text), data)
}

// fill fills in a template.
func fill(name, text string, data any) ([]byte, error) {
	t, err := template.New(name).Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	return b.Bytes(), nil
}
