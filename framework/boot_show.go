package framework

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/internal/command"
)

// timings is what the steps of a start took, by their lists.
type timings struct {
	mu   sync.Mutex
	took map[string]map[string]boot.Timing
}

// observe has the timings of a list noted, beside whoever observes it already.
func (t *timings) observe(name string, list *boot.Sequence) {
	if t == nil {
		return
	}
	other := list.Observe
	list.Observe = func(ctx context.Context, timing boot.Timing) {
		t.mu.Lock()
		if t.took[name] == nil {
			t.took[name] = make(map[string]boot.Timing)
		}
		t.took[name][timing.Step] = timing
		t.mu.Unlock()
		if other != nil {
			other(ctx, timing)
		}
	}
}

// of returns the plan of a list, with what is known of the last time it ran.
func (t *timings) of(name, title string, list *boot.Sequence) command.Plan {
	t.mu.Lock()
	defer t.mu.Unlock()
	p := command.Plan{Title: title}
	for _, s := range list.Steps() {
		step := command.Step{Name: s.Name, Limit: s.Timeout}
		if s.Timeout == forever {
			step.Limit = 0
		}
		if timing, ok := t.took[name][s.Name]; ok {
			step.Took, step.State = timing.Took, timing.State.String()
			if timing.State > boot.Failed { // what was undone since was done
				step.State = boot.Done.String()
			}
		}
		p.Steps = append(p.Steps, step)
	}
	return p
}

// plan is what the command boot shows: the lists of the start, and if wait is above 0
// what each step took when the application was started for that.
func (a *App) plan(ctx context.Context, flags map[string]string, wait time.Duration) ([]command.Plan, error) {
	a.timings = &timings{took: make(map[string]map[string]boot.Timing)}
	var failed error
	if wait > 0 {
		if _, err := a.load(flags); err != nil {
			return nil, err
		}
		failed = a.bootOnce(ctx, wait)
	} else if _, err := a.tableFor(flags); err != nil {
		return nil, err
	}
	list := a.bootList()
	if err := list.Err(); err != nil {
		return nil, &startError{err}
	}
	plans := []command.Plan{a.timings.of("", "the application", list)}
	if loaded, err := a.Config.load(Sources{Environ: os.Environ(), Flags: flags}); err == nil {
		a.take(loaded)
	} else if failed == nil { // perhaps only for its secret, which is not for everybody
		return plans, nil
	}
	ends := a.ends
	if len(ends) == 0 {
		for _, conf := range append([]*Config{&a.Config}, pointers(a.Links)...) {
			some, err := a.endpoints(conf)
			if err != nil {
				return plans, err
			}
			ends = append(ends, some...)
		}
	}
	for _, e := range ends {
		l, err := e.newLink()
		if err != nil {
			return plans, err
		}
		plans = append(plans, a.timings.of(e.name, "each link of "+e.name, l.list()))
	}
	return plans, failed
}

// bootOnce starts the application and stops it as soon as it is ready.
func (a *App) bootOnce(ctx context.Context, wait time.Duration) error {
	ctx, stop := context.WithTimeoutCause(ctx, wait, errors.New("the time to wait is over (--wait)"))
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	select {
	case <-a.Ready():
		stop()
		return <-ended
	case err := <-ended:
		if err == nil {
			err = &codedError{exitNotReady, a.name() + ": boot: it was not ready: " + context.Cause(ctx).Error()}
		}
		return err
	}
}
