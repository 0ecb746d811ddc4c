package framework_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

type shop struct{}

func (*shop) Show(context.Context, *component.Request) (component.Response, error) { return nil, nil }
func (*shop) List(context.Context, *component.Request) (component.Response, error) { return nil, nil }
func (*shop) Create(context.Context, *component.Request) (component.Response, error) {
	return nil, nil
}
func (*shop) Hear(context.Context, *component.Request) (component.Response, error) { return nil, nil }

// tweeter is an application of some routes of most kinds.
func tweeter() *framework.App {
	s := &shop{}
	a := &framework.App{Name: "tweeter", Routes: func(r *router.Router) {
		r.Namespace("t", "urn:example:tweets")
		r.Resource("tweets", func(r *router.Router) {
			r.Get(`t:tweet[@id={id:\d+}]`).To(s.Show).Name("tweet")
			r.Get("t:tweets").Where("t:tweets/@lang={lang}").To(s.List)
			r.From("boss@localhost", func(r *router.Router) {
				r.Set("t:tweets[t:tweet]").To(s.Create).Name("create").Concurrent()
			})
		})
		r.At("{user}@", func(r *router.Router) {
			r.Message("[@type='chat'][body]").If(func(context.Context, *component.Request) bool { return true }).To(s.Hear).Name("chat")
			r.Message("[starts-with(body,'!')]").To(s.Hear).Name("command")
			r.Message("[body][@type='chat' or @type='normal' or not(@type)]").To(s.Hear).Name("any text")
		})
		r.Errors("").To(s.Hear).Name("bounces")
	}}
	a.Use(offers{}, &watcher{})
	return a
}

// command performs a command of tweeter and returns its output, without what changes
// from run to run.
func command(t *testing.T, in string, args ...string) (out, errs string, code int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = framework.ExecuteOn(tweeter(), strings.NewReader(in), &stdout, &stderr, args...)
	return stdout.String(), stderr.String(), code
}

var changing = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`_test\.go:\d+`), "_test.go:N"},
	{regexp.MustCompile(`("line": |"line":)\d+`), "${1}N"},
	{regexp.MustCompile(`"took_ns":\d+`), `"took_ns":N`},
	{regexp.MustCompile(`(takes it|may take it|too late|misses|too slow) +[0-9.]+[nµm]?s`), "$1 TIME"},
	{regexp.MustCompile(`("key": ?")(\\.|[^"\\])*"`), `${1}KEY"`},
	{regexp.MustCompile(`(_test.go:N +)\S.*`), "${1}KEY"}, // of routes: it is the index's affair
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	goldenIn(t, "", name, got)
}

