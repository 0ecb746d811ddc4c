package command

import (
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// versionCommand prints the program's version.
func versionCommand(c *call) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  c.noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(c.Out, version(c.Program))
			return err
		},
	}
}

// version returns the name, the version and the Go it was built with.
func version(p *Program) string {
	text, build := p.Version, ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if text == "" {
			text = info.Main.Version
		}
		build = " " + info.GoVersion
	}
	if text == "" {
		text = "(unknown version)"
	}
	return p.Name + " " + text + build
}
