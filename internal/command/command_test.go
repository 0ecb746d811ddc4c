package command_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/command"
)

// program is a Program, and what became of it.
type program struct {
	command.Program
	ran      map[string]string // the flags Run got; nil: it did not run
	out, err bytes.Buffer
}

func newProgram(result error) *program {
	p := &program{}
	p.Program = command.Program{
		Name: "hack", Short: "Answers hackity.", Version: "v1.2.3",
		Flags: []command.Flag{
			{Name: "config", Arg: "file", Help: "configuration file"},
			{Name: "server", Arg: "value", Help: "server to connect to"},
			{Name: "jid", Arg: "value", Help: "domain to serve"},
			{Name: "secret-file", Arg: "value", Help: "file with the secret"},
		},
		Run: func(ctx context.Context, flags map[string]string) error {
			if ctx.Value(key{}) != "mine" {
				return errors.New("not the caller's context")
			}
			p.ran = maps.Clone(flags)
			return result
		},
		Routes: func(flags map[string]string) ([]command.Route, error) {
			p.ran = maps.Clone(flags)
			return []command.Route{{Order: 1, Method: "Get", Name: "Get", Action: "main.Ping", File: "/x/routes.go", Line: 7, Key: "scan"}}, result
		},
		Match: func(flags map[string]string, in io.Reader, name string, found func(command.Match) error) error {
			p.ran = maps.Clone(flags)
			if result != nil {
				return result
			}
			text, err := io.ReadAll(in)
			if err != nil {
				return fmt.Errorf("hack: match: %w", err) // as the application says it
			}
			if len(text) == 0 {
				return nil
			}
			return found(command.Match{Line: len(text), Stanza: name, Verdicts: []command.Verdict{
				{Route: command.Route{Order: 2, Name: "ping", File: `c:\x\routes.go`, Line: 9}, Outcome: command.Takes, Took: 1234567, Names: []string{"id"}, Captures: map[string]string{"id": "1"}},
			}})
		},
		Config: func(flags map[string]string) (command.Configuration, error) {
			p.ran = maps.Clone(flags)
			return command.Configuration{Files: []string{"a.yaml"}, Settings: []command.Setting{{Key: "jid", Value: "x", Source: "a.yaml:1"}, {Key: "ca", Source: "default"}}}, result
		},
		Boot: func(_ context.Context, flags map[string]string, wait time.Duration) ([]command.Plan, error) {
			p.ran = maps.Clone(flags)
			return []command.Plan{{Title: "it", Steps: []command.Step{{Name: "one", Limit: wait}, {Name: "three", State: "done", Took: 1234567}}}}, result
		},
		Call: func(_ context.Context, flags map[string]string, in io.Reader, name string, wait time.Duration, out io.Writer) error {
			p.ran = maps.Clone(flags)
			if result != nil {
				return fmt.Errorf("hack: call: %w", result)
			}
			text, _ := io.ReadAll(in)
			fmt.Fprintf(out, "%s of %s, waits %v\n", text, name, wait)
			return nil
		},
		Console: func(_ context.Context, flags map[string]string, live bool, in io.Reader, out io.Writer) error {
			p.ran = maps.Clone(flags)
			if live {
				fmt.Fprint(out, "live ")
			}
			_, err := io.Copy(out, in)
			return errors.Join(result, err)
		},
		Start: func(_ context.Context, flags map[string]string, wait time.Duration) (string, error) {
			p.ran = maps.Clone(flags)
			return fmt.Sprint("started, waited ", wait), result
		},
		Stop: func(_ context.Context, flags map[string]string, wait time.Duration, force bool) (string, error) {
			p.ran = maps.Clone(flags)
			return fmt.Sprint("stopped, waited ", wait, ", forced: ", force), result
		},
		Status: func(flags map[string]string) (command.Status, error) {
			p.ran = maps.Clone(flags)
			if _, runs := flags["server"]; runs {
				return command.Status{Running: true, State: "not ready: x", Pid: 7, Since: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Code: 75}, result
			}
			return command.Status{State: "does not run", Code: 3}, result
		},
		In: strings.NewReader("stdin"), Out: &p.out, Err: &p.err,
	}
	return p
}

type key struct{}

func (p *program) execute(args ...string) int {
	return command.Execute(context.WithValue(context.Background(), key{}, "mine"), p.Program, args)
}

