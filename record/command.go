package record

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"

	"github.com/emp-framework/emp/framework"
)

func replayCommand() framework.Command {
	var o Options
	var play string
	return framework.Command{
		Name: "replay", Args: "FILE",
		Short: "Run against a recording, and tell where the answers differ",
		Long: `It runs without a server: it gets what was recorded in FILE by the command record, and
what it sends is compared with what it sent then. The exit code is 1 if that differs. A
file that was cut or damaged is replayed up to there.`,
		Example: "  app replay today.rec\n  app replay --speed 10 today.rec\n  app replay --to-test testdata/today.txtar today.rec",
		Flags: func(f *flag.FlagSet) {
			f.Float64Var(&o.Speed, "speed", 0, "how much faster than it was recorded: 1 is as it was (default: as fast as it goes)")
			f.StringVar(&play, "to-test", "", "do not run: write the recording as a play of emptest into this new `file`")
		},
		Run: func(ctx context.Context, call *framework.Call) error {
			if len(call.Args) != 1 {
				return call.Usage("replay takes one file, and %d were given", len(call.Args))
			}
			if o.Speed < 0 {
				return call.Usage("--speed %v is less than 0", o.Speed)
			}
			file, err := os.Open(call.Args[0])
			if err != nil {
				return fmt.Errorf("record: %w", err)
			}
			defer file.Close()
			if play != "" {
				return toTest(call, file, play)
			}
			return replay(ctx, call, file, o)
		},
	}
}

// replay replays, and tells of it.
func replay(ctx context.Context, call *framework.Call, file *os.File, o Options) error {
	// Of its configuration the application needs all but who it is, and its secret.
	conf := &call.App.Config
	if conf.JID == "" {
		conf.JID = "replay.localhost"
	}
	if conf.Secret.Reveal() == "" && conf.SecretFile == "" {
		conf.Secret = framework.NewSecret("of no account in memory")
	}
	if _, err := call.Load(); err != nil {
		return err
	}
	if call.App.Log == nil {
		call.App.Log = slog.New(slog.NewTextHandler(call.Err, &slog.HandlerOptions{Level: slog.LevelError}))
	}
	result, err := Replay(ctx, call.App, file, o)
	if err != nil {
		return err
	}
	for _, d := range result.Differences {
		fmt.Fprintln(call.Out, d)
	}
	if result.Damage != nil {
		fmt.Fprintf(call.Err, "%v; replayed up to there\n", result.Damage)
	}
	if result.Lost > 0 {
		fmt.Fprintf(call.Err, "%d stanzas are missing in the recording, so differences may be of no account\n", result.Lost)
	}
	if result.Different > 0 {
		return fmt.Errorf("record: replayed %d stanzas: of those that were sent %d differ, %d are the same", result.Read, result.Different, result.Same)
	}
	_, err = fmt.Fprintf(call.Out, "replayed %d stanzas: all %d that were sent are the same\n", result.Read, result.Same)
	return err
}
