package emp_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/emp-framework/emp"

// An importRule says what the packages of one pattern may import, tests aside.
// The standard library is free to all. Patterns are those of the go command:
// "feature/..." is feature and all below it, "..." everything.
type importRule struct {
	pkg     string   // packages of this module, from its root; "." is the root
	may     []string // packages of this module it may import
	never   []string // packages of this module it may not reach, not even through others; wins over may
	outside []string // packages of other modules it may import
}

// importRules is who may import whom. The first rule whose pattern fits is a
// package's rule, and each package needs one.
var importRules = []importRule{
	{pkg: "framework", may: all, never: add(ends, "devserver", "emptest", "internal/pipe")}, // a generated app passes devserver.Step() in
	// What it runs comes as parameters.
	{pkg: "internal/command", may: list("internal/nearest"), outside: list("github.com/spf13/cobra", "github.com/spf13/pflag")},
	{pkg: "internal/config", may: list("internal/nearest"), outside: list("go.yaml.in/yaml/v3")},
	{pkg: "internal/nearest"},
	{pkg: "admin", may: list("framework", "component", "stanza"), outside: list("github.com/prometheus/client_golang/prometheus/...")},
	{pkg: "record", may: list("framework", "emptest", "component", "stream", "stanza", "element", "jid", "internal/hostlink", "internal/recording", "internal/redact", "internal/sasl")},
	{pkg: "internal/recording"},
	{pkg: "internal/redact", may: list("element")},
	{pkg: "internal/dispatch", may: list("router", "component", "stanza", "element", "jid")},
	{pkg: "internal/confirm", may: list("stanza", "element", "jid")},
	{pkg: "feature/caps", may: list("feature/disco", "router", "component", "boot", "stanza", "element", "jid")},
	{pkg: "feature/commands", may: list("feature/forms", "router", "component", "boot", "stanza", "element", "jid")},
	{pkg: "feature/...", may: list("router", "component", "boot", "stanza", "element", "jid")},
	{pkg: "router", may: list("component", "stanza", "element", "jid", "internal/nearest", "internal/xpath")},
	{pkg: "component", may: list("stanza", "element", "jid", "internal/nearest")},
	{pkg: "stream", may: list("stanza", "element", "jid", "internal/sasl", "internal/discover", "internal/sm"), never: list("router", "component")},
	{pkg: "stanza", may: list("element", "jid")},
	{pkg: "element", outside: list("github.com/antchfx/xpath", "github.com/antchfx/xmlquery")},
	{pkg: "jid", outside: list("golang.org/x/net/idna", "golang.org/x/text/...")},
	{pkg: "boot"},
	{pkg: "emptest", may: all, never: ends, outside: list("golang.org/x/tools/txtar")},
	{pkg: "devserver", may: list("stream", "stanza", "element", "jid", "boot", "internal/pipe", "internal/sasl")}, // the server's side of SASL lies beside the client's
	{pkg: "cmd/empgen/...", may: list("cmd/empgen/...", "templates"), never: list("framework"), outside: list("github.com/spf13/cobra")},

	{pkg: "."}, // the module's package comment
	{pkg: "templates"},
	{pkg: "internal/xpath", may: list("element")},
	{pkg: "internal/discover", outside: list("golang.org/x/net/idna")},
	{pkg: "internal/sasl", outside: list("golang.org/x/text/...")},
	{pkg: "internal/sm"},
	{pkg: "internal/supervise"},
	{pkg: "internal/daemon", outside: list("golang.org/x/sys/unix")},
	{pkg: "internal/prompt", outside: list("golang.org/x/term")},
	{pkg: "internal/logging", outside: list("go.uber.org/zap/...", "golang.org/x/term")},
	{pkg: "internal/adversarial"}, // for tests, which these rules leave free
	{pkg: "internal/leak"},        // likewise
	{pkg: "internal/pipe"},        // likewise, and for devserver
	{pkg: "internal/hostlink", may: list("stream", "stanza", "element", "jid", "internal/sasl")},
	{pkg: "internal/stages", may: list("devserver", "emptest", "jid", "internal/xmpptest")}, // for tests
	{pkg: "internal/faultproxy"},                                                            // likewise
	{pkg: "internal/ptytest", outside: list("golang.org/x/sys/unix")},                       // tests alone
	{pkg: "internal/faulttest"},                                                             // tests alone
	{pkg: "internal/xmpptest", may: list("stanza", "element", "jid")},                       // likewise
	// The one place that has a database: nothing else may link its driver.
	{pkg: "examples/tweeter/app/models", may: list("stanza", "element", "jid", "component", "feature/subscription"), outside: list("modernc.org/sqlite")},
	{pkg: "examples/...", may: list("examples/...", "admin", "record", "stream", "framework", "boot", "router", "component", "stanza", "element", "jid", "feature/...", "devserver", "emptest")},
	{pkg: "bench/...", may: all, never: list("cmd/...", "examples/...")},
}

