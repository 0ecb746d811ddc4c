package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/emp-framework/emp/cmd/empgen/manifest"
)

// componentFiles is what a component consists of.
var componentFiles = manifest.Manifest{
	{Template: "component/component.go", Target: "{{.ComponentDir}}/{{.File}}.go"},
	{Template: "component/component_test.go", Target: "{{.ComponentDir}}/{{.File}}_test.go"},
}

// A componentPart is what its templates are filled with.
type componentPart struct {
	place
	name
	Actions []action
}

// An action is one method of a component, and the word it answers.
type action struct{ Method, Word string }

func (c componentPart) File() string  { return c.file() }
func (c componentPart) Type() string  { return c.exported() }
func (c componentPart) Var() string   { return c.variable() }
func (c componentPart) Words() string { return c.words() }
func (c componentPart) Route() string { return c.dashed() } // its routes are named behind it

func componentCommand() *cobra.Command {
	var c componentPart
	var options manifest.Options
	cmd := &cobra.Command{
		Use:   "component NAME [ACTION]...",
		Short: "Add a component: actions for messages, and their tests",
		Long: `component adds a component to the application in the working directory: a Go struct
with a method for each ACTION, which answers a message that says the action's name, and a
test that passes. Without an ACTION it has one, index.

In an application of size full it goes into app/components, else beside main.go. The
routes are yours: it says which lines to add.`,
		Example: `  empgen component weather now week
  empgen component user-profile show --pretend`,
		Args: func(_ *cobra.Command, args []string) (err error) {
			if len(args) == 0 {
				return fmt.Errorf("component needs a name, and names of actions: empgen component weather now week")
			}
			if c.name, err = parseName("a component", args[0]); err != nil {
				return err
			}
			if len(args) == 1 {
				args = append(args, "index")
			}
			for _, a := range args[1:] {
				n, err := parseName("an action", a)
				if err != nil {
					return err
				}
				act := action{n.exported(), n.dashed()}
				if slices.Contains(c.Actions, act) {
					return fmt.Errorf("the action %s is there twice", a)
				}
				c.Actions = append(c.Actions, act)
			}
			return nil
		},
		RunE: doing(func(cmd *cobra.Command, _ []string) (err error) {
			if c.place, err = findPlace("."); err != nil {
				return err
			}
			return generate(cmd, addition{
				Manifest: componentFiles,
				data:     c,
				place:    c.place,
				declares: map[string][]string{c.ComponentDir(): {c.Type(), "Test" + c.Type()}},
				next:     "component/next.txt",
			}, options)
		}),
	}
	writeFlags(cmd, &options)
	return cmd
}
