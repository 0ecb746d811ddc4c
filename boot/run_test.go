package boot_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/boot"
)

// A journal keeps what steps did, in order.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) note(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
}

func (j *journal) want(t *testing.T, want string) {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	if got := strings.Join(j.lines, " "); got != want {
		t.Errorf("happened: %s\nwant:     %s", got, want)
	}
}

// step writes "+name" when it runs and "-name" when it is undone, and returns
// the errors.
func (j *journal) step(name string, run, undo error) boot.Step {
	return boot.Step{
		Name: name,
		Run:  func(context.Context) error { j.note("+" + name); return run },
		Undo: func(context.Context) error { j.note("-" + name); return undo },
	}
}

var errDisk, errNet = errors.New("disk full"), errors.New("no route to host")

func TestRunAndUndoOrder(t *testing.T) {
	var j journal
	s := boot.New(
		j.step("a", nil, nil),
		j.step("b", nil, nil),
		boot.Step{Name: "mark"},
		boot.Step{Name: "run only", Run: func(context.Context) error { j.note("+run"); return nil }},
		boot.Step{Name: "undo only", Undo: func(context.Context) error { j.note("-undo"); return nil }},
		j.step("c", nil, nil),
	)
	run, err := s.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	j.want(t, "+a +b +run +c")
	for range 2 { // the second changes nothing
		if err := run.Undo(t.Context()); err != nil {
			t.Error(err)
		}
		j.want(t, "+a +b +run +c -c -undo -b -a")
	}
}

func TestFirstErrorUndoesWhatWasDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		failing := j.step("c", nil, nil)
		failing.Run = func(context.Context) error { time.Sleep(3 * time.Second); return fmt.Errorf("dial: %w", errNet) }
		s := boot.New(j.step("a", nil, errDisk), j.step("b", nil, errors.New("not open")), failing, j.step("d", nil, nil))
		run, err := s.Run(t.Context())
		j.want(t, "+a +b -b -a")

		var e *boot.Error
		if !errors.As(err, &e) || e.Step != "c" || e.Undoing || e.Took != 3*time.Second || !errors.Is(e.Err, errNet) {
			t.Fatalf("got %#v", err)
		}
		const want = `boot: step "c": dial: no route to host; then boot: undoing step "b": not open; boot: undoing step "a": disk full`
		if err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		if !errors.Is(err, errNet) || errors.Is(err, errDisk) || !errors.Is(e.Undo, errDisk) {
			t.Error("the chain is not that of the cause alone")
		}
		if err := run.Undo(t.Context()); err != e.Undo {
			t.Errorf("Undo after a failed run: %v", err)
		}
		j.want(t, "+a +b -b -a")
	})
}

func TestUndoGoesOnPastErrors(t *testing.T) {
	var j journal
	panics := j.step("b", nil, nil)
	panics.Undo = func(context.Context) error { j.note("-b"); panic("ouch") }
	run, err := boot.New(j.step("a", nil, errDisk), panics, j.step("c", nil, errNet), j.step("d", nil, nil)).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = run.Undo(t.Context())
	j.want(t, "+a +b +c +d -d -c -b -a")
	const want = "boot: undoing step \"c\": no route to host\nboot: undoing step \"b\": panic: ouch\nboot: undoing step \"a\": disk full"
	var p *boot.Panic
	if err == nil || err.Error() != want || !errors.Is(err, errDisk) || !errors.Is(err, errNet) || !errors.As(err, &p) {
		t.Errorf("got %v", err)
	}
	if again := run.Undo(t.Context()); again != err {
		t.Errorf("again: %v", again)
	}
}

func TestUndoConcurrently(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j journal
		slow := j.step("a", nil, nil)
		slow.Undo = func(context.Context) error { j.note("-a"); time.Sleep(10 * time.Second); return errDisk }
		run, err := boot.New(slow).Run(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if err := run.Undo(t.Context()); !errors.Is(err, errDisk) {
					t.Errorf("got %v", err)
				}
			})
		}
		synctest.Wait()
		hurried, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := run.Undo(hurried); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("hurried: %v after %v", err, time.Since(start))
		}
		wg.Wait()
		if err := run.Undo(hurried); !errors.Is(err, errDisk) {
			t.Errorf("with an ended ctx, when all is over: %v", err)
		}
		j.want(t, "+a -a")
	})
}

