package framework_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
)

// copier brings a command, and is no other kind of plugin.
type copier struct{}

func (c *copier) Commands() []framework.Command {
	return []framework.Command{{
		Name: "copy", Short: "Copy standard input",
		Run: func(_ context.Context, call *framework.Call) error {
			_, err := io.Copy(call.Out, call.In)
			return err
		},
	}}
}

// starting brings a command and is to be started before the application serves.
type starting struct {
	copier
	started bool
}

func (s *starting) Start(context.Context, component.Host) error { s.started = true; return nil }

func whoCommand() framework.Command {
	upper := false
	return framework.Command{
		Name: "who", Args: "GREETING", Short: "Greet the application",
		Flags: func(f *flag.FlagSet) { f.BoolVar(&upper, "upper", false, "loudly") },
		Run: func(_ context.Context, call *framework.Call) error {
			if len(call.Args) != 1 {
				return call.Usage("who takes one argument, and %d were given", len(call.Args))
			}
			loaded, err := call.Load()
			if err != nil {
				return err
			}
			text := call.Args[0] + ", " + call.App.Config.JID
			if upper {
				text = strings.ToUpper(text)
			}
			fmt.Fprintln(call.Err, "from", loaded.Settings()[2].Source)
			_, err = fmt.Fprintln(call.Out, text)
			return err
		},
	}
}

// TestCommands: an application and its plugins bring commands of their own.
func TestCommands(t *testing.T) {
	for _, tc := range []struct {
		args, in  string
		code      int
		out, says string
	}{
		{"who hello --jid a.localhost", "", 0, "hello, a.localhost\n", "from --jid\n"},
		{"who hello --upper --jid a.localhost", "", 0, "HELLO, A.LOCALHOST\n", "from --jid\n"},
		{"who", "", 64, "", "app: who takes one argument, and 0 were given (app --help lists what there is)\n"},
		{"who hello --jid a@b", "", 78, "", "framework: --jid: \"a@b\" has a local part: a component is a whole domain, so write \"b\" alone; to log in as a user set mode to client\n"},
		{"copy", "in", 0, "in", ""},
		{"copy x", "in", 64, "", "app: copy takes no arguments, and \"x\" is one (app --help lists what there is)\n"},
		{"fail", "", 1, "", "no\n"},
	} {
		t.Setenv("EMP_SECRET", secret)
		app := &framework.App{Name: "app", Commands: []framework.Command{
			whoCommand(),
			{Name: "fail", Run: func(context.Context, *framework.Call) error { return errors.New("no") }},
		}}
		plugin := &starting{}
		app.Use(plugin)
		var out, errs bytes.Buffer
		code := framework.ExecuteOn(app, strings.NewReader(tc.in), &out, &errs, strings.Fields(tc.args)...)
		if code != tc.code || out.String() != tc.out || errs.String() != tc.says || plugin.started {
			t.Errorf("%s: code %d, plugin started: %v\n%s%s", tc.args, code, plugin.started, &out, &errs)
		}
	}
}

// TestCommandsClash: what a plugin brings is held against all else.
func TestCommandsClash(t *testing.T) {
	app := &framework.App{Name: "app", Commands: new(copier).Commands()}
	app.Use(&copier{})
	var out, errs bytes.Buffer
	code := framework.ExecuteOn(app, strings.NewReader(""), &out, &errs, "version")
	if want := "app: command \"copy\": there is another of this name: rename one\n"; code != 70 || errs.String() != want {
		t.Errorf("code %d, says %q, want %q", code, &errs, want)
	}
}

// TestCommanderIsPlugin: one that only brings commands is no mistake.
func TestCommanderIsPlugin(t *testing.T) {
	app := &framework.App{Name: "app"}
	app.Use(&copier{})
	var out, errs bytes.Buffer
	if code := framework.ExecuteOn(app, strings.NewReader(""), &out, &errs, "routes"); code != 0 {
		t.Errorf("code %d: %s", code, &errs)
	}
}
