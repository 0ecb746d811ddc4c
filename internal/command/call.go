package command

import (
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
)

// callCommand asks one question.
func callCommand(c *call) *cobra.Command {
	wait := 30 * time.Second
	cmd := &cobra.Command{
		Use:   "call FILE",
		Short: "Send one iq as the program, and print the answer",
		Long: `It reads an iq of type get or set from FILE, or with - from standard input, starts
the program, sends the iq over its link, prints the answer, and stops. An iq without
from is from the program's own address.

A server takes one connection for a component: where the program runs already, the new
connection may be refused, or the old one ended.

Exit codes: 0 the answer is a result; 1 it is an error, or something else is; 75 there
was none in time.`,
		Example: "  echo \"<iq type='get' id='1' to='example.org'><ping xmlns='urn:xmpp:ping'/></iq>\" | " + c.Name + " call -",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return c.usage("call takes one argument, a file or - for standard input, and %d were given", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			in, name := c.In, "standard input"
			if args[0] != "-" {
				name = args[0]
				file, err := os.Open(name)
				if err != nil {
					return fmt.Errorf("%s: call: %w", c.Name, err)
				}
				defer file.Close()
				in = file
			}
			return c.Call(cmd.Context(), c.flags, in, name, wait, c.Out)
		},
	}
	cmd.Flags().DurationVar(&wait, "wait", wait, "how long to wait for a link and the answer")
	return cmd
}
