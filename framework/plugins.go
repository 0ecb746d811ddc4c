package framework

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/supervise"
)

// A stepper is a plugin that has steps of its own for the start.
type stepper interface{ Steps() []boot.Step }

// all returns the plugins: those of Use, and from the step routes on those that the
// routes mount.
func (a *App) all() []any { return slices.Concat(a.plugins, a.mounted) }

// pluginsAs returns the plugins that are a T.
func pluginsAs[T any](a *App) []T {
	var found []T
	for _, p := range a.all() {
		if t, ok := p.(T); ok {
			found = append(found, t)
		}
	}
	return found
}

// startServices starts the plugins, in the order of Use, and then what is to go
// on.
func (a *App) startServices(ctx context.Context) (err error) {
	a.services = supervise.NewGroup(context.Background())
	var begun []component.Stopper
	ok := false
	defer func() { // also when one panics
		if ok {
			return
		}
		a.end() // for those who are asked to stop
		a.services.Stop()
		err = errors.Join(err, a.whileLeaving(func(ctx context.Context) error { return stopAll(ctx, begun) })(context.WithoutCancel(ctx)))
	}()
	for _, p := range a.all() {
		if s, ok := p.(component.Starter); ok {
			if err := s.Start(ctx, a); err != nil {
				return fmt.Errorf("framework: start of %T: %w", p, err)
			}
		}
		if s, ok := p.(component.Stopper); ok {
			begun = append(begun, s)
		}
	}
	ok = true
	for _, p := range a.plugins {
		switch s := p.(type) {
		case boot.Service:
			a.startService(&s)
		case *boot.Service:
			a.startService(s)
		}
	}
	return nil
}

func (a *App) startService(s *boot.Service) {
	policy := supervise.Policy{Announce: func(f supervise.Failure) {
		args := []any{"error", f.Err, "next", "starting it again in " + round(f.Wait)}
		a.log.Error("service "+s.Name+" ended", append(args, stackOf(f.Err)...)...)
	}}
	a.services.Go(s.Name, policy, func(ctx context.Context, up func()) error {
		up()
		return s.Run(ctx)
	})
}

func (a *App) stopServices(ctx context.Context) error {
	a.end()
	a.services.Stop()
	return errors.Join(awaitGroup(ctx, a.services), stopAll(ctx, pluginsAs[component.Stopper](a)))
}

// stopAll stops plugins, last first, and goes on past errors and panics.
func stopAll(ctx context.Context, plugins []component.Stopper) error {
	var errs []error
	for i := len(plugins) - 1; i >= 0; i-- {
		if err := guarded(func() error { return plugins[i].Stop(ctx) }); err != nil {
			errs = append(errs, fmt.Errorf("framework: stop of %T: %w", plugins[i], err))
		}
	}
	return errors.Join(errs...)
}

// watch tells the plugins of a link. What goes wrong in one is told to the
// operator, and nothing to the others or to the link.
func (a *App) watch(event string, tell func(w component.LinkWatcher) error) {
	for _, w := range pluginsAs[component.LinkWatcher](a) {
		if err := guarded(func() error { return tell(w) }); err != nil {
			args := []any{"plugin", fmt.Sprintf("%T", w), "error", err}
			a.log.Error("a plugin failed when the link "+event, append(args, stackOf(err)...)...)
		}
	}
}

// guarded makes a panic of f an error.
func guarded(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &boot.Panic{Value: v, Stack: debug.Stack()}
		}
	}()
	return f()
}

// stackOf returns the stack of an error that was a panic, for the log.
func stackOf(err error) []any {
	var step *boot.Panic
	var served *supervise.Panic
	switch {
	case errors.As(err, &step):
		return []any{"stack", string(step.Stack)}
	case errors.As(err, &served):
		return []any{"stack", string(served.Stack)}
	}
	return nil
}
