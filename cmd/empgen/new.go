package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/spf13/cobra"

	"github.com/emp-framework/emp/cmd/empgen/manifest"
	"github.com/emp-framework/emp/templates"
)

// everyApp is what an application has in all sizes.
var everyApp = manifest.Manifest{
	{Template: "new/all/go.mod", Target: "go.mod", Once: true}, // go mod tidy goes on with it
	{Template: "new/all/emp.yaml", Target: "emp.yaml"},
	{Template: "new/all/emp.development.yaml", Target: "emp.development.yaml"},
	{Template: "new/all/emp.production.yaml", Target: "emp.production.yaml"},
	{Template: "new/all/README.md", Target: "README.md"},
	{Template: "new/all/.gitignore", Target: ".gitignore"},
	{Template: "new/all/.github/workflows/test.yml", Target: ".github/workflows/test.yml"},
	{Template: "new/all/Dockerfile", Target: "Dockerfile"},
	{Template: "new/all/.dockerignore", Target: ".dockerignore"},
	{Template: "new/all/deploy/service", Target: "deploy/{{.Name}}.service"},
	{Template: "new/all/deploy/prosody.cfg.lua", Target: "deploy/prosody.cfg.lua"},
	{Template: "new/all/deploy/ejabberd.yml", Target: "deploy/ejabberd.yml"},
}

// sizes is the sizes of applications, each with what it has beside that.
var sizes = map[string]manifest.Manifest{
	"one": {
		{Template: "new/one/main.go", Target: "main.go"},
		{Template: "new/one/main_test.go", Target: "main_test.go"},
	},
	"flat": {
		{Template: "new/flat/main.go", Target: "main.go"},
		{Template: "new/flat/routes.go", Target: "routes.go"},
		{Template: "new/flat/development.go", Target: "development.go"},
		{Template: "new/flat/greeter.go", Target: "greeter.go"},
		{Template: "new/flat/greeting.go", Target: "greeting.go"},
		{Template: "new/flat/main_test.go", Target: "main_test.go"},
		{Template: "new/flat/testdata/messages.txtar", Target: "testdata/messages.txtar"},
		{Template: "new/flat/testdata/requests.txtar", Target: "testdata/requests.txtar"},
	},
	"full": {
		{Template: "new/full/main.go", Target: "main.go"},
		{Template: "new/full/config/init.go", Target: "config/init.go"},
		{Template: "new/full/config/router.go", Target: "config/router.go"},
		{Template: "new/full/config/development.go", Target: "config/development.go"},
		{Template: "new/full/app/components/greeter.go", Target: "app/components/greeter.go"},
		{Template: "new/full/app/components/greeter_test.go", Target: "app/components/greeter_test.go"},
		{Template: "new/full/app/models/greeting.go", Target: "app/models/greeting.go"},
		{Template: "new/full/app/models/greeting_test.go", Target: "app/models/greeting_test.go"},
		{Template: "new/full/main_test.go", Target: "main_test.go"},
		{Template: "new/full/testdata/messages.txtar", Target: "testdata/messages.txtar"},
		{Template: "new/full/testdata/requests.txtar", Target: "testdata/requests.txtar"},
	},
}

// An app is what the templates of a new application are filled with.
type app struct {
	Name   string // of program and unit: "hello"
	Dir    string // its folder
	Module string // "example.org/hello"
	Size   string // a key of sizes
	Client bool   // a client's account, not a component
	JID    string // who it is: "hello.localhost", "hello@localhost"
	EMP    source
}

// mode is component or client.
func (a app) mode() string {
	if a.Client {
		return "client"
	}
	return "component"
}

// fromFolder is what one has besides that takes EMP from a folder.
var fromFolder = manifest.Manifest{
	{Template: "new/all/go.sum", Target: "go.sum", Once: true}, // go mod tidy takes out what is too much
}

var (
	appName    = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	modulePath = regexp.MustCompile(`^[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*$`)
)

// takenNames are those of folders inside an application, which its program would
// have the same name as, and those that the go command keeps for itself.
var takenNames = []string{"app", "config", "deploy", "plugins", "testdata", "internal", "vendor"}

