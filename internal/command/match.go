package command

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// A Match is what the routes say to one stanza.
type Match struct {
	Line   int    `json:"line"` // of the input where it begins
	Stanza string `json:"stanza"`
	// Fate is what becomes of a stanza that no route takes; "" if one does.
	Fate     string    `json:"fate,omitempty"`
	Verdicts []Verdict `json:"routes,omitempty"`
}

// A Verdict is what one route says.
type Verdict struct {
	Route
	Outcome  Outcome           `json:"outcome"`
	Captures map[string]string `json:"captures,omitempty"` // that were filled
	Names    []string          `json:"-"`                  // of these, in their order
	Why      string            `json:"why,omitempty"`      // the first condition that failed, and what the stanza has
	Foreign  bool              `json:"-"`                  // the route is for another kind of stanza
	Took     time.Duration     `json:"took_ns"`
}

// An Outcome is whether a route gets a stanza.
type Outcome string

// The outcomes.
const (
	Takes  Outcome = "takes it"
	Guard  Outcome = "may take it" // if its guard says so, and those before it do not
	Behind Outcome = "too late"    // it would take it, if none before it did
	Misses Outcome = "misses"
	Slow   Outcome = "too slow" // asking it takes too many steps
)

// matchCommand says which route takes each stanza of a file, and why the others
// do not.
func matchCommand(c *call) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "match FILE",
		Short: "Say which route takes each stanza of a file, and why the others do not",
		Long: `It reads stanzas that stand one behind the other in FILE, or with - in standard
input, and says for each which route takes it and with what captures, and for every
other route the first condition that fails and what the stanza has instead; routes
for other kinds of stanza are only counted, but for --json. Nothing runs: of a route
with an If it is only known that it may take the stanza. The times are those of
asking the route whether it takes the stanza.

A file that cannot be read, or is not XML, ends it with exit code 1, behind the
stanzas before that place.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return c.usage("match takes one argument, a file or - for standard input, and %d were given", len(args))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			in, name := c.In, "standard input"
			if args[0] != "-" {
				name = args[0]
				file, err := os.Open(name)
				if err != nil {
					return fmt.Errorf("%s: match: %w", c.Name, err)
				}
				defer file.Close()
				in = file
			}
			show := func(m Match) error { return printMatch(c.Out, &m) }
			if asJSON {
				e := json.NewEncoder(c.Out)
				e.SetEscapeHTML(false)
				show = func(m Match) error { return e.Encode(m) }
			}
			stanzas := 0
			err := c.Match(c.flags, in, name, func(m Match) error {
				stanzas++
				return show(m)
			})
			if err == nil && stanzas == 0 {
				return fmt.Errorf("%s: match: there is no stanza in %s", c.Name, name)
			}
			return err
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as a line of JSON for each stanza")
	return cmd
}

func printMatch(w io.Writer, m *Match) error {
	var b strings.Builder
	fmt.Fprintf(&b, "line %d: %s\n", m.Line, m.Stanza)
	foreign := 0
	for _, v := range m.Verdicts {
		if v.Foreign { // that goes without saying
			foreign++
			continue
		}
		fmt.Fprintf(&b, "%4d  %-11s  %6s  %s, %s\n", v.Order, v.Outcome, round(v.Took), v.Name, v.place())
		for _, name := range v.Names {
			fmt.Fprintf(&b, "%21s%s = %s\n", "", name, strconv.Quote(v.Captures[name]))
		}
		if v.Why != "" {
			fmt.Fprintf(&b, "%21s%s\n", "", v.Why)
		}
	}
	if foreign > 0 {
		fmt.Fprintf(&b, "      for other kinds of stanza: %d\n", foreign)
	}
	if m.Fate != "" {
		fmt.Fprintf(&b, "      %s\n", m.Fate)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// round returns d in few characters.
func round(d time.Duration) string {
	for _, unit := range []time.Duration{time.Second, time.Millisecond, time.Microsecond} {
		if d >= unit {
			return d.Round(unit / 10).String()
		}
	}
	return d.String()
}
