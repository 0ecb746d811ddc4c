package supervise

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A Group supervises several services, each in a goroutine of its own. They end
// together: with the ctx of the Group, with Stop, or when an error of one of them
// is fatal.
type Group struct {
	ctx  context.Context
	stop context.CancelFunc

	mu      sync.Mutex
	running []*member
	errs    []error
}

type member struct {
	name string
	done chan struct{} // closed when it has ended
}

// NewGroup returns a Group without services that lasts until ctx ends at most.
// Stop releases what it holds.
func NewGroup(ctx context.Context) *Group {
	g := &Group{}
	g.ctx, g.stop = context.WithCancel(ctx)
	return g
}

// Go starts a service and supervises it as Run does. The name goes into errors.
// In a Group that has ended nothing is started.
func (g *Group) Go(name string, policy Policy, serve Serve) {
	m := &member{name, make(chan struct{})}
	g.mu.Lock()
	g.running = append(g.running, m)
	g.mu.Unlock()
	go func() {
		err := errGoexit
		defer func() { g.end(m, err) }()
		err = Run(g.ctx, policy, serve)
	}()
}

var errGoexit = errors.New("ended its goroutine (runtime.Goexit)")

// end takes out a service that has ended.
func (g *Group) end(m *member, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.running = slices.DeleteFunc(g.running, func(o *member) bool { return o == m })
	if err != nil {
		g.errs = append(g.errs, fmt.Errorf("supervise: %s: %w", m.name, err))
		g.stop()
	}
	close(m.done)
}

// Stop ends the services, without waiting for them.
func (g *Group) Stop() { g.stop() }

// Ended is closed when the services have been told to end.
func (g *Group) Ended() <-chan struct{} { return g.ctx.Done() }

// Wait waits until all services have ended and returns their errors, joined and
// with the names; see Run for which those are. If ctx ends before, its error
// names the services that still run.
func (g *Group) Wait(ctx context.Context) error {
	for {
		g.mu.Lock()
		if len(g.running) == 0 {
			defer g.mu.Unlock()
			return errors.Join(g.errs...)
		}
		next := g.running[0].done
		g.mu.Unlock()
		select {
		case <-next:
		case <-ctx.Done():
			return fmt.Errorf("supervise: still running: %s: %w", g.names(), context.Cause(ctx))
		}
	}
}

// names lists the services that run.
func (g *Group) names() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	names := make([]string, len(g.running))
	for i, m := range g.running {
		names[i] = m.name
	}
	return strings.Join(names, ", ")
}
