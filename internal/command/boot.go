package command

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// A Plan is a list of steps that something is started by.
type Plan struct {
	Title string `json:"title"`
	Steps []Step `json:"steps"`
}

// A Step is one of them, and what became of it the last time.
type Step struct {
	Name  string        `json:"name"`
	Limit time.Duration `json:"limit_ns,omitempty"` // 0: none
	State string        `json:"state,omitempty"`    // "": it did not run
	Took  time.Duration `json:"took_ns,omitempty"`
}

// bootCommand shows how the program starts.
func bootCommand(c *call) *cobra.Command {
	var run, asJSON bool
	wait := 30 * time.Second
	cmd := &cobra.Command{
		Use:   "boot",
		Short: "Show the steps of the start, and what each takes",
		Long: `It shows the steps by which the program and each of its links start, in their
order, with their time limits. Nothing runs.

With --run the program is started, stopped when it is ready, and what each step took
is shown. A server takes one connection for a component: where the program runs
already, the new connection may be refused, or the old one ended.`,
		Args: c.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			limit := wait
			if !run {
				limit = 0
			}
			plans, err := c.Boot(cmd.Context(), c.flags, limit)
			var shown error
			if asJSON {
				e := json.NewEncoder(c.Out)
				e.SetIndent("", "  ")
				shown = e.Encode(plans)
			} else {
				shown = printPlans(c.Out, plans)
			}
			if err == nil {
				err = shown
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&run, "run", false, "start it, and show what each step takes")
	cmd.Flags().DurationVar(&wait, "wait", wait, "with --run: how long to wait until it is ready")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	return cmd
}

func printPlans(w io.Writer, plans []Plan) error {
	var names column
	for _, p := range plans {
		for _, s := range p.Steps {
			names.fit(s.Name)
		}
	}
	var b strings.Builder
	for _, p := range plans {
		fmt.Fprintf(&b, "%s\n", p.Title)
		for i, s := range p.Steps {
			limit, took := "no limit", ""
			if s.Limit > 0 {
				limit = "at most " + s.Limit.String()
			}
			if s.State != "" {
				took = s.State + " " + round(s.Took)
			}
			fmt.Fprintf(&b, "%s\n", strings.TrimRight(fmt.Sprintf("%4d  %s  %-13s  %s", i+1, names.pad(s.Name), limit, took), " "))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}
