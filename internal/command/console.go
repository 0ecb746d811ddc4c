package command

import (
	"io"
	"time"

	"github.com/spf13/cobra"
)

// consoleCommand lets somebody type stanzas.
func consoleCommand(c *call) *cobra.Command {
	var live bool
	cmd := &cobra.Command{
		Use:   "console",
		Short: "Type stanzas, and see the program's answers, or with --live its server's",
		Long: `It starts the program on a server in memory and sends it the stanzas that are typed,
or come through a pipe: nothing leaves the machine, but for what the program's actions
do themselves. Shown are the route that takes each, what the program sends, and the time.
A question that the program asks is answered with service-unavailable.

With --live it starts the program on the server that is configured, and sends that the
stanzas, as the program's. Shown are all that goes over the link, the route that takes
what comes, and the time. What the server would not stand is refused at once. A server
takes one connection for a component: where the program runs already, the new connection
may be refused, or the old one ended.

At a terminal lines are edited, and the arrow keys bring back what was typed. Ctrl-C gives
up what is typed, and leaves where nothing is; so does Ctrl-D.`,
		Example: "  echo \"<message to='echo.localhost'><body>hi</body></message>\" | " + c.Name + ` console
  ` + c.Name + " console --live",
		Args: c.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return c.Console(cmd.Context(), c.flags, live, c.In, c.Out)
		},
	}
	cmd.Flags().BoolVar(&live, "live", false, "be on the server, and send it what is typed")
	return cmd
}

// PrintRoutes prints routes as the command routes does.
func PrintRoutes(w io.Writer, routes []Route) error { return printRoutes(w, routes) }

// Round returns d in few characters.
func Round(d time.Duration) string { return round(d) }