func TestRun(t *testing.T) {
	for _, tc := range []struct {
		args string
		want map[string]string
	}{
		{"", map[string]string{}},
		{"run", map[string]string{}},
		{"--jid a --server=b:1", map[string]string{"jid": "a", "server": "b:1"}},
		{"run --jid a", map[string]string{"jid": "a"}},
		{"--jid a run --server b", map[string]string{"jid": "a", "server": "b"}},
		{"--jid=", map[string]string{"jid": ""}}, // given, and empty: Load refuses it
		{"--jid a --jid b", map[string]string{"jid": "b"}},
		{"--config -", map[string]string{"config": "-"}},
	} {
		p := newProgram(nil)
		code := p.execute(strings.Fields(tc.args)...)
		if code != 0 || p.ran == nil || !maps.Equal(p.ran, tc.want) || p.out.Len()+p.err.Len() > 0 {
			t.Errorf("%q: code %d, flags %q, out %q, err %q", tc.args, code, p.ran, &p.out, &p.err)
		}
	}
}

func TestUsage(t *testing.T) {
	for args, want := range map[string]string{
		"rnu":                `unknown command "rnu": did you mean run?`,
		"serve":              `unknown command "serve"`,
		"--jid a serve":      `unknown command "serve"`,
		"--sever x":          `unknown flag --sever: did you mean --server?`,
		"run --secretfile x": `unknown flag --secretfile: did you mean --secret-file?`,
		"--what":             `unknown flag --what`,
		"-x":                 `unknown flag -x`,
		"--jid":              `flag needs an argument: --jid`,
		"run a":              `run takes no arguments, and "a" is one`,
		"version 2":          `version takes no arguments, and "2" is one`,
		"__complete":         `requires at least 1 arg(s), only received 0`, // cobra's own, for shells
		"help rnu":           `unknown command "rnu": did you mean run?`,
		"--secret hush":      `there is no flag --secret, for all users of a machine can read command lines: use --secret-file or the variable EMP_SECRET`,
		"--secret=hush":      `there is no flag --secret, for all users of a machine can read command lines: use --secret-file or the variable EMP_SECRET`,
	} {
		p := newProgram(nil)
		code := p.execute(strings.Fields(args)...)
		if want = "hack: " + want + " (hack --help lists what there is)\n"; p.err.String() != want {
			t.Errorf("%q: says %qwant %q", args, &p.err, want)
		}
		if code != 64 || p.ran != nil || p.out.Len() > 0 {
			t.Errorf("%q: code %d, ran %v, out %q", args, code, p.ran, &p.out)
		}
	}
}

// TestMerbFlags: flags of Merb that there are none of say what there is instead.
func TestMerbFlags(t *testing.T) {
	for _, args := range []string{"-c 4", "-I x", "-p 5347", "-o x", "-s 1", "-n x", "-N", "-a x", "-R x", "-i", "-S", "-r x", "-K all", "-k 1", "-X on", "-D", "-V", "-C", "run -r x", "--fast-deploy"} {
		p := newProgram(nil)
		flag := strings.Fields(strings.TrimPrefix(args, "run "))[0]
		if code := p.execute(strings.Fields(args)...); code != 64 || p.ran != nil || !strings.HasPrefix(p.err.String(), "hack: there is no flag "+flag+": ") || strings.Contains(p.err.String(), "APP") {
			t.Errorf("%s: code %d, ran %v, says %s", args, code, p.ran, &p.err)
		}
	}
	p := newProgram(nil)
	if code := p.execute("-d", "--jid", "a"); code != 0 || p.ran["jid"] != "a" || p.out.String() != "started, waited 30s\n" {
		t.Errorf("-d: code %d, ran %v, %s%s", code, p.ran, &p.out, &p.err)
	}
}

// TestBefore: it comes before each command, and its error is that of all.
func TestBefore(t *testing.T) {
	for _, args := range []string{"", "run", "status", "version", "-d"} {
		p := newProgram(nil)
		p.Before = func(flags map[string]string) error { return coded(78) }
		if code := p.execute(strings.Fields(args)...); code != 78 || p.ran != nil {
			t.Errorf("%q: code %d, ran %v", args, code, p.ran)
		}
	}
}