func TestCancelledInTheMiddle(t *testing.T) {
	stopped := errors.New("stopped by a signal")
	t.Run("during a step", func(t *testing.T) {
		var j journal
		ctx, cancel := context.WithCancelCause(t.Context())
		first := j.step("a", nil, nil)
		first.Undo = func(ctx context.Context) error { j.note("-a"); return ctx.Err() } // must not be ended
		b := j.step("b", nil, nil)
		b.Run = func(ctx context.Context) error { cancel(stopped); <-ctx.Done(); return ctx.Err() }
		_, err := boot.New(first, b, j.step("c", nil, nil)).Run(ctx)
		if !errors.Is(err, context.Canceled) || err.Error() != `boot: step "b": context canceled` {
			t.Errorf("got %v", err)
		}
		j.want(t, "+a -a")
	})
	t.Run("between steps", func(t *testing.T) {
		var j journal
		ctx, cancel := context.WithCancelCause(t.Context())
		b := j.step("b", nil, nil)
		b.Run = func(context.Context) error { j.note("+b"); cancel(stopped); return nil }
		_, err := boot.New(j.step("a", nil, nil), b, j.step("c", nil, nil)).Run(ctx)
		if !errors.Is(err, stopped) || err.Error() != `boot: step "c": not begun: stopped by a signal` {
			t.Errorf("got %v", err)
		}
		j.want(t, "+a +b -b -a")
	})
	t.Run("after the last", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := boot.New(boot.Step{Name: "a", Run: func(context.Context) error { cancel(); return nil }}).Run(ctx)
		if err != nil {
			t.Error(err)
		}
	})
}

// TestStepContext sees the values of the run's ctx arrive, in Run and in Undo
// after a failure, and the ctx end when the step returns.
func TestStepContext(t *testing.T) {
	type key struct{}
	var kept context.Context
	var seen []any
	s := boot.New(
		boot.Step{
			Name: "a",
			Run:  func(ctx context.Context) error { kept = ctx; seen = append(seen, ctx.Value(key{})); return nil },
			Undo: func(ctx context.Context) error { seen = append(seen, ctx.Value(key{})); return nil },
		},
		boot.Step{Name: "b", Run: func(context.Context) error {
			if kept.Err() == nil {
				t.Error("the ctx of a goes on")
			}
			return errNet
		}},
	)
	_, _ = s.Run(context.WithValue(t.Context(), key{}, "link 1"))
	if !reflect.DeepEqual(seen, []any{"link 1", "link 1"}) {
		t.Errorf("saw %v", seen)
	}
}

// TestOnePlanManyRuns runs one plan for several links at the same time, again
// and again; each fails, or is undone, on its own.
func TestOnePlanManyRuns(t *testing.T) {
	type key struct{}
	link := func(ctx context.Context) *journal { return ctx.Value(key{}).(*journal) }
	note := func(line string) func(context.Context) error {
		return func(ctx context.Context) error { link(ctx).note(line); return nil }
	}
	s := boot.New(
		boot.Step{Name: "connect", Run: note("+connect"), Undo: note("-connect")},
		boot.Step{Name: "bind", Run: func(ctx context.Context) error {
			if len(link(ctx).lines) > 1 { // the second run of a link
				return errNet
			}
			return note("+bind")(ctx)
		}, Undo: note("-bind")},
	)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			var j journal
			ctx := context.WithValue(t.Context(), key{}, &j)
			run, err := s.Run(ctx)
			if err != nil {
				t.Error(err)
			}
			if err := run.Undo(ctx); err != nil {
				t.Error(err)
			}
			again, err := s.Run(ctx)
			if !errors.Is(err, errNet) {
				t.Error(err)
			}
			j.want(t, "+connect +bind -bind -connect +connect -connect")
			if run.Timings()[1].State != boot.Undone || again.Timings()[1].State != boot.Failed {
				t.Errorf("the runs share their state: %v, %v", run.Timings(), again.Timings())
			}
		})
	}
	wg.Wait()
}

// TestEditedBetweenRuns sees a change of the plan in the next run only.
func TestEditedBetweenRuns(t *testing.T) {
	var j journal
	s := boot.New(j.step("a", nil, nil))
	first, _ := s.Run(t.Context())
	if err := s.Replace("a", j.step("b", nil, nil)); err != nil {
		t.Fatal(err)
	}
	second, _ := s.Run(t.Context())
	_, _ = first.Undo(t.Context()), second.Undo(t.Context())
	j.want(t, "+a +b -a -b")
}
