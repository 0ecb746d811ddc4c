package boot_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/emp-framework/emp/boot"
)

// A service that does something once in each period. It is for App.Use: the application
// runs it, and again after an error.
func ExampleEvery() {
	hours := 0
	clock := boot.Every("clock", time.Millisecond, func(context.Context) error {
		if hours++; hours == 3 {
			return errors.New("the cuckoo is stuck")
		}
		fmt.Println("cuckoo", hours)
		return nil
	})
	fmt.Println(clock.Run(context.Background()))
	// Output:
	// cuckoo 1
	// cuckoo 2
	// the cuckoo is stuck
}

// A plan with another step in the place of one, as tests have it.
func ExampleSequence_Replace() {
	app := boot.New(boot.Step{Name: "database", Run: say("connect to the database")}, boot.Step{Name: "links", Run: say("connect")})
	_ = app.Replace("database", boot.Step{Run: say("make a database in memory")})
	run, err := app.Run(context.Background())
	fmt.Println(err)
	for _, t := range run.Timings() {
		fmt.Println(t.Step, t.State)
	}
	// Output:
	// make a database in memory
	// connect
	// <nil>
	// database done
	// links done
}
