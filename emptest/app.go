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
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	stop := func() {
		cancel()
		select {
		case err := <-ended:
			if err != nil {
				t.Errorf("emptest: the app ended with an error: %v", err)
			}
		case <-time.After(patience):
			t.Errorf("emptest: the app has not ended %v after it was told to", patience)
		}
		s.close()
	}
	select {
	case <-a.Ready():
	case err := <-ended:
		cancel()
		s.close()
		t.Fatalf("emptest: the app ended before it was ready: %v", err)
	case <-s.fell:
		stop()
		t.Fatalf("emptest: the app cannot get ready: %v", s.broken)
	case <-time.After(patience):
		stop()
		t.Fatalf("emptest: the app is not ready after %v", patience)
	}
	t.Cleanup(stop)
	return NewSession(t, s)
}
