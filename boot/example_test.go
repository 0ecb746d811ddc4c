package boot_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emp-framework/emp/boot"
)

// say is a step's function that prints.
func say(text string) func(context.Context) error {
	return func(context.Context) error { fmt.Println(text); return nil }
}

func Example() {
	app := boot.New(
		boot.Step{Name: "config", Run: say("read the configuration")},
		boot.Step{Name: "log", Run: say("open the log"), Undo: say("close the log")},
		boot.Step{Name: "links", Run: say("connect"), Undo: say("disconnect"), Timeout: time.Minute},
	)
	run, err := app.Run(context.Background())
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("serving")
	if err := run.Undo(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// read the configuration
	// open the log
	// connect
	// serving
	// disconnect
	// close the log
}

// A plugin puts its steps where they belong. Mistakes need no look at each call:
// Err has them all, and Run refuses the plan.
func ExampleSequence_Before() {
	app := boot.New(boot.Step{Name: "config"}, boot.Step{Name: "links"}, boot.Step{Name: "ready"})
	_ = app.Before("links", boot.Step{Name: "database"})
	_ = app.After("ready", boot.Step{Name: "metrics"})
	_ = app.Remove("ready")
	for _, step := range app.Steps() {
		fmt.Println(step.Name, step.Timeout)
	}
	fmt.Println(app.Err())
	// Output:
	// config 30s
	// database 30s
	// links 30s
	// metrics 30s
	// <nil>
}

func ExampleSequence_Run_failure() {
	link := boot.New(
		boot.Step{Name: "connect", Undo: say("hang up")},
		boot.Step{Name: "authenticate", Run: func(context.Context) error { return errors.New("not-authorized") }},
		boot.Step{Name: "presence"},
	)
	run, err := link.Run(context.Background())
	fmt.Println(err)
	var failed *boot.Error
	if errors.As(err, &failed) {
		fmt.Println("look at", failed.Step)
	}
	for _, t := range run.Timings() {
		fmt.Println(t.Step, t.State)
	}
	// Output:
	// hang up
	// boot: step "authenticate": not-authorized
	// look at authenticate
	// connect undone
	// authenticate failed
	// presence planned
}

// One plan serves many links, each with a state of its own in its ctx.
func ExampleSequence_Run_links() {
	type link struct{ name string }
	type key struct{}
	plan := boot.New(boot.Step{Name: "connect", Run: func(ctx context.Context) error {
		fmt.Println("connect", ctx.Value(key{}).(*link).name)
		return nil
	}})
	for _, l := range []*link{{"tweets"}, {"users"}} {
		if _, err := plan.Run(context.WithValue(context.Background(), key{}, l)); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// connect tweets
	// connect users
}
