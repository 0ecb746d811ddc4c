package command

import (
	"io"
	"time"

	"github.com/spf13/cobra"
)

// consoleCommand lets somebody type stanzas.
func consoleCommand(c *call) *cobra.Command {
	return &cobra.Command{
		Use:   "console",
		Short: "Type stanzas, and see what the program does with them",
		Long: `It starts the program on a server in memory and sends it the stanzas that are typed,
or come through a pipe: nothing leaves the machine, but for what the program's actions
do themselves. Shown are the route that takes each, what the program sends, and the time.
A question that the program asks is answered with service-unavailable.`,
		Example: "  echo \"<message to='echo.localhost'><body>hi</body></message>\" | " + c.Name + " console",
		Args:    c.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.Console(cmd.Context(), c.flags, c.In, c.Out)
		},
	}
}

// PrintRoutes prints routes as the command routes does.
func PrintRoutes(w io.Writer, routes []Route) error { return printRoutes(w, routes) }

// Round returns d in few characters.
func Round(d time.Duration) string { return round(d) }