var (
	all  = list("...")
	ends = list("cmd/...", "examples/...", "bench/...", "admin", "record", "internal/adversarial", "internal/faultproxy", "internal/faulttest", "internal/leak", "internal/ptytest", "internal/stages", "internal/xmpptest") // what nothing builds on
)

func list(names ...string) []string { return names }

func add(names []string, more ...string) []string { return append(slices.Clip(names), more...) }

func matchAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return match(p, name) })
}

func match(pattern, name string) bool {
	if pattern == "..." {
		return true
	}
	if under, ok := strings.CutSuffix(pattern, "/..."); ok {
		return name == under || strings.HasPrefix(name, under+"/")
	}
	return name == pattern
}

// A goPackage is what go list tells of a package.
type goPackage struct {
	ImportPath string
	Standard   bool
	Imports    []string // of its files without tests
}

// violations returns what in pkgs is against rules, one sentence each. pkgs
// holds the module's packages with all they import, at any distance.
func violations(rules []importRule, pkgs []goPackage) []string {
	byPath := make(map[string]goPackage)
	for _, p := range pkgs {
		byPath[p.ImportPath] = p
	}
	var found []string
	for _, p := range pkgs {
		name, own := inModule(p.ImportPath)
		if !own {
			continue
		}
		i := slices.IndexFunc(rules, func(r importRule) bool { return match(r.pkg, name) })
		if i < 0 {
			found = append(found, fmt.Sprintf("%s has no rule: say in importRules (imports_test.go) what it may import", name))
			continue
		}
		for _, path := range p.Imports {
			imported, own := inModule(path)
			switch {
			case own && !matchAny(rules[i].may, imported):
				found = append(found, fmt.Sprintf("%s imports %s: its rule does not list it", name, imported))
			case !own && !byPath[path].Standard && !matchAny(rules[i].outside, path):
				found = append(found, fmt.Sprintf("%s imports %s: its rule does not list it under outside", name, path))
			}
		}
		for _, chain := range reached(name, byPath) {
			if last := chain[len(chain)-1]; matchAny(rules[i].never, last) {
				found = append(found, fmt.Sprintf("%s must never reach %s: %s", name, last, strings.Join(chain, " → ")))
			}
		}
	}
	return found
}

// reached returns a shortest chain of imports from the module's package name to
// each package of the module it depends on.
func reached(name string, byPath map[string]goPackage) [][]string {
	seen := map[string]bool{name: true}
	chains := [][]string{{name}}
	for i := 0; i < len(chains); i++ {
		for _, path := range byPath[importPath(chains[i][len(chains[i])-1])].Imports {
			if next, own := inModule(path); own && !seen[next] {
				seen[next] = true
				chains = append(chains, add(chains[i], next))
			}
		}
	}
	return chains[1:]
}

// inModule returns the name of a package of the module from its root.
func inModule(path string) (name string, own bool) {
	if path == module {
		return ".", true
	}
	return strings.CutPrefix(path, module+"/")
}

func importPath(name string) string {
	if name == "." {
		return module
	}
	return module + "/" + name
}