func newCommand() *cobra.Command {
	var a app
	var options manifest.Options
	var emp string
	noTidy := false
	cmd := &cobra.Command{
		Use:   "new NAME",
		Short: "Make an application in a folder of its own",
		Long: `new makes the folder NAME with an application in it that builds, is tested, and runs:
it greets whoever writes to it. Its last part is the application's name, of small
letters, digits and dashes.

Sizes:
  full   folders for configuration, components and models (the default)
  flat   a file for each of these, in one folder
  one    one file, and its test

Each has settings for development and production (emp.yaml), lines for the configuration
of Prosody and ejabberd, a systemd unit, a Dockerfile and a workflow for GitHub.

It is an external component, with a domain of its own (XEP-0114), or with --client
a client with an account; the code is the same.

EMP itself is required in the release that empgen is of. An empgen built from a
checkout has the application take it from there; --emp names another one.`,
		Example: `  empgen new hello
  empgen new --size=one hack
  empgen new --client --module example.org/bots/butler butler
  empgen new hello --pretend
  empgen new --emp ../emp hello`,
		Args: func(cmd *cobra.Command, args []string) error {
			if err := cobra.ExactArgs(1)(cmd, args); err != nil {
				return fmt.Errorf("new needs the name of the application, and nothing else: empgen new hello")
			}
			a.Name = filepath.Base(args[0])
			if a.Module == "" {
				a.Module = "example.org/" + a.Name
			}
			switch {
			case !appName.MatchString(a.Name) || len(a.Name) > 63:
				return fmt.Errorf("%.80q is no name for an application: small letters, digits, and dashes between them, 63 at most, with a letter first", a.Name)
			case slices.Contains(takenNames, a.Name):
				return fmt.Errorf("an application cannot have the name %s: it is that of a folder", a.Name)
			case sizes[a.Size] == nil:
				return fmt.Errorf("%.80q is no size: --size is one, flat or full", a.Size)
			case !modulePath.MatchString(a.Module):
				return fmt.Errorf("%.80q is no path of a module: --module example.org/%s", a.Module, a.Name)
			}
			return nil
		},
		RunE: doing(func(cmd *cobra.Command, args []string) (err error) {
			dir := args[0]
			if a.EMP, err = findSource(emp, dir); err != nil {
				return err
			}
			a.JID = a.Name + ".localhost"
			if a.Client {
				a.JID = a.Name + "@localhost"
			}
			a.Dir = filepath.ToSlash(dir)
			files := slices.Concat(sizes[a.Size], everyApp)
			if a.EMP.Dir != "" {
				files = append(files, fromFolder...)
			}
			outs, err := files.Outputs(templates.FS, a)
			if err != nil {
				return err
			}
			next, err := manifest.Text(templates.FS, "new/next.txt", a)
			if err != nil {
				return err
			}
			if err := manifest.Write(dir, outs, options, cmd.OutOrStdout()); err != nil || options.Pretend {
				return err
			}
			if !noTidy {
				if err := tidy(dir, a.EMP); err != nil {
					return err
				}
			}
			fmt.Fprintf(cmd.OutOrStdout(), "\n%s", next)
			return nil
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&a.Size, "size", "full", "one, flat or full")
	flags.BoolVar(&a.Client, "client", false, "a client with an account, instead of a component")
	flags.StringVar(&a.Module, "module", "", "path of its Go module (default: example.org/NAME)")
	flags.StringVar(&emp, "emp", "", "folder to take EMP from")
	flags.BoolVar(&noTidy, "no-tidy", false, "leave out go mod tidy, which completes go.mod")
	writeFlags(cmd, &options)
	complete(cmd, "size", "one", "flat", "full")
	return cmd
}

// complete has shells complete the values of a flag.
func complete(cmd *cobra.Command, flag string, values ...string) {
	if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)); err != nil {
		panic(err) // there is no such flag, or it was completed twice: a mistake above
	}
}

// tidy has the go command complete go.mod and go.sum, by what the code imports. With
// EMP from a folder they are complete, and tidy would only take out what is too much:
// then nothing is fetched for it, and nothing lost if it cannot be done.
func tidy(dir string, emp source) error {
	cmd := exec.Command("go", "mod", "tidy")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if emp.Dir != "" {
		cmd.Env = append(cmd.Env, "GOPROXY=off", "GONOSUMDB=*")
	}
	if out, err := cmd.CombinedOutput(); err != nil && emp.Dir == "" {
		return fmt.Errorf("the application is there, but its go.mod is not complete: go mod tidy in %s: %w\n%s", dir, err, out)
	}
	return nil
}
