package framework

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"time"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/internal/supervise"
)

// bootList is how an application starts, and, read backwards, what is undone
// when it has stopped.
func (a *App) bootList() *boot.Sequence {
	list := boot.New(
		boot.Step{Name: "config", Run: a.readConfig},
		boot.Step{Name: "log", Run: a.openLog},
		boot.Step{Name: "routes", Run: a.compileRoutes},
		boot.Step{Name: "services", Run: a.startServices, Undo: a.stopServices},
		boot.Step{Name: "dispatch", Run: a.startDispatch, Undo: a.stopDispatch},
		boot.Step{Name: "links", Run: a.startLinks, Undo: a.stop, Timeout: forever}, // which leaving bounds
		boot.Step{Name: "ready", Run: a.awaitLink, Timeout: forever},
	)
	if a.Embed != nil && a.Config.Server == "" && (a.Config.Environment == "" || a.Config.Environment == Development) {
		list.After("log", a.embedded())
	}
	if a.Config.User != "" {
		list.After("log", boot.Step{Name: "user", Run: a.becomeUser})
	}
	for _, p := range pluginsAs[stepper](a) {
		for _, step := range p.Steps() {
			list.Before("dispatch", step)
		}
	}
	if a.Boot != nil {
		a.Boot(list)
	}
	a.timings.observe("", list)
	for _, step := range list.Steps() {
		if step.Undo != nil {
			step.Undo = a.whileLeaving(step.Undo)
			list.Replace(step.Name, step)
		}
	}
	return list
}

// embedded is the step that has a server running, with the log that there is by then, and
// takes over what it says of where that is.
func (a *App) embedded() boot.Step {
	step := a.Embed(&a.Config)
	run := step.Run
	step.Run = func(ctx context.Context) error {
		if run != nil {
			if err := run(boot.WithLog(ctx, a.log)); err != nil {
				return err
			}
		}
		return a.readConfig(ctx)
	}
	return step
}

// forever is the time limit of what may take as long as it takes: a server that
// is down when the application starts is waited for.
const forever = time.Duration(math.MaxInt64)

// Run runs the application until ctx ends or [App.Stop] is called: it boots, serves,
// reconnects when the link is lost, and stops in order. It returns nil if it stopped
// because it was told to; a *ConfigError, or an error with a method ExitCode that returns 78, if
// only a change of the configuration helps.
func (a *App) Run(ctx context.Context) error {
	a.init()
	a.mu.Lock()
	if a.started {
		a.mu.Unlock()
		return errTwice
	}
	a.started = true
	a.mu.Unlock()
	defer a.closeLog()
	defer a.left()

	ctx, release := a.untilStop(ctx)
	defer release()
	a.log = a.Log
	if a.log == nil {
		a.log = slog.Default() // until the configuration is known
	}
	if err := a.checkPlugins(); err != nil {
		return err
	}
	run, err := a.bootList().Run(ctx)
	if err != nil {
		return a.startFailed(ctx, err)
	}
	a.isServing()
	a.log.Info("ready", "app", a.name(), "took", total(run).Round(time.Millisecond))
	select {
	case <-ctx.Done():
		a.log.Info("stopping", "cause", context.Cause(ctx))
		err = nil
	case err = <-a.fatal:
	}
	began := time.Now()
	err = errors.Join(err, run.Undo(a.leaving()))
	a.log.Info("stopped", "took", time.Since(began).Round(time.Millisecond))
	return err
}

// startFailed returns the error of a start: that of the step that failed, or
// none if the start was called off.
func (a *App) startFailed(ctx context.Context, err error) error {
	var step *boot.Error
	if !errors.As(err, &step) {
		return &startError{err} // of who made the list
	}
	if stack := stackOf(step.Err); stack != nil {
		a.log.Error("a step of the start panicked", append([]any{"step", step.Step, "error", step.Err}, stack...)...)
		return &startError{err}
	}
	if ctx.Err() != nil && (errors.Is(step.Err, context.Cause(ctx)) || errors.Is(step.Err, ctx.Err())) {
		if errors.Is(step.Err, boot.ErrStuck) {
			return err // something of ours still runs
		}
		return step.Undo
	}
	var coded interface{ ExitCode() int }
	if errors.As(step.Err, &coded) {
		return errors.Join(step.Err, step.Undo)
	}
	return err
}

