package framework

import (
	"context"
	"flag"
	"io"
	"os"
	"slices"

	"github.com/emp-framework/emp/internal/command"
)

// A Command is a command of an application's own, beside those that all have
// (run, routes, match, ...). With Name "import" it is what `app import` does.
// Those of App.Commands come first in the help, then those of plugins.
type Command struct {
	// Name is the word for it: small letters, digits, and "-" between. Main ends
	// with 70 where two commands have one name, or a flag of one is a flag that all
	// have.
	Name string
	// Args is what the help shows of its arguments, as in "FILE..." or "[USER]".
	// With "" it takes none: a command line that has some is wrong.
	Args string
	// Short is what it does, in one line, for the list of commands.
	Short string
	// Long is all that there is to say of it. Default: Short.
	Long string
	// Example is how it is used, each line indented by two spaces; may be "".
	Example string

	// Flags adds flags of its own to those that configure the application; may be
	// nil. A flag of one letter is one with a single dash.
	Flags func(*flag.FlagSet)

	// Run does it, until ctx ends: at SIGINT or SIGTERM. Its error ends the program
	// with exit code 1, or what a method ExitCode() int of it, or of an error that
	// it wraps, returns; its text is printed on standard error. Required.
	Run func(ctx context.Context, call *Call) error
}

// A Commander is a plugin that brings commands for the application's binary. Their
// Run may be called without the plugin having been started: only the command run
// starts plugins.
type Commander interface{ Commands() []Command }

// A Call is one use of a Command.
type Call struct {
	App  *App     // which does not run
	Args []string // of the command, without its name and without flags

	In       io.Reader // standard input
	Out, Err io.Writer // standard output, for what was asked for, and standard error, for all else

	flags map[string]string
	usage func(format string, args ...any) error
}

// Load loads the configuration as run does it, from the file, the environment and
// the flags, and makes it that of App: Call.App.Run then runs the application with
// it. The error is a *ConfigError; to return it is exit code 78.
func (c *Call) Load() (*Loaded, error) { return c.App.load(c.flags) }

// Run runs the application as the command run does it, with the configuration loaded.
func (c *Call) Run(ctx context.Context) error {
	c.App.init()
	return c.App.runWith(ctx, c.flags)
}

// Usage returns an error that says what is wrong with the command line, in the
// words of fmt.Sprintf; to return it is exit code 64.
func (c *Call) Usage(format string, args ...any) error { return c.usage(format, args...) }

// load loads the configuration from all there is, and makes it the application's.
func (a *App) load(flags map[string]string) (*Loaded, error) {
	loaded, err := a.Config.Load(Sources{Environ: os.Environ(), Flags: flags})
	if err == nil {
		a.take(loaded)
		if a.Embed != nil && !loaded.given("server") {
			a.Config.Server = "" // which is for Embed to say
		}
	}
	return loaded, err
}

// take makes what was loaded that of the application, in place of what was before.
func (a *App) take(loaded *Loaded) {
	own := a.Links[:len(a.Links)-len(a.loaded.Links)]
	a.Config, a.Links, a.loaded = loaded.Config, slices.Concat(own, loaded.Links), *loaded
}

// commands is those of the application and its plugins, for the command line.
func (a *App) commands(in io.Reader, out, err io.Writer) (all []command.Command) {
	own := a.Commands
	for _, p := range pluginsAs[Commander](a) {
		own = append(own[:len(own):len(own)], p.Commands()...)
	}
	for _, c := range own {
		further := command.Command{Name: c.Name, Args: c.Args, Short: c.Short, Long: c.Long, Example: c.Example, Flags: c.Flags}
		if c.Run != nil {
			further.Run = func(ctx context.Context, flags map[string]string, args []string, usage func(string, ...any) error) error {
				return c.Run(ctx, &Call{App: a, Args: args, In: in, Out: out, Err: err, flags: flags, usage: usage})
			}
		}
		all = append(all, further)
	}
	return all
}
