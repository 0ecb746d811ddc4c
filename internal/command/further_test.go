package command_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/emp-framework/emp/internal/command"
)

// demo is a further command, which notes what it was called with.
type demo struct {
	args []string
	fast bool
	n    int
	ran  map[string]string
}

func (d *demo) command(result func(usage func(string, ...any) error) error) command.Command {
	return command.Command{
		Name: "demo", Args: "[USER...]", Short: "Show it", Long: "It shows it.", Example: "  hack demo --fast",
		Flags: func(f *flag.FlagSet) {
			f.BoolVar(&d.fast, "fast", false, "without pauses")
			f.IntVar(&d.n, "n", 1, "`times` to show it")
		},
		Run: func(ctx context.Context, flags map[string]string, args []string, usage func(string, ...any) error) error {
			if ctx.Value(key{}) != "mine" {
				return errors.New("not the caller's context")
			}
			d.args, d.ran = args, maps.Clone(flags)
			return result(usage)
		},
	}
}

func fine(func(string, ...any) error) error { return nil }

func TestFurther(t *testing.T) {
	for args, want := range map[string]demo{
		"demo":                            {n: 1},
		"demo a b":                        {n: 1, args: []string{"a", "b"}},
		"demo --fast -n 3 a --jid x":      {n: 3, fast: true, args: []string{"a"}, ran: map[string]string{"jid": "x"}},
		"--jid x demo --fast=false -n2 a": {n: 2, args: []string{"a"}, ran: map[string]string{"jid": "x"}},
	} {
		p, got := newProgram(nil), demo{}
		p.Commands = []command.Command{got.command(fine)}
		code := p.execute(strings.Fields(args)...)
		if code != 0 || p.ran != nil || p.err.Len() > 0 || !slices.Equal(got.args, want.args) || got.n != want.n || got.fast != want.fast || !maps.Equal(got.ran, want.ran) {
			t.Errorf("%s: code %d, %+v, want %+v, says %s", args, code, got, want, &p.err)
		}
	}
}

func TestFurtherWrong(t *testing.T) {
	for _, tc := range []struct {
		args   string
		result func(func(string, ...any) error) error
		code   int
		says   string
	}{
		{"demo --slow", fine, 64, "hack: unknown flag --slow (hack --help lists what there is)\n"},
		{"demo --fats", fine, 64, "hack: unknown flag --fats: did you mean --fast? (hack --help lists what there is)\n"},
		{"dmeo", fine, 64, "hack: unknown command \"dmeo\": did you mean demo? (hack --help lists what there is)\n"},
		{"demo", func(usage func(string, ...any) error) error { return usage("no user %q", "x\n") }, 64, "hack: no user \"x\\n\" (hack --help lists what there is)\n"},
		{"demo", func(func(string, ...any) error) error { return errors.New("broken") }, 1, "broken\n"},
		{"demo", func(func(string, ...any) error) error { return coded(75) }, 75, "error 75\n"},
		{"plain x", fine, 64, "hack: plain takes no arguments, and \"x\" is one (hack --help lists what there is)\n"},
	} {
		p, d := newProgram(nil), demo{}
		plain := d.command(tc.result)
		plain.Name, plain.Args = "plain", ""
		p.Commands = []command.Command{d.command(tc.result), plain}
		if code := p.execute(strings.Fields(tc.args)...); code != tc.code || p.err.String() != tc.says || p.out.Len() > 0 {
			t.Errorf("%s: code %d, want %d, says %q", tc.args, code, tc.code, &p.err)
		}
	}
}

func TestFurtherHelp(t *testing.T) {
	p, d := newProgram(nil), demo{}
	p.Commands = []command.Command{d.command(fine)}
	if p.execute("--help"); !strings.Contains(p.out.String(), "  version     Print the version\n  demo        Show it\n") {
		t.Errorf("--help:\n%s", &p.out)
	}
	p.out.Reset()
	p.execute("demo", "--help")
	for _, want := range []string{"It shows it.\n", "hack demo [USER...] [flags]", "  hack demo --fast\n", "--fast      without pauses", "-n, --n times", "--jid value"} {
		if !strings.Contains(p.out.String(), want) {
			t.Errorf("demo --help has no %q:\n%s", want, &p.out)
		}
	}
}

// TestFurtherMistakes: commands that cannot be are told whatever is called, as
// whoever makes the program calls it once.
func TestFurtherMistakes(t *testing.T) {
	for _, tc := range []struct {
		change func(c *command.Command)
		says   string
	}{
		{func(c *command.Command) { c.Name = "" }, `command "": its name is to be a word of small letters, digits and -`},
		{func(c *command.Command) { c.Name = "Demo" }, `command "Demo": its name is to be a word of small letters, digits and -`},
		{func(c *command.Command) { c.Name = "demo x" }, `command "demo x": its name is to be a word of small letters, digits and -`},
		{func(c *command.Command) { c.Name = "-demo" }, `command "-demo": its name is to be a word of small letters, digits and -`},
		{func(c *command.Command) { c.Name = "run" }, `command "run": there is another of this name: rename one`},
		{func(c *command.Command) { c.Name = "help" }, `command "help": there is another of this name: rename one`},
		{func(c *command.Command) { c.Name = "completion" }, `command "completion": there is another of this name: rename one`},
		{func(c *command.Command) { c.Name = "other" }, `command "other": there is another of this name: rename one`},
		{func(c *command.Command) { c.Run = nil }, `command "demo": it has no Run`},
		{func(c *command.Command) { c.Flags = func(f *flag.FlagSet) { f.Bool("jid", false, "") } }, `command "demo": its flag jid is one of the program's: rename it`},
		{func(c *command.Command) { c.Flags = func(f *flag.FlagSet) { f.Bool("h", false, "") } }, `command "demo": its flag h is one of the program's: rename it`},
		{func(c *command.Command) { c.Flags = func(f *flag.FlagSet) { f.String("secret", "", "") } }, `command "demo": its flag secret is one of the program's: rename it`},
		{func(c *command.Command) { c.Flags = func(f *flag.FlagSet) { f.Bool("help", false, "") } }, `command "demo": its flag help is one of the program's: rename it`},
	} {
		for _, args := range []string{"", "run", "version", "--help", "demo"} {
			p, d := newProgram(nil), demo{}
			other := d.command(fine)
			other.Name = "other"
			bad := d.command(fine)
			tc.change(&bad)
			p.Commands = []command.Command{other, bad}
			if code := p.execute(strings.Fields(args)...); code != 70 || p.err.String() != fmt.Sprintf("hack: %s\n", tc.says) || p.ran != nil || p.out.Len() > 0 {
				t.Errorf("%q: code %d, says %s, want %s", args, code, &p.err, tc.says)
			}
		}
	}
}
