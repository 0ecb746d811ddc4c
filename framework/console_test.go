package framework_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// parrot is the application of docs/console.md.
func parrot() *framework.App {
	say := func(_ context.Context, req *component.Request) (component.Response, error) {
		return req.Reply("You said: " + req.Body()), nil
	}
	word := func(ctx context.Context, req *component.Request) (component.Response, error) {
		if req.Arg("n") == "0" {
			return nil, stanza.ItemNotFound.With("there is no word 0")
		}
		return component.Response{req.Stanza.Result(element.New("urn:example:words", "word").Text("word " + req.Arg("n")).Node())}, nil
	}
	return &framework.App{Name: "parrot", Config: framework.Config{JID: "parrot.localhost"}, Routes: func(r *router.Router) {
		r.Namespace("w", "urn:example:words")
		r.Get(`w:word[@n={n:\d+}]`).To(word).Name("word")
		r.Message("[body]").To(say).Name("say")
	}}
}

// A typist gives the lines of a console one by one, and has each shown as on a
// terminal.
type typist struct {
	lines []string
	shown *bytes.Buffer
}

func (y *typist) Read(b []byte) (int, error) {
	if len(y.lines) == 0 {
		return 0, io.EOF
	}
	line := y.lines[0] + "\n"
	y.lines = y.lines[1:]
	y.shown.WriteString("parrot> " + line)
	return copy(b, line), nil
}

var consoleTime = regexp.MustCompile(`after [0-9.]+[nµm]?s`)

// TestConsole: docs/console.md has what a console shows.
func TestConsole(t *testing.T) {
	var shown, errs bytes.Buffer
	in := &typist{shown: &shown, lines: []string{
		"<message><body>hello</body></message>",
		"<iq type='get'><word xmlns='urn:example:words' n='7'/></iq>",
		"<iq type='get'>",
		"  <word xmlns='urn:example:words' n='0'/>",
		"</iq>",
		"<iq type='get'><word xmlns='urn:example:words' n='x'/></iq>",
		"<presence/>",
		"<message><body>hello</message>",
		"<message>",
		"",
		"hello",
		".help",
		".quit",
		"<message/>",
	}}
	if code := framework.ExecuteOn(parrot(), in, &shown, &errs, "console"); code != 0 || errs.Len() > 0 {
		t.Fatalf("code %d: %s", code, &errs)
	}
	transcript(t, "memory", shown.String())
}

// transcript compares what a console showed with the transcript of that name in
// docs/console.md.
func transcript(t *testing.T, which, got string) {
	t.Helper()
	got = consoleTime.ReplaceAllString(got, "after 0.1ms")
	got = regexp.MustCompile(`(['"])[A-Za-z0-9_-]{20,}['"]`).ReplaceAllString(got, "$1…$1")
	const name, end = "../docs/console.md", "```\n"
	open := "<!-- " + which + " -->\n\n```console\n"
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(page), open)
	want, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no transcript %s", name, which)
	}
	if update.Get().(bool) {
		if err := os.WriteFile(name, []byte(before+open+got+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if got != want {
		t.Errorf("%s is not what a console shows: go test ./framework -run TestConsole -update\ngot\n%s\nwant\n%s", name, got, want)
	}
}

// TestConsolePiped: nothing is shown but what the application does.
func TestConsolePiped(t *testing.T) {
	var out, errs bytes.Buffer
	code := framework.ExecuteOn(parrot(), strings.NewReader("<message from='a@b/c'><body>x</body></message>\n"), &out, &errs, "console")
	got := consoleTime.ReplaceAllString(out.String(), "after TIME")
	if code != 0 || errs.Len() > 0 || !strings.HasPrefix(got, "2 takes it: say\n<message ") || !strings.Contains(got, "<body>You said: x</body>") || !strings.HasSuffix(got, "after TIME\n") {
		t.Errorf("code %d\n%s%s", code, got, &errs)
	}
	out.Reset()
	if code = framework.ExecuteOn(parrot(), strings.NewReader(".routes\n"), &out, &errs, "console"); code != 0 || !strings.Contains(out.String(), "   2  Message [body]\n") {
		t.Errorf(".routes: code %d\n%s", code, &out)
	}
}

// TestConsoleAsks: a question of the application's has an answer.
func TestConsoleAsks(t *testing.T) {
	app := parrot()
	app.Routes = func(r *router.Router) {
		r.Message("[body]").To(func(ctx context.Context, req *component.Request) (component.Response, error) {
			_, err := req.Ask(ctx, stanza.NewIQ(stanza.TypeGet, req.Stanza.From.JID, element.New("urn:xmpp:ping", "ping")))
			return req.Reply("asked: " + err.Error()), nil
		})
	}
	var out, errs bytes.Buffer
	if code := framework.ExecuteOn(app, strings.NewReader("<message><body>x</body></message>\n"), &out, &errs, "console"); code != 0 || !strings.Contains(out.String(), "<ping ") || !strings.Contains(out.String(), "asked: stanza: service-unavailable") {
		t.Errorf("code %d\n%s%s", code, &out, &errs)
	}
}
