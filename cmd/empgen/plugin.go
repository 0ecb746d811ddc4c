package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/emp-framework/emp/cmd/empgen/manifest"
)

// pluginFiles is what a plugin consists of.
var pluginFiles = manifest.Manifest{
	{Template: "plugin/doc.go", Target: "plugins/doc.go", Once: true},
	{Template: "plugin/plugin.go", Target: "plugins/{{.File}}.go"},
	{Template: "plugin/plugin_test.go", Target: "plugins/{{.File}}_test.go"},
}

// A pluginPart is what its templates are filled with.
type pluginPart struct {
	place
	name
}

func (p pluginPart) File() string    { return p.file() }
func (p pluginPart) Type() string    { return p.exported() }
func (p pluginPart) Element() string { return p.dashed() }
func (p pluginPart) NS() string      { return "urn:example:" + p.Name + ":" + p.dashed() }

func pluginCommand() *cobra.Command {
	var p pluginPart
	var options manifest.Options
	cmd := &cobra.Command{
		Use:   "plugin NAME",
		Short: "Add a plugin: what an application uses, and others could",
		Long: `plugin adds a plugin to the application in the working directory, in the package plugins:
a value with routes of its own, which is told of the start, of links, and of the end; and
a test that passes. The application takes it in by App.Use: it says where.`,
		Example: `  empgen plugin route-count
  empgen plugin audit --pretend`,
		Args: func(_ *cobra.Command, args []string) (err error) {
			if len(args) != 1 {
				return fmt.Errorf("plugin needs a name, and nothing else: empgen plugin audit")
			}
			p.name, err = parseName("a plugin", args[0])
			return err
		},
		RunE: doing(func(cmd *cobra.Command, _ []string) (err error) {
			if p.place, err = findPlace("."); err != nil {
				return err
			}
			return generate(cmd, addition{
				Manifest: pluginFiles,
				data:     p,
				place:    p.place,
				declares: map[string][]string{"plugins": {p.Type(), "NS" + p.Type(), "Test" + p.Type()}},
				next:     "plugin/next.txt",
			}, options)
		}),
	}
	writeFlags(cmd, &options)
	return cmd
}
