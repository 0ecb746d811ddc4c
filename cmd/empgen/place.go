package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
)

// A place is an application that is there already, for parts to be added.
type place struct {
	Dir    string // its folder
	Name   string // "hello"
	Module string // import path of that folder
	Full   bool   // of size full: components and models have folders of their own
}

// findPlace finds the application that the folder dir lies in.
func findPlace(dir string) (place, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return place{}, err
	}
	app := ""
	for dir = start; ; dir = filepath.Dir(dir) {
		if app == "" && exists(dir, "main.go") {
			app = dir
		}
		if text, err := os.ReadFile(filepath.Join(dir, "go.mod")); err == nil {
			module := moduleOf(text)
			if module == "" || app == "" {
				break
			}
			below, err := filepath.Rel(dir, app)
			if err != nil {
				return place{}, err
			}
			p := place{Dir: app, Module: path.Join(module, filepath.ToSlash(below)), Full: exists(app, "app/components")}
			p.Name = path.Base(p.Module)
			return p, nil
		}
		if dir == filepath.Dir(dir) {
			break
		}
	}
	return place{}, fmt.Errorf("%s is in no folder of an application, with main.go and go.mod: make one by empgen new, and go there", start)
}

func exists(dir, name string) bool {
	_, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
	return err == nil
}

var moduleLine = regexp.MustCompile(`(?m)^module[ \t]+"?([^\s"]+)"?`)

// moduleOf is the path of the module that a go.mod describes.
func moduleOf(text []byte) string {
	if m := moduleLine.FindSubmatch(text); m != nil {
		return string(m[1])
	}
	return ""
}

// The folders and packages of an application's parts, by its size.

func (p place) ComponentDir() string { return p.either("app/components", ".") }
func (p place) ModelDir() string     { return p.either("app/models", ".") }
func (p place) Package() string      { return p.either("components", "main") }
func (p place) ModelPackage() string { return p.either("models", "main") }
func (p place) Components() string   { return p.either("components.", "") } // in front of what its package exports
func (p place) Models() string       { return p.either("models.", "") }
func (p place) Router() string       { return p.either("config/router.go", "the routes") }
func (p place) Init() string         { return p.either("config/init.go", "main.go") }

func (p place) either(full, flat string) string {
	if p.Full {
		return full
	}
	return flat
}

// checkNew refuses to declare what other files than those of own declare already in
// the package in the folder dir: that would not compile.
func (p place) checkNew(dir string, own []string, identifiers ...string) error {
	files, err := filepath.Glob(filepath.Join(p.Dir, filepath.FromSlash(dir), "*.go"))
	if err != nil {
		return err
	}
	places := token.NewFileSet()
	for _, file := range files {
		name := path.Join(dir, filepath.Base(file))
		if slices.Contains(own, name) {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(places, name, text, parser.SkipObjectResolution)
		if err != nil {
			return err // it would not compile either
		}
		for _, id := range declared(f) {
			if slices.Contains(identifiers, id.Name) {
				return fmt.Errorf("%v declares %s already: choose another name", places.Position(id.Pos()), id.Name)
			}
		}
	}
	return nil
}

// declared returns what a file declares for its package.
func declared(f *ast.File) []*ast.Ident {
	var ids []*ast.Ident
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				ids = append(ids, d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					ids = append(ids, spec.Name)
				case *ast.ValueSpec:
					ids = append(ids, spec.Names...)
				}
			}
		}
	}
	return ids
}
