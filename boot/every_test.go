package boot_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/boot"
)

// TestEvery: once a period, never twice at a time; an error ends it, but not one that
// comes of the end.
func TestEvery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var at []time.Duration
		full := errors.New("full")
		s := boot.Every("news", time.Minute, func(context.Context) error {
			at = append(at, time.Since(began))
			switch len(at) {
			case 2:
				time.Sleep(90 * time.Second) // into the period after the next
			case 4:
				return full
			}
			return nil
		})
		if err := s.Run(t.Context()); !errors.Is(err, full) || s.Name != "news" {
			t.Errorf("%s ended with %v", s.Name, err)
		}
		// The tick of the third minute waited for the second to be done.
		want := []time.Duration{time.Minute, 2 * time.Minute, 210 * time.Second, 4 * time.Minute}
		for i, w := range want {
			if i >= len(at) || at[i] != w {
				t.Fatalf("done at %v, want %v", at, want)
			}
		}

		ctx, cancel := context.WithCancel(t.Context())
		s = boot.Every("news", time.Minute, func(ctx context.Context) error {
			cancel()
			return ctx.Err()
		})
		if err := s.Run(ctx); err != nil {
			t.Errorf("told to end: %v", err)
		}
	})
	defer func() {
		if recover() == nil {
			t.Error("no panic for a period of nothing")
		}
	}()
	boot.Every("never", 0, nil)
}
