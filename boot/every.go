package boot

import (
	"context"
	"time"
)

// Every returns a Service that does something once in each period, the first time a
// period after it was started, and never twice at a time: where it takes longer than a
// period, the next time follows at once and what it has missed beside that is left out.
// After an error it is started again like any Service, so the next time is a wait and a
// period later.
//
//	app.Use(boot.Every("news", time.Hour, func(ctx context.Context) error {
//		return app.Send(ctx, news()...)
//	}))
//
// Every panics if the period is not positive: it is a mistake in the program.
func Every(name string, period time.Duration, do func(ctx context.Context) error) Service {
	if period <= 0 {
		panic("boot: Every: the period of " + name + " is " + period.String())
	}
	return Service{Name: name, Run: func(ctx context.Context) error {
		tick := time.NewTicker(period)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return nil
			case <-tick.C:
			}
			if err := do(ctx); err != nil && ctx.Err() == nil {
				return err
			}
		}
	}}
}