// goldenIn is golden of a test that has left the directory dir.
func goldenIn(t *testing.T, dir, name, got string) {
	t.Helper()
	for _, c := range changing {
		got = c.pattern.ReplaceAllString(got, c.with)
	}
	file := filepath.Join(dir, "testdata", name+".golden")
	if update.Get().(bool) {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}

func TestRoutesCommand(t *testing.T) {
	out, errs, code := command(t, "", "routes")
	if code != 0 || errs != "" {
		t.Fatalf("code %d: %s", code, errs)
	}
	golden(t, "routes", out)
	for line := range strings.Lines(regexp.MustCompile(`(:\d+ +)\S.*`).ReplaceAllString(out, "$1")) { // the key has the rest
		if utf8.RuneCountInString(line) > 81 {
			t.Errorf("no room for the key: %s", line)
		}
	}
	out, _, code = command(t, "", "routes", "--json")
	if code != 0 {
		t.Fatalf("code %d", code)
	}
	golden(t, "routes-json", out)
	var routes []map[string]any
	if err := json.Unmarshal([]byte(out), &routes); err != nil || len(routes) != 8 {
		t.Errorf("%d routes, %v", len(routes), err)
	}
}

const file = `<iq type='get' id='1' from='alice@localhost/x' to='tweeter.localhost/tweets'>
  <tweet xmlns='urn:example:tweets' id='17'/>
</iq>

<iq type='get' id='2' from='alice@localhost/x' to='tweeter.localhost/tweets'><tweet xmlns='urn:example:tweets' id='x'/></iq>
<iq type='set' id='3' from='alice@localhost/x' to='tweeter.localhost/tweets'><tweets xmlns='urn:example:tweets'><tweet/></tweets></iq>
<message type='chat' from='alice@localhost/x' to='bob@tweeter.localhost'><body>!who</body></message>
<message type='error' from='alice@localhost/x' to='bob@tweeter.localhost'><body>!who</body><error type='cancel'/></message>
<presence from='alice@localhost/x' to='bob@tweeter.localhost'/>
<iq type='result' id='4' from='alice@localhost/x' to='tweeter.localhost'/>
<iq type='get' id='5' from='alice@localhost/x'/>
<other/>
`

func TestMatchCommand(t *testing.T) {
	out, errs, code := command(t, file, "match", "-")
	if code != 0 || errs != "" {
		t.Fatalf("code %d: %s", code, errs)
	}
	golden(t, "match", out)
	name := filepath.Join(t.TempDir(), "stanzas.xml")
	if err := os.WriteFile(name, []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	if again, _, code := command(t, "", "match", name); code != 0 || again[:30] != out[:30] {
		t.Errorf("from a file: code %d\n%s", code, again)
	}
	out, _, code = command(t, file[:strings.Index(file, "\n\n")], "match", "--json", "-")
	if code != 0 {
		t.Fatalf("code %d", code)
	}
	golden(t, "match-json", out)
}

// TestMatchClient: of a client the routes look at the link that a stanza comes
// over, as the running application does.
func TestMatchClient(t *testing.T) {
	for to, taken := range map[string]bool{
		"bot@example.org/tweets": true,
		"bot@example.org":        true, // its one link has it
		"bot@example.org/other":  false,
		"eve@example.org/tweets": false, // would not come to it
	} {
		in := "<iq type='get' id='1' from='a@b/c' to='" + to + "'><tweet xmlns='urn:example:tweets' id='7'/></iq>"
		out, errs, code := command(t, in, "match", "-", "--mode", "client", "--jid", "bot@example.org")
		if code != 0 || strings.Contains(out, "  takes it ") != taken {
			t.Errorf("to %s: code %d %s\n%s", to, code, errs, out)
		}
	}
}

// TestMatchExcess: what is too large is answered where that is allowed, and dropped
// elsewhere.
func TestMatchExcess(t *testing.T) {
	for typ, fate := range map[string]string{
		"get":    "no route is asked, it is answered with policy-violation",
		"result": "no route is asked, it is dropped: policy-violation",
	} {
		in := "<iq type='" + typ + "' id='1' from='a@b/c' to='tweeter.localhost'><x xmlns='urn:x'>" + strings.Repeat("long ", 300_000) + "</x></iq>"
		if out, errs, code := command(t, in, "match", "-"); code != 0 || !strings.Contains(out, fate) {
			t.Errorf("%s: code %d %s\n%s, want %s", typ, code, errs, out, fate)
		}
	}
}

// TestMatchMistakes: bad files and command lines are told, with the place.
func TestMatchMistakes(t *testing.T) {
	const ping = "<iq type='get' id='1' from='a@b' to='tweeter.localhost'><ping xmlns='urn:xmpp:ping'/></iq>"
	for _, tt := range []struct {
		in, says string
		args     []string
		shown    int // stanzas
		code     int
	}{
		{"", "tweeter: match: there is no stanza in standard input\n", []string{"-"}, 0, 1},
		{" \n", "tweeter: match: there is no stanza in standard input\n", []string{"-"}, 0, 1},
		{ping + "\n\n" + ping + "\n<iq", "tweeter: match: standard input, line 4: the file ends inside an element\n", []string{"-"}, 2, 1},
		{ping + "\n<iq <>", "tweeter: match: standard input, line 2: not-well-formed at byte 95: ", []string{"-"}, 1, 1},
		{"hello", "tweeter: match: standard input, line 1: ", []string{"-"}, 0, 1},
		{ping, "tweeter: match: open no-such-file: no such file or directory\n", []string{"no-such-file"}, 0, 1},
		{ping, "tweeter: match: testdata, line 1: read testdata: is a directory\n", []string{"testdata"}, 0, 1},
		{ping, "tweeter: match takes one argument, a file or - for standard input, and 0 were given (tweeter --help lists what there is)\n", nil, 0, 64},
		{ping, "tweeter: match takes one argument, a file or - for standard input, and 2 were given (tweeter --help lists what there is)\n", []string{"a", "b"}, 0, 64},
		{ping, "tweeter: unknown flag --jsno: did you mean --json? (tweeter --help lists what there is)\n", []string{"--jsno", "-"}, 0, 64},
	} {
		out, errs, code := command(t, tt.in, append([]string{"match"}, tt.args...)...)
		if code != tt.code || !strings.HasPrefix(errs, tt.says) || strings.Count(errs, "\n") != 1 || strings.Count(out, "line ") != tt.shown {
			t.Errorf("%q %q: code %d, says %s%s", tt.args, tt.in, code, errs, out)
		}
	}
}

// TestSightOfMistakes: of routes with mistakes these are shown.
func TestSightOfMistakes(t *testing.T) {
	for name, routes := range map[string]func(*router.Router){
		"sight_test.go:":      func(r *router.Router) { r.Get("[").To(nil) },
		"the routes panicked": func(r *router.Router) { panic("oh") },
	} {
		for _, args := range [][]string{{"routes"}, {"match", "-"}} {
			var out, errs bytes.Buffer
			code := framework.ExecuteOn(&framework.App{Routes: routes}, strings.NewReader(file), &out, &errs, args...)
			if code != 70 || !strings.Contains(errs.String(), name) || out.Len() > 0 {
				t.Errorf("%s: code %d, %s", args, code, &errs)
			}
		}
	}
}
