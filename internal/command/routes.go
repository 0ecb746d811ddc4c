package command

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// A Route is one line of the program's table.
type Route struct {
	Order      int      `json:"order"`          // from 1
	To         string   `json:"to,omitempty"`   // pattern of the addresses it serves; "": any
	From       string   `json:"from,omitempty"` // whom it serves; "": anybody
	Method     string   `json:"method"`         // that wrote it: "Get"
	Kind       string   `json:"kind,omitempty"` // of stanza; "": any
	Type       string   `json:"type,omitempty"` // of iq; "": any
	XPath      string   `json:"xpath"`
	Where      []string `json:"where,omitempty"`
	If         bool     `json:"if,omitempty"`
	Concurrent bool     `json:"concurrent,omitempty"`
	Transient  bool     `json:"transient,omitempty"`
	Key        string   `json:"key"`
	Name       string   `json:"name"` // given or made
	Action     string   `json:"action"`
	File       string   `json:"file"`
	Line       int      `json:"line"`
}

// routesCommand prints the table of routes.
func routesCommand(c *call) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "routes",
		Short: "Show the routes in the order in which they are tried",
		Long: `It shows the routes in the order in which they are tried, below whom and what
they serve. The first line of a route is what its author wrote; the second has its
name ("-" where it was given none), its action, where it is written, and by what
the table finds it. With mistakes in the routes it tells them and exits with 70.`,
		Args: c.noArgs,
		RunE: func(*cobra.Command, []string) error {
			routes, err := c.Routes(c.flags)
			if err != nil {
				return err
			}
			if asJSON {
				return printJSON(c.Out, routes)
			}
			return printRoutes(c.Out, routes)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as a JSON array")
	return cmd
}

func printJSON[T any](w io.Writer, all []T) error {
	if all == nil {
		all = []T{} // an array in any case
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(all)
}

func printRoutes(w io.Writer, routes []Route) error {
	var names, actions, places column
	for _, r := range routes {
		names.fit(r.given())
		actions.fit(r.Action)
		places.fit(r.place())
	}
	var b strings.Builder
	for i, r := range routes {
		if i == 0 || r.scope() != routes[i-1].scope() {
			fmt.Fprintf(&b, "%s\n", r.scope())
		}
		fmt.Fprintf(&b, "%4d  %s\n", r.Order, r.written())
		fmt.Fprintf(&b, "      %s  %s  %s  %s\n", names.pad(r.given()), actions.pad(r.Action), places.pad(r.place()), r.Key)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// scope says whom and what the route serves.
func (r *Route) scope() string {
	s := "to any address"
	if r.To != "" {
		s = "to " + r.To
	}
	if r.From != "" {
		s += ", from " + r.From
	}
	return s
}

// written is the route as its author wrote it, on one line.
func (r *Route) written() string {
	words := []string{r.Method, r.XPath}
	for _, x := range r.Where {
		words = append(words, "Where", x)
	}
	if r.If {
		words = append(words, "If …")
	}
	if r.Concurrent {
		words = append(words, "Concurrent")
	}
	if r.Transient {
		words = append(words, "Transient")
	}
	return strings.Join(strings.Fields(strings.Join(words, " ")), " ")
}

// given is the name of the route, if it was given one.
func (r *Route) given() string {
	if r.Name == strings.TrimSpace(r.To+" "+r.Method+" "+strings.TrimSpace(r.XPath)) {
		return "-"
	}
	return r.Name
}

// place is where the route is written: the file's name will do for people.
func (r *Route) place() string {
	return fmt.Sprintf("%s:%d", path.Base(strings.ReplaceAll(r.File, `\`, "/")), r.Line)
}

// A column is as wide as what is to go into it, within reason: a cell that is
// wider shifts its own line only.
type column int

func (c *column) fit(s string) {
	const most = 36
	if n := utf8.RuneCountInString(s); n <= most {
		*c = max(*c, column(n))
	}
}

func (c column) pad(s string) string { return fmt.Sprintf("%-*s", int(c), s) }
