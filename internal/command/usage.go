package command

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/emp-framework/emp/internal/nearest"
)

// usage makes a usageError: what is wrong, and where to look, on one line even
// if arguments with line ends are part of it.
func (c *call) usage(format string, args ...any) error {
	what := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, fmt.Sprintf(format, args...))
	return &usageError{fmt.Sprintf("%s: %s (%[1]s --help lists what there is)", c.Name, what)}
}

// flagError says what is wrong with a flag.
func (c *call) flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return c.usage("%v", err)
	}
	name := unknown.GetSpecifiedName()
	if instead := instead[name]; instead != "" && (len(name) > 1) == (unknown.GetSpecifiedShortnames() == "") {
		dashes := "--"[:min(len(name), 2)]
		return c.usage("there is no flag %s%s: %s", dashes, name, strings.ReplaceAll(instead, "APP", c.Name))
	}
	if unknown.GetSpecifiedShortnames() != "" {
		return c.usage("unknown flag -%s", name)
	}
	if name == "secret" {
		return c.usage("there is no flag --secret, for all users of a machine can read command lines: use --secret-file or the variable EMP_SECRET")
	}
	var known []string
	for _, flags := range []*pflag.FlagSet{cmd.Flags(), cmd.InheritedFlags()} {
		flags.VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	}
	return c.usage("unknown flag --%s%s", name, didYouMean("--", nearest.To(name, known)))
}

// noCommand refuses what follows the name of the program and is no command.
func (c *call) noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, sub := range cmd.Root().Commands() {
		known = append(known, sub.Name())
	}
	return c.usage("unknown command %.80q%s", args[0], didYouMean("", nearest.To(args[0], known)))
}

// noArgs is for commands that take nothing but flags.
func (c *call) noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return c.usage("%s takes no arguments, and %.80q is one", cmd.Name(), args[0])
	}
	return nil
}

func didYouMean(prefix, hint string) string {
	if hint == "" {
		return ""
	}
	return ": did you mean " + prefix + hint + "?"
}

func long(p *Program) string {
	var b strings.Builder
	if p.Short != "" {
		b.WriteString(p.Short + "\n\n")
	}
	b.WriteString(`Without a command it runs, in the foreground, until SIGINT or SIGTERM.

What is not given by a flag comes from the environment (EMP_ and the flag's name
in capitals: EMP_SERVER, EMP_LOG_LEVEL), then from the configuration file, then
from the program's code. There is no flag for the secret, since all users of a
machine can read command lines: use --secret-file or the variable EMP_SECRET.

Exit codes: 0 done, 3 it does not run (status), 64 wrong command line, 70 a mistake
in the program, 75 not ready yet (start, status), 78 wrong configuration, 1 other
errors.`)
	return b.String()
}

func examples(name string) string {
	return strings.ReplaceAll(`  EMP_SECRET=hack NAME --jid echo.localhost
  NAME run --config /etc/NAME/emp.yaml
  NAME --jid echo.example.org --server xmpp.example.org --tls-mode on --secret-file /run/secrets/NAME
  NAME --log-level debug`, "NAME", name)
}
