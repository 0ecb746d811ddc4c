package command

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

// A Status is how the program is that runs in the background.
type Status struct {
	Running bool      `json:"running"`
	Ready   bool      `json:"ready"`
	Pid     int       `json:"pid,omitempty"`
	Since   time.Time `json:"since,omitzero"`
	State   string    `json:"state"` // on one line
	Code    int       `json:"-"`     // to exit with
}

func startCommand(c *call) *cobra.Command {
	wait := 30 * time.Second
	cmd := &cobra.Command{
		Use:   "start",
		Short: "Run in the background, and wait until it is ready",
		Long: `It runs the program in the background, with the flags that are given here, and
returns when it is ready, or says why not, with the end of its log. The process
has a pid file (--pid-file), which it keeps locked, and a log file (--log-file).

Exit codes: 0 it is ready, or ran already; 75 it runs, but was not ready in time,
as where its server is down, and goes on trying; if it ended, its own: 78 wrong
configuration, 70 a mistake in the program, 1 other errors.`,
		Args: c.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.say(c.Start(cmd.Context(), c.flags, wait)) },
	}
	cmd.Flags().DurationVar(&wait, "wait", wait, "how long to wait until it is ready")
	return cmd
}

func stopCommand(c *call) *cobra.Command {
	var wait time.Duration
	var force bool
	cmd := &cobra.Command{
		Use:   "stop",
		Short: "Stop the one in the background",
		Long: `It tells the program that has the pid file to stop, and waits until it has. In that
time the program finishes and answers what it has begun. If it takes longer than
--wait it is told to stop at once, and if it still runs after that it is left alone,
or with --force killed.

Exit codes: 0 it does not run any more, or did not run; 1 it still runs.`,
		Args: c.noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.say(c.Stop(cmd.Context(), c.flags, wait, force)) },
	}
	cmd.Flags().DurationVar(&wait, "wait", 0, "how long to wait before telling it again (default: drain_timeout and 5s)")
	cmd.Flags().BoolVar(&force, "force", false, "kill it if all else fails")
	return cmd
}

func statusCommand(c *call) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Say how the one in the background is",
		Long: `It says whether the program runs that has the pid file, since when, and how its
links are.

Exit codes: 0 it is ready; 75 it runs and is not ready; 3 it does not run.`,
		Args: c.noArgs,
		RunE: func(*cobra.Command, []string) error {
			s, err := c.Status(c.flags)
			if err != nil {
				return err
			}
			if asJSON {
				err = json.NewEncoder(c.Out).Encode(s)
			} else if s.Running {
				_, err = fmt.Fprintf(c.Out, "%s is %s (pid %d, since %s)\n", c.Name, s.State, s.Pid, s.Since.Format(time.DateTime))
			} else {
				_, err = fmt.Fprintf(c.Out, "%s %s\n", c.Name, s.State)
			}
			if err == nil && s.Code != 0 {
				err = silent(s.Code)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as a line of JSON")
	return cmd
}

// say prints what was done.
func (c *call) say(text string, err error) error {
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.Out, text)
	return err
}

// silent is an exit code of which all has been said.
type silent int

func (s silent) Error() string { return "" }
func (s silent) ExitCode() int { return int(s) }
