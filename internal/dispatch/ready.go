package dispatch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
)

// ErrDraining is the error of Ready once Drain was called.
var ErrDraining = errors.New("dispatch: draining")

// ErrStuck is in the error of Ready when too many actions ignore that their time
// is over.
var ErrStuck = errors.New("dispatch: too many actions are stuck")

// Ready reports why no more work should be given to this process: nil, or ErrDraining,
// or ErrStuck, from Options.Stuck actions on until a quarter of
// those have returned.
func (d *Dispatcher) Ready() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.draining:
		return ErrDraining
	case d.crowded:
		return fmt.Errorf("%w: %d of them go on %v after their time limit of %v", ErrStuck, d.stats.Stuck, d.opts.Grace, d.opts.Timeout)
	}
	return nil
}

// crowd counts actions that become stuck, or return, and reports whether Ready
// changes with that.
func (d *Dispatcher) crowd(n int) (changed bool) {
	d.stats.Stuck += n
	was := d.crowded
	switch stuck, most := d.stats.Stuck, d.opts.Stuck; {
	case stuck >= most:
		d.crowded = true
	case stuck <= most*3/4: // not at most-1, or it would go to and fro
		d.crowded = false
	}
	return d.crowded != was
}

// tellReady tells the operator that Ready has changed: stuck is how many there are.
func (d *Dispatcher) tellReady(crowded bool, stuck int) {
	if !crowded {
		d.opts.Log.Info("ready again: stuck actions have returned", "stuck", stuck)
		return
	}
	d.opts.Log.LogAttrs(context.Background(), slog.LevelError, "not ready any more: too many actions are stuck",
		slog.Int("stuck", stuck),
		slog.String("next", "the work goes on, each further stuck action taking a worker for good"),
		slog.String("change", "let the actions named above return when their ctx is done; a restart ends those that are stuck"))
}
