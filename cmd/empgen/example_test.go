package main

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/emp-framework/emp/templates"
)

// ofTweeter says of files of empgen new what became of them in examples/tweeter, where
// that is more than further lines: those that its author has replaced, and files
// that are not there at all, with the reason.
var ofTweeter = struct {
	replaced map[string][]string
	gone     map[string]string
}{
	replaced: map[string][]string{
		"main.go": {
			"// Command tweeter greets whoever writes to it. Package config says what it",
			"// consists of.",
			"// go run . run it, as emp.yaml says",
			"// go run . --help what it can do else, and all that can be configured",
			"func main() { framework.Main(config.App()) }",
		},
		"main_test.go": {
			"// TestPlays performs the conversations of testdata, each with an application of its",
			"// own. That runs as it does in production, but its server is in memory, and the",
			"// plays are all its users.",
			`func TestPlays(t *testing.T) { emptest.Run(t, "testdata/*.txtar", config.App) }`,
		},
		"config/init.go": {
			`"github.com/emp-framework/emp/record"`, // which only a test of it uses
			"// App returns the application. Each call makes a new one, as tests need it.",
			`Short: "greets whoever writes to it",`,
			"Routes: Routes,",
			"app.Use(",
			`&disco.Feature{Name: "tweeter"}, // tells what is here (XEP-0030)`,
			"record.New(), // the commands record and replay: conversations, as tests or to look into",
			")",
		},
		"config/router.go": {
			`"github.com/emp-framework/emp/component"`,
			"// true of a stanza takes it.",
			"func Routes(r *router.Router) {",
			`greeter := &components.Greeter{Greeting: "Hello"}`,
			`r.Namespace("g", models.NS)`,
			`r.Get("g:greeting[not(@name) or @name={name}]").Bind(component.Args(greeter.Show)).Name("greeting")`,
			`r.Message("[body][not(@type='groupchat')]").To(greeter.Reply).Name("reply")`,
		},
		"README.md": {
			"An XMPP application, made with [EMP](https://github.com/emp-framework/emp).",
			"go build && ./tweeter",
			"how. Then send a message to `tweeter.localhost` with any client.",
			"go test ./...",
		},
		"Dockerfile": {
			"# docker build -t tweeter .",
			"# docker run --rm --network host --stop-timeout 30 -v /etc/tweeter:/etc/tweeter:ro tweeter",
			`-pgo "$(go list -f '{{.Dir}}' github.com/emp-framework/emp/framework)/emp.pgo" .`,
		},
	},
	gone: map[string]string{
		"app/components/greeter.go":      "the components are others",
		"app/components/greeter_test.go": "the components are others",
		"app/models/greeting.go":         "the models are others",
		"app/models/greeting_test.go":    "the models are others",
		"testdata/messages.txtar":        "the plays are others",
		"testdata/requests.txtar":        "the plays are others",
		"go.mod":                         "it is part of EMP's module",
		".github/workflows/test.yml":     "EMP's own tests it",
		".dockerignore":                  "it is built in EMP's folder",
	},
}

// TestTweeter: the example of a whole application is what empgen new makes, with more
// lines and files in the same folders, and nothing else replaced than ofTweeter says.
func TestTweeter(t *testing.T) {
	example := os.DirFS("../../examples/tweeter")
	a := app{Name: "tweeter", Module: empModule + "/examples/tweeter", Size: "full", JID: "tweeter.localhost", EMP: source{Version: "v0.0.0"}}
	outs, err := slices.Concat(sizes[a.Size], everyApp).Outputs(templates.FS, a)
	if err != nil {
		t.Fatal(err)
	}
	folders := make(map[string]bool)
	for _, out := range outs {
		folders[path.Dir(out.Path)] = true
		text, err := fs.ReadFile(example, out.Path)
		why := ofTweeter.gone[out.Path]
		delete(ofTweeter.gone, out.Path)
		if (err == nil) == (why != "") {
			t.Errorf("%s: %v, and ofTweeter says of it %q", out.Path, err, why)
		}
		if err != nil {
			continue
		}
		replaced := ofTweeter.replaced[out.Path]
		delete(ofTweeter.replaced, out.Path)
		missing := missingLines(string(out.Text), string(text))
		if !slices.Equal(missing, replaced) {
			t.Errorf("%s lacks\n\t%s\nof what empgen new makes, and may lack\n\t%s", out.Path, strings.Join(missing, "\n\t"), strings.Join(replaced, "\n\t"))
		}
	}
	if len(ofTweeter.gone)+len(ofTweeter.replaced) > 0 {
		t.Errorf("empgen new makes no such files: %v, %v", ofTweeter.gone, ofTweeter.replaced)
	}
	for _, pattern := range []string{"*.go", "*/*.go", "*/*/*.go"} {
		files, err := fs.Glob(example, pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			if !folders[path.Dir(file)] {
				t.Errorf("an application of size full has no folder for %s", file)
			}
		}
	}
}

// missingLines returns the lines of a generated text that are not in another one; white
// space, as gofmt makes it, is of no account.
func missingLines(generated, text string) (missing []string) {
	lines := func(s string) (all []string) {
		for line := range strings.Lines(s) {
			if line = strings.Join(strings.Fields(line), " "); line != "" {
				all = append(all, line)
			}
		}
		return all
	}
	there := lines(text)
	for _, line := range lines(generated) {
		if i := slices.Index(there, line); i >= 0 {
			there = slices.Delete(there, i, i+1)
		} else {
			missing = append(missing, line)
		}
	}
	return missing
}
