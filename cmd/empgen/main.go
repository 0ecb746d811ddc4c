// Command empgen makes XMPP applications of EMP: whole ones, and parts for them.
//
//	empgen new hello                      an application that builds, is tested and runs
//	empgen component weather now week     a component with two actions, and tests
//	empgen --help
//
// In:  a command line; of an application that is there already, where its folders
// are. Out: files, made of those of package templates, and what to do next on
// standard output. What each command writes is a literal list at the top of its file:
// the manifest. Nothing is overwritten unless --force says so, and the files that an
// author writes by hand, as the routes, are not touched at all: there empgen says
// which lines to add.
//
// # Exit codes
//
//	0   done
//	1   not done: files are in the way, a sample cannot be read, …
//	64  the command line is wrong
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/emp-framework/emp/cmd/empgen/manifest"
	"github.com/emp-framework/emp/templates"
)

func main() { os.Exit(execute(os.Args[1:], os.Stdout, os.Stderr)) }

// generators is the commands there are, in the order of the help.
var generators = []func() *cobra.Command{
	newCommand,
	componentCommand,
	resourceCommand,
	payloadCommand,
	pluginCommand,
}

func init() { cobra.EnableCommandSorting = false }

// execute does what args say and returns the exit code.
func execute(args []string, out, log io.Writer) int {
	root := rootCommand()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(log)
	err := root.Execute()
	var failed *failure
	switch {
	case err == nil:
		return 0
	case errors.As(err, &failed):
		fmt.Fprintf(log, "empgen: %v\n", err)
		return 1
	}
	fmt.Fprintf(log, "empgen: %v\n(empgen --help lists what there is)\n", err)
	return 64
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "empgen",
		Short: "Make XMPP applications of EMP, and parts for them",
		Long: `empgen makes XMPP applications of EMP, and parts for them.

"empgen new" makes a folder with an application in it. The other commands are for the
folder of such an application: they add files, with tests that pass, and say which
lines to add to those that you write yourself. Nothing is overwritten unless you give
--force.

Completion: "empgen completion --help" tells how to have your shell complete commands
and flags.`,
		Example: `  empgen new hello
  cd hello && go test ./... && go run .`,
		Version:       version(),
		SilenceErrors: true, // execute prints them
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Version}}\n")
	for _, make := range generators {
		root.AddCommand(make())
	}
	return root
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}

// A failure is an error of what was done, not of how it was asked for.
type failure struct{ error }

func (f *failure) Unwrap() error { return f.error }

// doing makes a command's function of one whose errors are failures.
func doing(run func(cmd *cobra.Command, args []string) error) func(cmd *cobra.Command, args []string) error {
	return func(cmd *cobra.Command, args []string) error {
		if err := run(cmd, args); err != nil {
			return &failure{err}
		}
		return nil
	}
}

// writeFlags gives a command the flags that say how files are written.
func writeFlags(cmd *cobra.Command, o *manifest.Options) {
	cmd.Flags().BoolVar(&o.Pretend, "pretend", false, "only tell what would be written")
	cmd.Flags().BoolVar(&o.Force, "force", false, "overwrite files that are there")
	cmd.Flags().BoolVar(&o.Skip, "skip", false, "leave files that are there as they are, and write the others")
	cmd.MarkFlagsMutuallyExclusive("force", "skip")
}

// An addition is a part for an application that is there.
type addition struct {
	manifest.Manifest
	data     any
	place    place
	declares map[string][]string // what its Go files declare, by folder
	next     string              // template of what to do next
}

// generate writes the files of an addition, and says what to do next.
func generate(cmd *cobra.Command, a addition, o manifest.Options) error {
	outs, err := a.Outputs(templates.FS, a.data)
	if err != nil {
		return err
	}
	var own []string
	for _, out := range outs {
		own = append(own, out.Path)
	}
	for dir, identifiers := range a.declares {
		if err := a.place.checkNew(dir, own, identifiers...); err != nil {
			return err
		}
	}
	next, err := manifest.Text(templates.FS, a.next, a.data)
	if err != nil {
		return err
	}
	if err := manifest.Write(a.place.Dir, outs, o, cmd.OutOrStdout()); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "\n%s", next)
	return nil
}
