package boot_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/boot"
)

// brief is a Timing in short.
func brief(t boot.Timing) string {
	text := fmt.Sprintf("%s %v %v/%v", t.Step, t.State, t.Took, t.Undo)
	if t.Err != nil {
		text += " " + t.Err.Error()
	}
	return text
}

func want(t *testing.T, what string, got []boot.Timing, want ...string) {
	t.Helper()
	lines := make([]string, len(got))
	for i := range got {
		lines[i] = brief(got[i])
	}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n\t%s\nwant:\n\t%s", what, strings.Join(lines, "\n\t"), strings.Join(want, "\n\t"))
	}
}

func sleep(d time.Duration, err error) func(context.Context) error {
	return func(context.Context) error { time.Sleep(d); return err }
}

func TestTimingsAndObserver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		const s = time.Second
		plan := boot.New(
			boot.Step{Name: "a", Run: sleep(s, nil), Undo: sleep(2*s, nil)},
			boot.Step{Name: "mark"},
			boot.Step{Name: "b", Run: sleep(3*s, nil), Undo: sleep(4*s, errDisk)},
		)
		var seen []boot.Timing
		plan.Observe = func(ctx context.Context, t boot.Timing) {
			if ctx.Value(key{}) == "link 1" {
				seen = append(seen, t)
			}
		}
		ctx := context.WithValue(t.Context(), key{}, "link 1")

		run, err := plan.Run(ctx)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "seen", seen,
			"a running 0s/0s", "a done 1s/0s", "mark running 0s/0s", "mark done 0s/0s", "b running 0s/0s", "b done 3s/0s")
		want(t, "timings", run.Timings(), "a done 1s/0s", "mark done 0s/0s", "b done 3s/0s")

		seen = nil
		if err := run.Undo(ctx); !errors.Is(err, errDisk) {
			t.Error(err)
		}
		const text = `boot: undoing step "b": disk full`
		want(t, "seen", seen, "b undoing 3s/0s", "b undo failed 3s/4s "+text, "a undoing 1s/0s", "a undone 1s/2s")
		want(t, "timings", run.Timings(), "a undone 1s/2s", "mark done 0s/0s", "b undo failed 3s/4s "+text)
	})
}

func TestTimingsOfAFailedRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const s = time.Second
		var seen []boot.Timing
		plan := boot.New(
			boot.Step{Name: "a", Run: sleep(s, nil), Undo: sleep(2*s, nil)},
			boot.Step{Name: "b", Run: sleep(3*s, errNet), Undo: sleep(4*s, nil)},
			boot.Step{Name: "c"},
		)
		plan.Observe = func(_ context.Context, t boot.Timing) { seen = append(seen, t) }
		run, err := plan.Run(t.Context())
		if !errors.Is(err, errNet) {
			t.Fatal(err)
		}
		const text = `boot: step "b": no route to host`
		want(t, "seen", seen, "a running 0s/0s", "a done 1s/0s", "b running 0s/0s", "b failed 3s/0s "+text,
			"a undoing 1s/0s", "a undone 1s/2s")
		want(t, "timings", run.Timings(), "a undone 1s/2s", "b failed 3s/0s "+text, "c planned 0s/0s")
	})
}

func TestStateString(t *testing.T) {
	var got []string
	for s := boot.Planned - 1; s <= boot.UndoFailed+1; s++ {
		got = append(got, s.String())
	}
	const want = "State(-1), planned, running, failed, done, undoing, undone, undo failed, State(7)"
	if strings.Join(got, ", ") != want {
		t.Errorf("got %v", got)
	}
}
