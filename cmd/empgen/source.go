package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
)

const empModule = "github.com/emp-framework/emp"

// A source is where an application has EMP from: a release, or a folder.
type source struct {
	Version string
	Dir     string // for a replace directive; "": none

	// What go.mod and go.sum have there, by which the application needs no network.
	Requires []string // "module version"
	Sums     string
}

// findSource says where the application in the folder app is to have EMP from: the
// folder that the flag --emp names; the release that empgen is of, if it was
// installed as one; else the checkout that it was built in.
func findSource(flag, app string) (source, error) {
	if flag != "" {
		if !isCheckout(flag) {
			return source{}, fmt.Errorf("--emp: %s is not the folder of EMP: its go.mod does not say %q", flag, "module "+empModule)
		}
		return folder(flag, app)
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		if v := release(info); v != "" {
			return source{Version: v}, nil
		}
	}
	if _, file, _, ok := runtime.Caller(0); ok {
		if root := filepath.Join(filepath.Dir(file), "..", ".."); isCheckout(root) {
			return folder(root, app)
		}
	}
	return source{}, errors.New("where is EMP? This empgen is neither of a release nor beside its source: name the folder of EMP by --emp")
}

// release is the version of EMP that the program was built of: "" if of a checkout,
// whose version the build may know as well, but nobody could fetch.
func release(info *debug.BuildInfo) string {
	if info.Main.Path != empModule || info.Main.Sum == "" || info.Main.Replace != nil {
		return ""
	}
	return info.Main.Version
}

// folder is the source in the folder dir. What was given as a relative path is one
// also for the application, so that both can move.
func folder(dir, app string) (source, error) {
	s := source{Version: "v0.0.0"}
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return s, err
	}
	for _, m := range requireLine.FindAllSubmatch(mod, -1) {
		s.Requires = append(s.Requires, string(m[1]))
	}
	sums, err := os.ReadFile(filepath.Join(dir, "go.sum"))
	if err != nil {
		return s, err
	}
	s.Sums = strings.TrimSpace(string(sums))
	if !filepath.IsAbs(dir) {
		from, err := filepath.Abs(app)
		if err != nil {
			return s, err
		}
		if dir, err = filepath.Abs(dir); err != nil {
			return s, err
		}
		if dir, err = filepath.Rel(from, dir); err != nil {
			return s, err
		}
		dir = "./" + filepath.ToSlash(dir)
		dir = strings.Replace(dir, "./..", "..", 1)
	}
	if strings.ContainsAny(dir, " \t'\"`(){}[],") { // the go command wants such in quotes
		dir = strconv.Quote(dir)
	}
	s.Dir = dir
	return s, nil
}

// requireLine is a requirement in a go.mod, alone or in a block.
var requireLine = regexp.MustCompile(`(?m)^(?:require |\t)([^\s()]+ v\S+)`)

// isCheckout reports whether dir is the folder of EMP's module.
func isCheckout(dir string) bool {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	return err == nil && strings.HasPrefix(string(text), "module "+empModule+"\n")
}
