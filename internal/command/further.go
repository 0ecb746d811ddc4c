package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// A Command is a further command, which the program brings along.
type Command struct {
	Name    string // a word
	Args    string // what help shows of its arguments: "FILE..."; "": it takes none
	Short   string // what it does, in one line
	Long    string // all that there is to say of it; "": Short
	Example string // lines with uses of it, each indented by two spaces; may be ""

	// Flags adds the flags that it has beside the program's; may be nil.
	Flags func(*flag.FlagSet)
	// Run does it. flags is those of the program that were given, by name. usage
	// makes an error of a command line that is wrong.
	Run func(ctx context.Context, flags map[string]string, args []string, usage func(format string, args ...any) error) error
}

// addFurther adds the program's further commands. The error is a mistake in the
// program.
func addFurther(root *cobra.Command, c *call) error {
	for _, f := range c.Commands {
		cmd, err := furtherCommand(c, f)
		if err == nil {
			err = clash(root, cmd)
		}
		if err != nil {
			return &mistake{fmt.Sprintf("%s: command %.80q: %v", c.Name, f.Name, err)}
		}
		root.AddCommand(cmd)
	}
	return nil
}

func furtherCommand(c *call, f Command) (*cobra.Command, error) {
	switch {
	case !word.MatchString(f.Name):
		return nil, errors.New("its name is to be a word of small letters, digits and -")
	case f.Run == nil:
		return nil, errors.New("it has no Run")
	}
	cmd := &cobra.Command{
		Use:     strings.TrimSpace(f.Name + " " + f.Args),
		Short:   f.Short,
		Long:    f.Long,
		Example: f.Example,
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.Run(cmd.Context(), c.flags, args, c.usage)
		},
	}
	if f.Args == "" {
		cmd.Args = c.noArgs
	}
	if f.Flags != nil {
		set := flag.NewFlagSet(f.Name, flag.ContinueOnError)
		f.Flags(set)
		cmd.Flags().AddGoFlagSet(set)
	}
	return cmd, nil
}

// clash says what a command has in common with those there are that two cannot
// have in common.
func clash(root, cmd *cobra.Command) (err error) {
	names := []string{"help", "completion"} // which cobra adds later
	for _, other := range root.Commands() {
		names = append(names, other.Name())
	}
	if slices.Contains(names, cmd.Name()) {
		return errors.New("there is another of this name: rename one")
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		all := root.PersistentFlags()
		taken := f.Name == "help" || f.Name == "secret" || all.Lookup(f.Name) != nil // the latter is refused with a hint
		if f.Shorthand != "" {
			taken = taken || f.Shorthand == "h" || all.ShorthandLookup(f.Shorthand) != nil
		}
		if taken {
			err = fmt.Errorf("its flag %s is one of the program's: rename it", f.Name)
		}
	})
	return err
}

var word = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// A mistake is one in the program.
type mistake struct{ text string }

func (e *mistake) Error() string { return e.text }
func (e *mistake) ExitCode() int { return 70 }
