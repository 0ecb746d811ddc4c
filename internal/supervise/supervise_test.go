package supervise

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const s = time.Second

var errRefused = errors.New("connection refused")

// half makes each wait the middle of its range.
func half(n int64) int64 { return n / 2 }

// An outcome is what was announced of a failure, with the time since it was up.
type outcome struct {
	attempt        int
	up, down, wait time.Duration
}

// outcomes runs the tries, one after the other, and returns their failures.
func outcomes(t *testing.T, policy Policy, tries ...Serve) []outcome {
	t.Helper()
	var got []outcome
	policy.Rand = half
	policy.Announce = func(f Failure) {
		if f.Err != errRefused {
			t.Errorf("announced %v", f.Err)
		}
		got = append(got, outcome{f.Attempt, f.Up, time.Since(f.Since), f.Wait})
	}
	ctx, cancel := context.WithCancel(t.Context())
	err := Run(ctx, policy, func(ctx context.Context, up func()) error {
		if len(tries) == 0 {
			cancel()
			return ctx.Err()
		}
		serve := tries[0]
		tries = tries[1:]
		return serve(ctx, up)
	})
	if err != nil {
		t.Errorf("Run: %v", err)
	}
	return got
}

// down is a Serve that does not get up.
func down(context.Context, func()) error { return errRefused }

// upFor is a Serve that takes 3 s to get up and then lasts.
func upFor(d time.Duration) Serve {
	return func(_ context.Context, up func()) error {
		time.Sleep(3 * s)
		up()
		time.Sleep(d)
		up() // changes nothing
		return errRefused
	}
}

func TestS21BackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		got := outcomes(t, Policy{}, down, down, down, down, down, down, down, down)
		want := []outcome{
			{1, 0, 0, s / 2},
			{2, 0, s / 2, s},
			{3, 0, s + s/2, 2 * s},
			{4, 0, 3*s + s/2, 4 * s},
			{5, 0, 7*s + s/2, 8 * s},
			{6, 0, 15*s + s/2, 16 * s},
			{7, 0, 31*s + s/2, 30 * s},
			{8, 0, 61*s + s/2, 30 * s},
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
		if took := time.Since(start); took != 91*s+s/2 {
			t.Errorf("took %v: not the sum of the waits", took)
		}
	})
}

func TestS21ResetAfterSuccess(t *testing.T) {
	hour := func(context.Context, func()) error { time.Sleep(time.Hour); return errRefused }
	for _, tc := range []struct {
		name   string
		policy Policy
		tries  []Serve
		want   []outcome
	}{
		{"up long enough", Policy{}, []Serve{down, down, upFor(60 * s), down},
			[]outcome{{1, 0, 0, s / 2}, {2, 0, s / 2, s}, {1, 60 * s, 0, s / 2}, {2, 0, s / 2, s}}},
		{"not quite", Policy{}, []Serve{down, down, upFor(60*s - 1), down},
			[]outcome{{1, 0, 0, s / 2}, {2, 0, s / 2, s}, {3, 60*s - 1, 0, 2 * s}, {4, 0, 2 * s, 4 * s}}},
		{"getting up does not count", Policy{Reset: 5 * s}, []Serve{down, upFor(4 * s), upFor(5 * s)},
			[]outcome{{1, 0, 0, s / 2}, {2, 4 * s, 0, s}, {1, 5 * s, 0, s / 2}}},
		{"never up", Policy{Reset: s}, []Serve{down, hour},
			[]outcome{{1, 0, 0, s / 2}, {2, 0, time.Hour + s/2, s}}},
		{"first wait of its own", Policy{First: 40 * s}, []Serve{down, down, upFor(60 * s)},
			[]outcome{{1, 0, 0, 20 * s}, {2, 0, 20 * s, s}, {1, 60 * s, 0, 20 * s}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if got := outcomes(t, tc.policy, tc.tries...); !reflect.DeepEqual(got, tc.want) {
					t.Errorf("got  %v\nwant %v", got, tc.want)
				}
			})
		})
	}
}

// TestUpTooLate calls up after its try has ended, while the next one is at work.
func TestUpTooLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var late func()
		first := func(_ context.Context, up func()) error { late = up; return errRefused }
		second := func(context.Context, func()) error { late(); time.Sleep(time.Hour); return errRefused }
		got := outcomes(t, Policy{}, first, second)
		want := []outcome{{1, 0, 0, s / 2}, {2, 0, time.Hour + s/2, s}}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	})
}