type coded int

func (c coded) Error() string { return fmt.Sprintf("error %d", int(c)) }
func (c coded) ExitCode() int { return int(c) }

func TestExitCodes(t *testing.T) {
	for _, tc := range []struct {
		err  error
		want int
		says string
	}{
		{nil, 0, ""},
		{errors.New("broken"), 1, "broken\n"},
		{coded(78), 78, "error 78\n"},
		{fmt.Errorf("wrapped: %w", coded(78)), 78, "wrapped: error 78\n"},
		{errors.Join(errors.New("a"), coded(69)), 69, "a\nerror 69\n"},
	} {
		p := newProgram(tc.err)
		if code := p.execute(); code != tc.want || p.err.String() != tc.says {
			t.Errorf("%v: code %d, want %d; says %q", tc.err, code, tc.want, &p.err)
		}
	}
}

func TestVersion(t *testing.T) {
	for _, arg := range []string{"version", "--version", "-v"} {
		p := newProgram(nil)
		if code := p.execute(arg); code != 0 || !strings.HasPrefix(p.out.String(), "hack v1.2.3 go1.") || strings.Count(p.out.String(), "\n") != 1 {
			t.Errorf("%s: code %d, %q, %q", arg, code, &p.out, &p.err)
		}
	}
	p := newProgram(nil)
	p.Version = ""
	if p.execute("version"); !strings.HasPrefix(p.out.String(), "hack (") && !strings.HasPrefix(p.out.String(), "hack v") {
		t.Errorf("without a version: %q", &p.out)
	}
}

func TestHelp(t *testing.T) {
	first := ""
	for _, args := range []string{"--help", "-h", "help"} {
		p := newProgram(nil)
		if code := p.execute(strings.Fields(args)...); code != 0 || p.ran != nil || p.err.Len() > 0 {
			t.Errorf("%q: code %d, ran %v, err %q", args, code, p.ran, &p.err)
		}
		if first == "" {
			first = p.out.String()
		}
		if p.out.String() != first {
			t.Errorf("%q is not --help:\n%s", args, &p.out)
		}
	}
	at := 0
	for _, want := range []string{"Answers hackity.\n", "EMP_SERVER", "no flag for the secret", "78 wrong configuration", "Examples:\n", "EMP_SECRET=hack hack --jid echo.localhost\n", "  run ", "  version ", "--config file", "--server value", "--jid value", "domain to serve\n", "--secret-file"} {
		i := strings.Index(first[at:], want)
		if i < 0 {
			t.Fatalf("no %q, or not in its place:\n%s", want, first)
		}
		at += i
	}
	p := newProgram(nil)
	if code := p.execute("help", "run"); code != 0 || !strings.Contains(p.out.String(), "hack run [flags]") || !strings.Contains(p.out.String(), "--server value") {
		t.Errorf("help run: code %d\n%s%s", code, &p.out, &p.err)
	}
}

// FuzzExecute: whatever the arguments are, the program runs, or the caller is
// told on one line what is wrong.
func FuzzExecute(f *testing.F) {
	for _, s := range []string{"", "run", "--jid\x00a", "--", "--\x00run", "-", "-hx", "--help=maybe", "help\x00help", "completion\x00bash", "__complete\x00--\x00", "--=", "version\x00--version=false", "-v=no", "routes\x00--json", "match\x00-", "match\x00.", "match\x00no\x00--json", "run\x00--jid=\x00\n", "--\n", "\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, args string) {
		p := newProgram(nil)
		code := p.execute(strings.Split(args, "\x00")...)
		switch {
		case code == 0 && p.ran == nil && p.out.Len() == 0:
			t.Errorf("%q: nothing happened, says %q", args, &p.err)
		case code == 64 && (strings.Count(p.err.String(), "\n") != 1 || p.ran != nil):
			t.Errorf("%q: ran %v, says %q", args, p.ran, &p.err)
		case code == 1 && (strings.HasPrefix(p.err.String(), "hack: match: ") || strings.HasPrefix(p.err.String(), "hack: call: ")): // of a file
		case code == 3 && p.out.Len() > 0: // status
		case code == 75 && p.out.Len() > 0:
		case code != 0 && code != 64:
			t.Errorf("%q: code %d, says %q", args, code, &p.err)
		}
	})
}
