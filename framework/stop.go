package framework

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/emp-framework/emp/internal/supervise"
)

var (
	// errHurry is the cause of a stop that does not wait any longer.
	errHurry = errors.New("framework: told to stop at once")
	// errLate is that of one that has taken DrainTimeout.
	errLate = errors.New("framework: the time to stop is over")
)

// stop ends the work of an application in order, while its link is still up:
// what has been read is finished and answered, what comes meanwhile is refused.
// Each step is taken, whatever became of the ones before. It is how the step
// "links" is undone, so all that a start began before is still there.
func (a *App) stop(ctx context.Context) error {
	for _, step := range []struct {
		name string
		run  func(context.Context) error
	}{
		{"drain", a.drain},              // refuse new requests, finish what is held
		{"unavailable", a.sayFarewells}, // servers do not do that for components
		{"barrier", a.awaitServer},      // what we sent has been taken
		{"close", a.closeLink},          // closing tag, and read to the server's
	} {
		if err := step.run(ctx); err != nil {
			a.log.Warn("the stop was not orderly", "step", step.name, "error", err)
		}
	}
	return nil
}

// leaving returns the context of all that is done to stop. It is made when the
// stop begins, and ends DrainTimeout later, or at once with StopNow.
func (a *App) leaving() context.Context {
	a.leave.Do(func() {
		ctx, hurry := context.WithCancelCause(context.Background())
		limit := a.conf.DrainTimeout
		if limit <= 0 { // the start did not get as far as the configuration
			limit = defaultDrain
		}
		a.leaveBy, a.done = context.WithTimeoutCause(ctx, limit, errLate)
		go func() {
			select {
			case <-a.hurry:
				hurry(errHurry)
			case <-a.leaveBy.Done():
				hurry(nil)
			}
		}()
	})
	return a.leaveBy
}

// defaultDrain is the default of Config.DrainTimeout.
const defaultDrain = 25 * time.Second

// left takes note that the application has stopped.
func (a *App) left() {
	a.end()
	a.leaving()
	a.done()
}

// whileLeaving has the undoing of a step end with leaving, also where it is
// undone because a later one failed.
func (a *App) whileLeaving(undo func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		ctx, cancel := context.WithCancelCause(ctx)
		defer cancel(nil)
		leaving := a.leaving()
		defer context.AfterFunc(leaving, func() { cancel(context.Cause(leaving)) })()
		return undo(ctx)
	}
}

// drain leaves some of the time for the steps behind it.
func (a *App) drain(ctx context.Context) error {
	if a.work == nil { // see startLinks
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, a.conf.DrainTimeout*4/5)
	defer cancel()
	return a.work.Drain(ctx)
}

// current returns the link that is up, or nil.
func (e *endpoint) current() *liveLink {
	e.app.mu.Lock()
	defer e.app.mu.Unlock()
	if e.live == nil || e.live.Err() != nil {
		return nil
	}
	return e.live
}

// onEach does something with all links that are up, side by side, for a server that
// does not answer is not to take the time of the others.
func (a *App) onEach(do func(l *liveLink) error) error {
	errs := make([]error, len(a.ends))
	var all sync.WaitGroup
	for i, e := range a.ends {
		if l := e.current(); l != nil {
			all.Go(func() { errs[i] = do(l) })
		}
	}
	all.Wait()
	return errors.Join(errs...)
}

func (a *App) sayFarewells(ctx context.Context) error {
	return a.onEach(func(l *liveLink) error { return l.Send(ctx, l.presence.farewells()...) })
}

// awaitServer waits until the servers have taken all that was sent before.
func (a *App) awaitServer(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, min(5*time.Second, a.conf.DrainTimeout/5))
	defer cancel()
	return a.onEach(func(l *liveLink) error { return l.ring.Barrier(ctx) })
}

func (a *App) closeLink(ctx context.Context) error {
	a.end()
	for _, e := range a.ends {
		e.stopRing()
	}
	a.links.Stop()
	err := awaitGroup(ctx, a.links)
	for _, e := range a.ends {
		e.session.Forget()
	}
	if a.hopeless.Load() {
		return nil // which Run returns, better told
	}
	return err
}

// awaitGroup waits for services that have been told to end. If ctx has ended
// they were told so as well, and have a moment to do it.
func awaitGroup(ctx context.Context, g *supervise.Group) error {
	err := g.Wait(ctx)
	if ctx.Err() == nil {
		return err
	}
	last, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), time.Second, context.Cause(ctx))
	defer cancel()
	return g.Wait(last)
}
