package framework

import (
	"errors"
	"fmt"

	"github.com/emp-framework/emp/internal/dispatch"
)

// ErrNotReady is in the error of [App.Healthy] while no link is up.
var ErrNotReady = errors.New("framework: no link is up")

// Healthy returns nil while the application can do its work, else why not: it has no
// link yet, or lost it ([ErrNotReady]); it stops, or has ([ErrStopped]); or as many
// actions as Config.Limits.Stuck go on although their time is over, so that little
// is left for others until a part of them returns, or a restart. The log tells of
// each change. It is meant for a readiness probe, and may be called any time.
func (a *App) Healthy() error {
	a.init()
	select {
	case <-a.over:
		return ErrStopped
	case <-a.up:
	default:
		return fmt.Errorf("%w: it is not up for the first time yet", ErrNotReady)
	}
	switch err := a.work.Ready(); {
	case errors.Is(err, dispatch.ErrDraining):
		return ErrStopped
	case err != nil:
		return fmt.Errorf("framework: %w", err)
	}
	for _, e := range a.ends {
		if e.current() == nil {
			return fmt.Errorf("%w: %s is being connected again", ErrNotReady, e.name)
		}
	}
	return nil
}
