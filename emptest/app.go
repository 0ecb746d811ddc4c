package emptest

import (
	"context"
	"testing"
	"time"
)

// An app is what the kit needs of a framework.App.
type app interface {
	Run(ctx context.Context) error
	Ready() <-chan struct{}
	Idle(ctx context.Context) error
}

// start runs the app, which dials s, until the test ends.
func start(t testing.TB, a app, s *server) *Session {
	t.Helper()
	runApp(t, a, s.fell, func() error {
		s.host.Close()
		return s.err()
	})
	return NewSession(t, s)
}

// runApp runs the app until the test ends, and returns when it is ready. fell is closed if
// it cannot get ready; over is called when it has ended, and says why.
func runApp(t testing.TB, a app, fell <-chan struct{}, over func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	stop := func() error {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("emptest: the app ended with an error: %v", err)
			}
		case <-time.After(serverPatience):
			t.Errorf("emptest: the app has not ended %v after it was told to", serverPatience)
		}
		return over()
	}
	select {
	case <-a.Ready():
	case err := <-ended:
		cancel()
		over()
		t.Fatalf("emptest: the app ended before it was ready: %v", err)
	case <-fell:
		t.Fatalf("emptest: the app cannot get ready: %v", stop())
	case <-time.After(serverPatience):
		stop()
		t.Fatalf("emptest: the app is not ready after %v", serverPatience)
	}
	t.Cleanup(func() { stop() })
}