func TestImportRules(t *testing.T) {
	watchTree(t)
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Standard,Imports", "./...")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var pkgs []goPackage
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p goPackage
		if err := d.Decode(&p); err != nil {
			t.Fatalf("go list: %v", err)
		}
		pkgs = append(pkgs, p)
	}
	if !slices.ContainsFunc(pkgs, func(p goPackage) bool { return p.ImportPath == importPath("element") }) {
		t.Fatal("go list does not show package element: nothing is checked")
	}
	for _, v := range violations(importRules, pkgs) {
		t.Error(v)
	}
}

// watchTree reads the module's directories, for the go command's cache of test
// results: it notes what a test opens itself, and would not see that a file
// which only go list reads has changed.
func watchTree(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && path != "." && strings.HasPrefix(d.Name(), ".") {
			return fs.SkipDir
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestViolations sees the rules fail, and only where they should.
func TestViolations(t *testing.T) {
	pkg := func(name string, imports ...string) goPackage {
		return goPackage{ImportPath: importPath(name), Imports: imports}
	}
	emp := importPath
	fmtPkg := goPackage{ImportPath: "fmt", Standard: true}
	for _, tc := range []struct {
		name string
		pkgs []goPackage
		want []string
	}{
		{"as designed", []goPackage{
			fmtPkg,
			{ImportPath: "golang.org/x/text/secure/precis", Imports: list("golang.org/x/other")}, // their imports are theirs
			pkg("jid", "fmt", "golang.org/x/net/idna", "golang.org/x/text/secure/precis"),
			pkg("element", "fmt", "github.com/antchfx/xpath"),
			pkg("stanza", emp("element"), emp("jid")),
			pkg("component", emp("stanza")),
			pkg("router", emp("component"), emp("internal/xpath")),
			pkg("internal/xpath", emp("element")),
			pkg("feature/ping", emp("router")),
			pkg("framework", emp("router"), emp("feature/ping")),
			pkg("cmd/empgen", emp("templates"), emp("cmd/empgen/manifest")),
			pkg("cmd/empgen/manifest"),
			pkg("templates"),
			pkg("."),
		}, nil},
		{"upwards", []goPackage{pkg("element", emp("stanza")), pkg("stanza")},
			list("element imports stanza: its rule does not list it")},
		{"one another's feature", []goPackage{pkg("feature/a", emp("feature/b")), pkg("feature/b")},
			list("feature/a imports feature/b: its rule does not list it")},
		{"root", []goPackage{pkg(".", emp("element")), pkg("element")},
			list(". imports element: its rule does not list it")},
		{"unknown package", []goPackage{pkg("element"), pkg("elements")},
			list("elements has no rule: say in importRules (imports_test.go) what it may import")},
		{"foreign module", []goPackage{fmtPkg, pkg("stanza", "fmt", "github.com/antchfx/xpath"), {ImportPath: "github.com/antchfx/xpath"}},
			list("stanza imports github.com/antchfx/xpath: its rule does not list it under outside")},
		{"module allowed in part", []goPackage{pkg("jid", "golang.org/x/net/html"), {ImportPath: "golang.org/x/net/html"}},
			list("jid imports golang.org/x/net/html: its rule does not list it under outside")},
		{"cgo", []goPackage{pkg("element", "C")},
			list("element imports C: its rule does not list it under outside")},
		{"never, through another", []goPackage{
			pkg("stream", emp("stanza")), pkg("stanza", emp("element")), pkg("element", emp("router")), pkg("router"),
		}, list(
			"stream must never reach router: stream → stanza → element → router",
			"element imports router: its rule does not list it",
		)},
		{"never wins over may", []goPackage{pkg("framework", emp("emptest"), emp("internal/adversarial")), pkg("emptest"), pkg("internal/adversarial")},
			list(
				"framework must never reach emptest: framework → emptest",
				"framework must never reach internal/adversarial: framework → internal/adversarial",
			)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := violations(importRules, tc.pkgs)
			if !slices.Equal(got, tc.want) {
				t.Errorf("got:\n\t%s\nwant:\n\t%s", strings.Join(got, "\n\t"), strings.Join(tc.want, "\n\t"))
			}
		})
	}
}