func TestF16NoHammering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour-s)
		defer cancel()
		secret := errors.New("wrong secret")
		var tries, lines int
		policy := Policy{
			Floor: func(err error) time.Duration {
				if err == secret {
					return time.Minute
				}
				return 0
			},
			Fatal:    func(err error) bool { return err == secret },
			Announce: func(Failure) { lines++ },
		}
		last := time.Now()
		err := Run(ctx, policy, func(_ context.Context, up func()) error {
			tries++
			if tries == 1 {
				up() // so that Fatal does not count
			} else if gap := time.Since(last); gap < time.Minute {
				t.Errorf("tried again after %v", gap)
			}
			last = time.Now()
			return secret
		})
		if err != nil || tries != 60 || lines != tries {
			t.Errorf("%d tries, %d announced in an hour, then %v", tries, lines, err)
		}
	})
}

func TestF16FatalBeforeFirstSuccess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		secret := errors.New("wrong secret")
		fatal := func(err error) bool { return err == secret }
		var announced []error
		tries := 0
		err := Run(t.Context(), Policy{Fatal: fatal, Announce: func(f Failure) { announced = append(announced, f.Err) }},
			func(context.Context, func()) error {
				if tries++; tries < 3 {
					return errRefused
				}
				return secret
			})
		if err != secret || tries != 3 || len(announced) != 2 {
			t.Errorf("%v after %d tries, announced %v", err, tries, announced)
		}
	})
}

func TestF08Panic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []error
		ctx, cancel := context.WithCancel(t.Context())
		tries := 0
		err := Run(ctx, Policy{Announce: func(f Failure) { got = append(got, f.Err) }}, func(ctx context.Context, _ func()) error {
			switch tries++; tries {
			case 1:
				panic("ouch")
			case 2:
				panic(errRefused)
			}
			cancel()
			return nil
		})
		if err != nil || len(got) != 2 {
			t.Fatalf("%v, announced %v", err, got)
		}
		var p *Panic
		if !errors.As(got[0], &p) || p.Value != "ouch" || p.Error() != "panic: ouch" || errors.Unwrap(p) != nil {
			t.Errorf("got %#v", got[0])
		}
		if !strings.Contains(string(p.Stack), "TestF08Panic") {
			t.Errorf("the stack does not show the place:\n%s", p.Stack)
		}
		if !errors.Is(got[1], errRefused) {
			t.Errorf("got %v", got[1])
		}
	})
}

func TestNilIsAFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := Run(t.Context(), Policy{Fatal: func(err error) bool { return err == ErrEnded }},
			func(context.Context, func()) error { return nil })
		if err != ErrEnded {
			t.Errorf("got %v", err)
		}
	})
}

func TestContextEndsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), 10*s)
		defer cancel()
		err := Run(ctx, Policy{Floor: func(error) time.Duration { return time.Hour }}, down)
		if took := time.Since(start); err != nil || took != 10*s {
			t.Errorf("%v after %v", err, took)
		}
	})
}

func TestContextEndsServe(t *testing.T) {
	cause := errors.New("stopped")
	closing := errors.New("no closing tag came")
	for _, tc := range []struct {
		name  string
		after func(ctx context.Context) error
		want  error
	}{
		{"nil", func(context.Context) error { return nil }, nil},
		{"its error", func(ctx context.Context) error { return ctx.Err() }, nil},
		{"its cause", func(ctx context.Context) error { return context.Cause(ctx) }, nil},
		{"another error", func(context.Context) error { return closing }, closing},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(s, func() { cancel(cause) })
				never := func(f Failure) { t.Errorf("announced %v", f) }
				err := Run(ctx, Policy{Announce: never}, func(ctx context.Context, up func()) error {
					up()
					<-ctx.Done()
					return tc.after(ctx)
				})
				if err != tc.want {
					t.Errorf("got %v, want %v", err, tc.want)
				}
			})
		})
	}
}

func TestContextEndedBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := Run(ctx, Policy{}, func(context.Context, func()) error {
		t.Error("served")
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
