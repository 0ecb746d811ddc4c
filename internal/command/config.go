package command

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// A Configuration is what the program is configured to do.
type Configuration struct {
	Files    []string  // that were read, in order
	Settings []Setting // all there are
}

// A Setting is one value of it.
type Setting struct {
	Key      string `json:"key"`
	Value    string `json:"value"` // secrets masked; "": none
	Source   string `json:"source"`
	Variable string `json:"variable"`       // that sets it
	Flag     string `json:"flag,omitempty"` // likewise, with its dashes; "": there is none
	Help     string `json:"help"`
}

// configCommand prints the configuration.
func configCommand(c *call) *cobra.Command {
	var check, asJSON bool
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Show every setting, its value, and where that comes from",
		Long: `It shows every setting, its value, and where that comes from: a flag, a variable,
a line of a file, the program's code, or the default, if need be that of an
environment. Secrets are masked. What is wrong with the configuration is told on
standard error, behind what there is, and ends it with exit code 78.

With --check it says only whether the configuration is right.`,
		Args: c.noArgs,
		RunE: func(*cobra.Command, []string) error {
			conf, err := c.Config(c.flags)
			var shown error
			switch {
			case check && err == nil:
				_, shown = fmt.Fprintf(c.Out, "the configuration is right (%s)\n", files(&conf))
			case check:
			case asJSON:
				shown = printJSON(c.Out, conf.Settings)
			default:
				shown = printConfig(c.Out, &conf)
			}
			if err == nil {
				err = shown
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "only say whether it is right")
	cmd.Flags().BoolVar(&asJSON, "json", false, "as a JSON array")
	return cmd
}

func files(c *Configuration) string {
	if len(c.Files) == 0 {
		return "no file"
	}
	return strings.Join(c.Files, ", ")
}

func printConfig(w io.Writer, c *Configuration) error {
	var keys, values column
	for _, s := range c.Settings {
		keys.fit(s.Key)
		values.fit(s.Value)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "read: %s\n", files(c))
	for _, s := range c.Settings {
		value := s.Value
		if value == "" {
			value = "-"
		}
		fmt.Fprintf(&b, "%s  %s  %s\n", keys.pad(s.Key), values.pad(value), s.Source)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
