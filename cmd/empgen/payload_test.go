package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestPayloads makes a payload of each sample, all in one application, and runs the
// tests that were made: each sample comes back as it was.
func TestPayloads(t *testing.T) {
	samples, err := txtar.ParseFile("testdata/payloads.txtar")
	if err != nil {
		t.Fatal(err)
	}
	if len(samples.Files) < 40 {
		t.Errorf("there are %d samples only", len(samples.Files))
	}
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOWORK", "off")
	if code, _, log := run("new", "--size=one", "all"); code != 0 {
		t.Fatal(log)
	}
	t.Chdir("all")
	for _, f := range samples.Files {
		name, flags, _ := strings.Cut(f.Name, " ")
		file := filepath.Join(dir, name+".xml")
		if err := os.WriteFile(file, f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, log := run(append([]string{"payload", name, "--from", file}, strings.Fields(flags)...)...); code != 0 {
			t.Errorf("%s: %s", name, log)
		}
	}
	if out, err := exec.Command("go", "vet", "./...").CombinedOutput(); err != nil {
		t.Errorf("go vet: %v\n%s", err, out)
	}
	out, err := exec.Command("go", "test", "-v", ".").CombinedOutput()
	if err != nil {
		t.Errorf("go test: %v\n%s", err, out)
	}
	for _, f := range samples.Files {
		n, err := parseName("a sample", strings.Fields(f.Name)[0])
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"--- PASS: Test" + n.exported() + " ", "--- PASS: Fuzz" + n.exported() + " "} {
			if !strings.Contains(string(out), want) {
				t.Errorf("go test says nothing of %q", want)
			}
		}
	}
}

// TestPayloadMistakes: what is wrong with a sample, or with what is said of it, is told
// with its place, and nothing is written.
func TestPayloadMistakes(t *testing.T) {
	const good = "<a xmlns='u' n='1' m='01'>\n<b>true</b><b>1</b>\n<c d=''/></a>"
	for _, tc := range []struct{ sample, flags, want string }{
		{"<a xmlns='u'>\n<b></a>", "", "s.xml:2:4: </a> closes <b> (line 2)"},
		{"<a/>", "", "s.xml:1:1: the payload <a> has no namespace"},
		{"\n<a xmlns='u'>x<b/></a>", "", "s.xml:2:1: <a> has text between its elements"},
		{good, "--int m", `s.xml:1:1: --int m: "01" would not come back as it is`},
		{good, "--bool b", `s.xml:2:12: --bool b: "1" would not come back as it is`},
		{good, "--int d", `s.xml:3:1: --int d: "" would not come back as it is`},
		{good, "--int n,x", "s.xml: --int or --bool x: no attribute has that name"},
		{good, "--int c", "s.xml: --int or --bool c: no attribute has that name"},
		{good, "--many a", "s.xml: --many or --raw a: no element inside the payload has that name"},
		{good, "--many b --raw x", "s.xml: --many or --raw x: no element inside"},
		{good + strings.Repeat(" ", maxSample), "", "s.xml: it has more than 65536 bytes"},
	} {
		t.Chdir(tree(t, map[string]string{"go.mod": "module example.org/x\n", "main.go": "package main\n", "s.xml": tc.sample}))
		code, out, log := run(append([]string{"payload", "p", "--from", "s.xml"}, strings.Fields(tc.flags)...)...)
		if code != 1 || !strings.Contains(log, tc.want) || out != "" {
			t.Errorf("%s: exit code %d, %s%s\nwant %s", tc.flags, code, out, log, tc.want)
		}
		if exists(".", "p.go") {
			t.Errorf("%s: something was written", tc.flags)
		}
	}
	if code, _, log := run("payload", "p", "--from", "none.xml"); code != 1 || !strings.Contains(log, "none.xml") {
		t.Errorf("exit code %d, %s", code, log)
	}
}

// TestPayloadTypes: what is said of a sample shows in the types.
func TestPayloadTypes(t *testing.T) {
	t.Chdir(tree(t, map[string]string{
		"go.mod": "module example.org/x\n", "main.go": "package main\n",
		"s.xml": "<a xmlns='u' n='1' x='2' m=''>\n<b>true</b><c/><d>3</d><e/></a>",
	}))
	if code, _, log := run("payload", "p", "--from", "s.xml", "--int=n,d", "--bool", "b", "--many=c,d", "--raw", "e"); code != 0 {
		t.Fatal(log)
	}
	text, err := os.ReadFile("p.go")
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join(strings.Fields(string(text)), " ")
	for _, want := range []string{
		"N *int `xml:\"n,attr,omitempty\"`", "X string `xml:\"x,attr,omitempty\"`", "M *string `xml:\"m,attr,omitempty\"`",
		"B *bool `xml:\"u b,omitempty\"`", "C []struct{} `xml:\"u c\"`", "D []int `xml:\"u d\"`", "E element.Node `xml:\"u e\"`",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %s in\n%s", want, text)
		}
	}
}

// TestPayloadRoute: the route that is proposed is for what the sample was in.
func TestPayloadRoute(t *testing.T) {
	const payload = "<a xmlns='u'/>"
	for around, want := range map[string]string{
		"%":                       `r.Get("p:a").To`,
		"<iq type='get'>%</iq>":   `r.Get("p:a").To`,
		"<iq type='set'>%</iq>":   `r.Set("p:a").To`,
		"<message>%</message>":    `r.Message("[p:a]").To`,
		"<presence>%</presence>":  `r.Presence("[p:a]").To`,
		"<iq type='error'>%</iq>": `r.Get("p:a").To`,
	} {
		t.Chdir(tree(t, map[string]string{"go.mod": "module example.org/x\n", "main.go": "package main\n", "s.xml": strings.Replace(around, "%", payload, 1)}))
		if code, out, log := run("payload", "p", "--from", "s.xml"); code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: exit code %d, %s%s", around, code, out, log)
		}
	}
}
