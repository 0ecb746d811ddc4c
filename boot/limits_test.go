package boot_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/boot"
)

// wait is a Run that ends with its ctx.
func wait(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }

// hang is a Run that does not look at its ctx, but ends with release.
func hang(release <-chan struct{}) func(context.Context) error {
	return func(context.Context) error { <-release; return nil }
}

func TestTimeLimit(t *testing.T) {
	for _, tc := range []struct {
		name string
		step boot.Step
		took time.Duration
		want string
	}{
		{"stated", boot.Step{Timeout: 5 * time.Second, Run: wait}, 5 * time.Second, "past its time limit of 5s"},
		{"default", boot.Step{Run: wait}, boot.DefaultTimeout, "past its time limit of 30s"},
		{"its cause", boot.Step{Timeout: time.Second, Run: func(ctx context.Context) error {
			<-ctx.Done()
			return fmt.Errorf("reading: %w", context.Cause(ctx))
		}}, time.Second, "reading: past its time limit of 1s"},
		{"an error of its own", boot.Step{Timeout: time.Second, Run: func(ctx context.Context) error {
			<-ctx.Done()
			return errNet
		}}, time.Second, "past its time limit of 1s: no route to host"},
		{"within the grace", boot.Step{Timeout: time.Second, Run: func(ctx context.Context) error {
			time.Sleep(time.Second + boot.Grace - 1)
			return errNet
		}}, time.Second + boot.Grace - 1, "past its time limit of 1s: no route to host"},
		{"success within the grace", boot.Step{Timeout: time.Second, Run: func(ctx context.Context) error {
			time.Sleep(time.Second + boot.Grace - 1)
			return nil
		}}, time.Second + boot.Grace - 1, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				tc.step.Name = "a"
				run, err := boot.New(tc.step).Run(t.Context())
				if took := time.Since(start); took != tc.took || run.Timings()[0].Took != tc.took {
					t.Errorf("took %v, its timing %v; want %v", took, run.Timings()[0].Took, tc.took)
				}
				if tc.want == "" {
					if err != nil {
						t.Error(err)
					}
					return
				}
				if err == nil || err.Error() != `boot: step "a": `+tc.want || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

func TestTimeLimitOfUndo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		run, err := boot.New(
			boot.Step{Name: "a", Undo: wait, Timeout: 4 * time.Second},
			boot.Step{Name: "b", Undo: wait, Timeout: 3 * time.Second},
		).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		err = run.Undo(t.Context())
		const want = "boot: undoing step \"b\": past its time limit of 3s\nboot: undoing step \"a\": past its time limit of 4s"
		if err == nil || err.Error() != want || time.Since(start) != 7*time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}

// TestUndoWithEndedContext sees every step undone although time is up.
func TestUndoWithEndedContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		release := make(chan struct{})
		run, err := boot.New(
			j.step("a", nil, nil),
			boot.Step{Name: "b", Undo: hang(release)},
			j.step("c", nil, nil),
		).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		start := time.Now()
		err = run.Undo(ctx)
		j.want(t, "+a +c -c -a")
		if !errors.Is(err, boot.ErrStuck) || !errors.Is(err, context.Canceled) || time.Since(start) != boot.Grace {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
		close(release)
	})
}

func TestStepThatIgnoresItsContext(t *testing.T) {
	for _, tc := range []struct {
		name   string
		cancel time.Duration // of the whole run
		after  time.Duration
		want   string
		is     error
	}{
		{"time limit", time.Hour, 10*time.Second + boot.Grace,
			`boot: step "b": past its time limit of 10s: did not return even 2s later, and was left behind`, context.DeadlineExceeded},
		{"cancelled", 4 * time.Second, 4*time.Second + boot.Grace,
			`boot: step "b": context canceled: did not return even 2s later, and was left behind`, context.Canceled},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var j journal
				release := make(chan struct{})
				b := j.step("b", nil, nil)
				b.Run, b.Timeout = hang(release), 10*time.Second
				s := boot.New(j.step("a", nil, nil), b, j.step("c", nil, nil))
				ctx, cancel := context.WithCancel(t.Context())
				timer := time.AfterFunc(tc.cancel, cancel)
				start := time.Now()
				_, err := s.Run(ctx)
				timer.Stop()
				cancel()
				if took := time.Since(start); took != tc.after {
					t.Errorf("after %v, want %v", took, tc.after)
				}
				if err == nil || err.Error() != tc.want || !errors.Is(err, boot.ErrStuck) || !errors.Is(err, tc.is) {
					t.Errorf("got %v", err)
				}
				if got := s.Stuck(); got != 1 {
					t.Errorf("%d stuck", got)
				}
				close(release)
				synctest.Wait()
				if got := s.Stuck(); got != 0 {
					t.Errorf("%d stuck after it returned", got)
				}
				j.want(t, "+a -a") // its late success is not undone
			})
		})
	}
}

// TestReturnsAsTheGraceEnds lets a step return at the very instant it would be
// left behind: either may win, the count of those left behind stays right.
func TestReturnsAsTheGraceEnds(t *testing.T) {
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			s := boot.New(boot.Step{Name: "a", Timeout: time.Second, Run: func(context.Context) error {
				time.Sleep(time.Second + boot.Grace)
				return nil
			}})
			if _, err := s.Run(t.Context()); err != nil && !errors.Is(err, boot.ErrStuck) {
				t.Error(err)
			}
			synctest.Wait()
			if got := s.Stuck(); got != 0 {
				t.Fatalf("%d stuck", got)
			}
		})
	}
}

func TestF08PanicOfAStep(t *testing.T) {
	for _, tc := range []struct {
		value any
		want  string
	}{
		{"ouch", `boot: step "b": panic: ouch`},
		{errNet, `boot: step "b": panic: no route to host`},
		{nil, `boot: step "b": panic: ` + new(runtime.PanicNilError).Error()},
	} {
		var j journal
		b := j.step("b", nil, nil)
		b.Run = func(context.Context) error { panic(tc.value) }
		_, err := boot.New(j.step("a", nil, nil), b, j.step("c", nil, nil)).Run(t.Context())
		j.want(t, "+a -a")
		var p *boot.Panic
		if !errors.As(err, &p) || err.Error() != tc.want {
			t.Fatalf("got %v", err)
		}
		if !strings.Contains(string(p.Stack), "TestF08PanicOfAStep") {
			t.Errorf("the stack does not show the place:\n%s", p.Stack)
		}
		if isErr := errors.Is(err, errNet); isErr != (tc.value == errNet) {
			t.Errorf("errors.Is: %v", isErr)
		}
	}
}

func TestGoexitOfAStep(t *testing.T) {
	var j journal
	b := j.step("b", nil, nil)
	b.Run = func(context.Context) error { runtime.Goexit(); return nil }
	_, err := boot.New(j.step("a", nil, nil), b).Run(t.Context())
	j.want(t, "+a -a")
	if err == nil || err.Error() != `boot: step "b": ended its goroutine (runtime.Goexit)` {
		t.Errorf("got %v", err)
	}
}