func total(run *boot.Run) (sum time.Duration) {
	for _, t := range run.Timings() {
		sum += t.Took
	}
	return sum
}

// readConfig checks the configuration and fills it in. What Main loaded from
// elsewhere is in it by now.
func (a *App) readConfig(context.Context) error {
	loaded, err := a.Config.complete(nil)
	if err != nil {
		return err
	}
	a.conf, a.settled, a.further = loaded.Config, loaded.Config, nil
	for i, c := range a.Links {
		loaded, err := c.complete(nil)
		if err != nil {
			return fmt.Errorf("framework: App.Links[%d]: %w", i, err)
		}
		a.further = append(a.further, loaded.Config)
	}
	return a.checkAdmin()
}

// A startError is a mistake in the program that no restart mends.
type startError struct{ error }

func (e *startError) Unwrap() error { return e.error }
func (e *startError) ExitCode() int { return exitSoftware }

// exitSoftware is EX_SOFTWARE of sysexits.h: the program itself is wrong.
const exitSoftware = 70

func (a *App) startDispatch(context.Context) error {
	a.swap.Lock() // so that a Replace is either in the table or finds the dispatcher
	defer a.swap.Unlock()
	opts := a.conf.bounds()
	opts.Table, opts.Log = a.table, a.log
	a.work = dispatch.New(opts)
	a.openFeeds()
	ctx, cancel := context.WithCancel(context.Background())
	a.unhup = cancel
	if a.again != nil {
		a.hups.Go(func() { a.awaitHups(ctx) })
	}
	return nil
}

// stopDispatch ends what still runs: nothing, if the application stopped in
// order.
func (a *App) stopDispatch(ctx context.Context) error {
	ended, cancel := context.WithCancel(ctx)
	cancel()
	err := a.work.Drain(ended)
	a.reading.Wait()
	a.unhup()
	a.hups.Wait()
	return errors.Join(err, a.closeFeeds(ctx))
}

func (a *App) startLinks(context.Context) error {
	if a.work == nil { // whoever changed the list has taken out what makes it
		return &startError{errors.New("framework: the steps config and dispatch cannot be removed or replaced")}
	}
	a.swap.Lock() // so that a Replace is either in the table or finds the endpoints
	defer a.swap.Unlock()
	a.warnOpenSecrets()
	a.fatal = make(chan error, 1)
	a.links = supervise.NewGroup(context.Background())
	var ends []*endpoint
	for _, conf := range append([]*Config{&a.conf}, pointers(a.further)...) {
		some, err := a.endpoints(conf)
		if err != nil {
			return err
		}
		ends = append(ends, some...)
	}
	a.mu.Lock()
	a.ends = ends
	a.mu.Unlock()
	if err := a.checkReach(a.table); err != nil {
		return err
	}
	for _, e := range a.ends {
		a.links.Go(e.name, e.policy(), e.serve)
	}
	return nil
}

func pointers[T any](all []T) (p []*T) {
	for i := range all {
		p = append(p, &all[i])
	}
	return p
}

// awaitLink waits for each link to be up.
func (a *App) awaitLink(ctx context.Context) error {
	select {
	case <-a.up:
		return nil
	case err := <-a.fatal:
		return err
	case <-ctx.Done():
		if closed(a.up) {
			return nil // it is to be stopped in order
		}
		return context.Cause(ctx)
	}
}

func (a *App) name() string {
	if a.Name == "" {
		return "emp"
	}
	return a.Name
}
