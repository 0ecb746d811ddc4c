package framework

import (
	"context"
	"errors"
	"time"
)

// errHurry is the cause of a stop that does not wait any longer.
var errHurry = errors.New("framework: told to stop at once")

// stop ends the work of an application in order, while its link is still up:
// what has been read is finished and answered, what comes meanwhile is refused.
// Each step is taken, whatever became of the ones before.
func (a *App) stop(ctx context.Context) {
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
}

// soon returns a context for what is to be done while stopping: it ends after
// limit, or at once when StopNow is called.
func (a *App) soon(limit time.Duration) (context.Context, context.CancelFunc) {
	ctx, hurry := context.WithCancelCause(context.Background())
	ctx, cancel := context.WithTimeout(ctx, limit)
	go func() {
		select {
		case <-a.hurry:
			hurry(errHurry)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(); hurry(nil) }
}

// drain leaves some of the time for the steps behind it.
func (a *App) drain(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, a.conf.DrainTimeout*4/5)
	defer cancel()
	return a.work.Drain(ctx)
}

// current returns the link that is up, or nil.
func (a *App) current() *liveLink {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.live == nil || a.live.Err() != nil {
		return nil
	}
	return a.live
}

func (a *App) sayFarewells(ctx context.Context) error {
	l := a.current()
	if l == nil {
		return nil
	}
	return l.Send(ctx, a.presence.farewells()...)
}

// awaitServer waits until the server has taken all that was sent before.
func (a *App) awaitServer(ctx context.Context) error {
	l := a.current()
	if l == nil || a.conf.SelfTest == Off {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, min(5*time.Second, a.conf.DrainTimeout/5))
	defer cancel()
	return l.SelfTest(ctx)
}

func (a *App) closeLink(ctx context.Context) error {
	a.links.Stop()
	return a.links.Wait(ctx)
}
