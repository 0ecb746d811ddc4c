// Package command is the command line of an application's binary.
//
// In:  the arguments, and a Program: the flags there are, and what to run.
// Out: the call of what they ask for, with the flags that were given; then an
// exit code, and on standard error one line for each thing that is wrong.
//
// It knows nothing of the framework: what it runs comes with the Program. A
// command that all programs have is one file with a function such as runCommand, a
// line in commands, and mostly a field of Program for what it calls; one that a
// program has for itself is a Command.
//
// # Exit codes
//
// They are those of sysexits.h where there is one, as service managers know
// them:
//
//	0   done; also: stopped, as somebody wished
//	1   ended with an error that is none of these
//	3   status: it does not run
//	64  the command line is wrong: EX_USAGE
//	70  the program itself is wrong, as its routes: EX_SOFTWARE
//	75  start and status: it runs, and is not ready: EX_TEMPFAIL
//	78  the configuration is wrong, and another try without a change makes no
//	    sense: EX_CONFIG
//
// An error chooses another code by a method ExitCode() int, on itself or on an
// error it wraps.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
)

// A Program is what the command line is for.
type Program struct {
	Name    string // of the binary
	Short   string // what it is, in one line; may be ""
	Version string // "": what the build knows

	// Flags is the flags that configure the program. Every command takes them.
	Flags []Flag
	// Before is called in front of each command; may be nil. flags is as for Run.
	Before func(flags map[string]string) error
	// Run runs the program until ctx ends or it fails. flags is those that were
	// given, by name.
	Run func(ctx context.Context, flags map[string]string) error
	// Routes returns the table of routes.
	Routes func(flags map[string]string) ([]Route, error)
	// Match calls found for each stanza of in, which people know as name. What
	// found returns ends it.
	Match func(flags map[string]string, in io.Reader, name string, found func(Match) error) error

	// Config returns the configuration, and what is wrong with it.
	Config func(flags map[string]string) (Configuration, error)

	// Boot returns the lists of steps that the program is started by; if wait is above 0
	// with what they took when it was started for that, and stopped when it was ready.
	Boot func(ctx context.Context, flags map[string]string, wait time.Duration) ([]Plan, error)
	// Call sends the iq in in, which people know as name, and prints the answer on out.
	Call func(ctx context.Context, flags map[string]string, in io.Reader, name string, wait time.Duration, out io.Writer) error

	// Console sends the program the stanzas that come from in, on a server in memory, and
	// shows on out what it does; with live set it sends them to the program's server.
	Console func(ctx context.Context, flags map[string]string, live bool, in io.Reader, out io.Writer) error

	// Start runs the program in the background, and waits for it to be ready; Stop
	// stops the one that runs there, and waits. They return what they did.
	Start func(ctx context.Context, flags map[string]string, wait time.Duration) (string, error)
	Stop  func(ctx context.Context, flags map[string]string, wait time.Duration, force bool) (string, error)
	// Status says how it is.
	Status func(flags map[string]string) (Status, error)

	// Commands is what the program can do beside.
	Commands []Command

	In       io.Reader // standard input
	Out, Err io.Writer // standard output and standard error
}

// A Flag is one of the program's own flags.
type Flag struct {
	Name   string // without dashes
	Letter string // a short form; "": none
	Arg    string // a word for its value: "file"
	Help   string // one line
}

// commands is the commands there are, in the order of the help.
var commands = []func(*call) *cobra.Command{
	runCommand,
	startCommand,
	stopCommand,
	statusCommand,
	routesCommand,
	matchCommand,
	configCommand,
	bootCommand,
	callCommand,
	consoleCommand,
	versionCommand,
}

func init() { cobra.EnableCommandSorting = false }

// A call is one use of the command line.
type call struct {
	*Program
	flags   map[string]string // as given
	started bool              // the command line was right, as far as cobra can tell
}

// Execute does what args say, which are without the program's name, and returns
// the exit code. Without a command in args it runs the program.
func Execute(ctx context.Context, p Program, args []string) int {
	c := &call{Program: &p, flags: make(map[string]string)}
	root := newRoot(c)
	err := addFurther(root, c)
	if err == nil {
		root.SetArgs(args)
		err = root.ExecuteContext(ctx)
	}
	if err == nil {
		return 0
	}
	var ours interface{ ExitCode() int }
	if !c.started && !errors.As(err, &ours) {
		err = c.usage("%v", err) // cobra's own
	}
	if err.Error() != "" {
		fmt.Fprintln(p.Err, err)
	}
	return exitCode(err)
}

func newRoot(c *call) *cobra.Command {
	root := &cobra.Command{
		Use:     c.Name,
		Short:   c.Short,
		Long:    long(c.Program),
		Example: examples(c.Name),
		Args:    c.noCommand,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			c.started = true
			if c.Before == nil {
				return nil
			}
			return c.Before(c.flags)
		},
		RunE:          rootRun(c),
		SilenceErrors: true, // Execute prints them, on one line
		SilenceUsage:  true,
	}
	// cobra's own would print it by text/template, for whose sake the linker keeps every
	// method of the program: 4 MB of binary, of which an idle process has 2 MB in memory.
	root.Flags().BoolP("version", "v", false, "version for "+c.Name)
	root.SetOut(c.Out)
	root.SetErr(c.Err)
	root.SetFlagErrorFunc(c.flagError)
	root.SetHelpCommand(helpCommand(c))
	for _, f := range c.Flags {
		root.PersistentFlags().VarP(flagValue{c.flags, f}, f.Name, f.Letter, f.Help)
	}
	root.Flags().BoolP("daemonize", "d", false, "run in the background: the command start")
	root.Flags().SortFlags = false
	root.PersistentFlags().SortFlags = false
	for _, make := range commands {
		root.AddCommand(make(c))
	}
	return root
}

// rootRun is what the program does without a command: it runs, here or in the background,
// or prints its version.
func rootRun(c *call) func(*cobra.Command, []string) error {
	run, start, printVersion := runCommand(c).RunE, startCommand(c).RunE, versionCommand(c).RunE
	return func(cmd *cobra.Command, args []string) error {
		if v, _ := cmd.Flags().GetBool("version"); v {
			return printVersion(cmd, args)
		}
		if d, _ := cmd.Flags().GetBool("daemonize"); d {
			return start(cmd, args)
		}
		return run(cmd, args)
	}
}

// flagValue notes a flag that is given.
type flagValue struct {
	given map[string]string
	flag  Flag
}

func (v flagValue) Set(s string) error { v.given[v.flag.Name] = s; return nil }
func (v flagValue) String() string     { return "" } // its default is in its help
func (v flagValue) Type() string       { return v.flag.Arg }

// A usageError is a command line that is wrong.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }
func (e *usageError) ExitCode() int { return 64 }

func exitCode(err error) int {
	var coded interface{ ExitCode() int }
	if errors.As(err, &coded) {
		return coded.ExitCode()
	}
	return 1
}
