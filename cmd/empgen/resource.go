package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/emp-framework/emp/cmd/empgen/manifest"
)

// resourceFiles is what a resource consists of.
var resourceFiles = manifest.Manifest{
	{Template: "resource/model.go", Target: "{{.ModelDir}}/{{.ModelFile}}.go"},
	{Template: "resource/model_test.go", Target: "{{.ModelDir}}/{{.ModelFile}}_test.go"},
	{Template: "resource/component.go", Target: "{{.ComponentDir}}/{{.File}}.go"},
	{Template: "resource/component_test.go", Target: "{{.ComponentDir}}/{{.File}}_test.go"},
	{Template: "resource/requests.txtar", Target: "{{.ComponentDir}}/testdata/{{.File}}/requests.txtar"},
	{Template: "resource/missing.txtar", Target: "{{.ComponentDir}}/testdata/{{.File}}/missing.txtar"},
}

// A resourcePart is what its templates are filled with: one thing, and several.
type resourcePart struct {
	place
	one, many name
}

func (r resourcePart) ModelFile() string { return r.one.file() }
func (r resourcePart) File() string      { return r.many.file() }
func (r resourcePart) Type() string      { return r.one.exported() }
func (r resourcePart) Types() string     { return r.many.exported() }
func (r resourcePart) Element() string   { return r.one.dashed() }
func (r resourcePart) Elements() string  { return r.many.dashed() }
func (r resourcePart) NS() string        { return "urn:example:" + r.Name + ":" + r.Elements() }
func (r resourcePart) Prefix() string    { return r.one[0] } // of its namespace, in the routes

func resourceCommand() *cobra.Command {
	var r resourcePart
	var options manifest.Options
	many := ""
	cmd := &cobra.Command{
		Use:   "resource NAME",
		Short: "Add a collection: component, payload, store, and their tests",
		Long: `resource adds a collection to the application in the working directory: the payload of
one of its items with a store in memory, a component that lists, shows, creates, updates
and deletes them, and tests that pass. NAME is that of one item: tweet.

In an application of size full they go into app/models and app/components, else beside
main.go. The routes are yours: it says which lines to add.`,
		Example: `  empgen resource tweet
  empgen resource diary --plural diaries`,
		Args: func(_ *cobra.Command, args []string) (err error) {
			if len(args) != 1 {
				return fmt.Errorf("resource needs the name of one item, and nothing else: empgen resource tweet")
			}
			if r.one, err = parseName("a resource", args[0]); err != nil {
				return err
			}
			if many == "" {
				many = r.one.plural().dashed()
			}
			if r.many, err = parseName("several", many); err != nil {
				return err
			}
			if r.one.dashed() == r.many.dashed() {
				return fmt.Errorf("one and several are both called %s: --plural gives another word", many)
			}
			return nil
		},
		RunE: doing(func(cmd *cobra.Command, _ []string) (err error) {
			if r.place, err = findPlace("."); err != nil {
				return err
			}
			models := []string{r.Type(), r.Type() + "Store", "NS" + r.Types(), "Max" + r.Types(), "Test" + r.Type(), "Test" + r.Type() + "StoreFull"}
			components := []string{r.Types(), "Test" + r.Types()}
			declares := map[string][]string{r.ModelDir(): models, r.ComponentDir(): components}
			if !r.Full {
				declares[r.ComponentDir()] = append(models, components...)
			}
			return generate(cmd, addition{
				Manifest: resourceFiles,
				data:     r,
				place:    r.place,
				declares: declares,
				next:     "resource/next.txt",
			}, options)
		}),
	}
	cmd.Flags().StringVar(&many, "plural", "", "what several are called (default: NAME and an s)")
	writeFlags(cmd, &options)
	return cmd
}
