package command

import "github.com/spf13/cobra"

// runCommand runs the program. It is also what happens without a command.
func runCommand(c *call) *cobra.Command {
	return &cobra.Command{
		Use:   "run",
		Short: "Run in the foreground (this is the default)",
		Args:  c.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.Run(cmd.Context(), c.flags)
		},
	}
}
