// Package record writes down what an application reads and sends, and plays it to the
// application again, at the desk.
//
// In:  the traffic of the application, while it runs; later a recording.
// Out: a recording; later what the application answers now where it answered something
// else then.
//
//	app.Use(record.New())
//
// is all there is to write. The binary has two commands more then:
//
//	app record FILE     run as ever, and record into a new file
//	app replay FILE     run against the recording, without a server, and compare
//
// docs/replay.md has the story, the rules of what is masked, and what an action has to
// do so that a replay can be the same: take the time and randomness that go into its
// answers from [component.Now], [component.NewID] and [component.Rand].
package record

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"

	"github.com/emp-framework/emp/framework"
)

// A Plugin brings the commands record and replay. Make it with New.
type Plugin struct{}

// New returns the plugin.
func New() *Plugin { return &Plugin{} }

var _ framework.Commander = (*Plugin)(nil)

// Commands is record and replay.
func (*Plugin) Commands() []framework.Command {
	return []framework.Command{recordCommand(), replayCommand()}
}

func recordCommand() framework.Command {
	var rules Rules
	var masked string
	return framework.Command{
		Name: "record", Args: "FILE",
		Short: "Run, and record all stanzas into a new file",
		Long: `It runs as ever, and writes each stanza that comes and goes, with its time, and the
comings and goings of the links into FILE, for the command replay. What authenticates,
passwords and the like are masked always; what people write (bodies, subjects, the status
of presence, the values of forms) is, unless --bodies is given.`,
		Example: "  app record today.rec\n  app record --bodies --mask tweet,'{urn:example:notes}note' today.rec",
		Flags: func(f *flag.FlagSet) {
			f.BoolVar(&rules.Bodies, "bodies", false, "record also what people write")
			f.StringVar(&masked, "mask", "", "further elements to mask, with commas between: name or {namespace}name")
		},
		Run: func(ctx context.Context, call *framework.Call) error {
			if len(call.Args) != 1 {
				return call.Usage("record takes one file, and %d were given", len(call.Args))
			}
			if masked != "" {
				rules.Masked = strings.Split(masked, ",")
			}
			return toFile(ctx, call, call.Args[0], rules)
		},
	}
}

// toFile runs the application and records it into a file, which is new, and its
// owner's alone.
func toFile(ctx context.Context, call *framework.Call, name string, rules Rules) error {
	file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("record: %w", err)
	}
	defer file.Close()
	r, err := NewRecorder(file, call.App.Name, rules)
	if err != nil {
		return err
	}
	r.failed = func(err error) { fmt.Fprintf(call.Err, "%v; the application goes on\n", err) }
	call.App.Use(r)
	return errors.Join(call.Run(ctx), r.Err(), file.Close())
}
