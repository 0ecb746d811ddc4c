package boot_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/boot"
)

// step is a step without anything to do.
func step(name string) boot.Step { return boot.Step{Name: name} }

func names(s *boot.Sequence) string {
	var names []string
	for _, step := range s.Steps() {
		names = append(names, step.Name)
	}
	return strings.Join(names, " ")
}

func TestEdits(t *testing.T) {
	for _, tc := range []struct {
		name string
		edit func(s *boot.Sequence) error
		want string
	}{
		{"Before the first", func(s *boot.Sequence) error { return s.Before("a", step("x")) }, "x a b c"},
		{"Before", func(s *boot.Sequence) error { return s.Before("c", step("x")) }, "a b x c"},
		{"Before twice", func(s *boot.Sequence) error {
			return errors.Join(s.Before("c", step("x")), s.Before("c", step("y")))
		}, "a b x y c"},
		{"After the last", func(s *boot.Sequence) error { return s.After("c", step("x")) }, "a b c x"},
		{"After twice", func(s *boot.Sequence) error {
			return errors.Join(s.After("a", step("x")), s.After("a", step("y")))
		}, "a y x b c"},
		{"around one inserted", func(s *boot.Sequence) error {
			return errors.Join(s.After("a", step("x")), s.Before("x", step("y")))
		}, "a y x b c"},
		{"Replace", func(s *boot.Sequence) error { return s.Replace("b", step("x")) }, "a x c"},
		{"Replace by the same name", func(s *boot.Sequence) error { return s.Replace("b", step("b")) }, "a b c"},
		{"Replace without a name", func(s *boot.Sequence) error { return s.Replace("b", step("")) }, "a b c"},
		{"Remove", func(s *boot.Sequence) error { return s.Remove("b") }, "a c"},
		{"Remove, then the name is free", func(s *boot.Sequence) error {
			return errors.Join(s.Remove("b"), s.After("c", step("b")))
		}, "a c b"},
		{"Remove all", func(s *boot.Sequence) error {
			return errors.Join(s.Remove("b"), s.Remove("a"), s.Remove("c"))
		}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := boot.New(step("a"), step("b"), step("c"))
			if err := tc.edit(s); err != nil {
				t.Error(err)
			}
			if err := s.Err(); err != nil {
				t.Error(err)
			}
			if got := names(s); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestMistakes(t *testing.T) {
	for _, tc := range []struct {
		name string
		edit func(s *boot.Sequence) error
		want string
	}{
		{"Before", func(s *boot.Sequence) error { return s.Before("aa", step("x")) },
			`Before("aa"): there is no such step; the steps are a, b, c`},
		{"After", func(s *boot.Sequence) error { return s.After("", step("x")) },
			`After(""): there is no such step; the steps are a, b, c`},
		{"Replace", func(s *boot.Sequence) error { return s.Replace("B", step("x")) },
			`Replace("B"): there is no such step; the steps are a, b, c`},
		{"Remove", func(s *boot.Sequence) error { return s.Remove("d") },
			`Remove("d"): there is no such step; the steps are a, b, c`},
		{"double Before", func(s *boot.Sequence) error { return s.Before("a", step("c")) },
			`Before("a"): there is a step "c" already; the steps are a, b, c`},
		{"double After itself", func(s *boot.Sequence) error { return s.After("a", step("a")) },
			`After("a"): there is a step "a" already; the steps are a, b, c`},
		{"double Replace", func(s *boot.Sequence) error { return s.Replace("a", step("b")) },
			`Replace("a"): there is a step "b" already; the steps are a, b, c`},
		{"no name", func(s *boot.Sequence) error { return s.Before("a", step("")) },
			`Before("a"): the step has no name`},
		{"negative", func(s *boot.Sequence) error { return s.After("a", boot.Step{Name: "x", Timeout: -time.Second}) },
			`After("a"): step "x" has a negative Timeout, -1s`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := boot.New(step("a"), step("b"), step("c"))
			err := tc.edit(s)
			if err == nil || !strings.HasSuffix(err.Error(), ": "+tc.want) {
				t.Fatalf("got %v, want %s", err, tc.want)
			}
			if !strings.HasPrefix(err.Error(), "boot: sequence_test.go:") {
				t.Errorf("does not say where: %v", err)
			}
			if !errors.Is(s.Err(), err) {
				t.Errorf("Err has not kept it: %v", s.Err())
			}
			if got := names(s); got != "a b c" {
				t.Errorf("the plan was changed: %s", got)
			}
		})
	}
}

// TestMistakesAtOnce sees all mistakes of a plan in one error, each with its own
// line, and the plan refused.
func TestMistakesAtOnce(t *testing.T) {
	_, _, line, _ := runtime.Caller(0)
	s := boot.New(boot.Step{Name: "a", Run: func(context.Context) error { t.Error("run"); return nil }}, step("a"), step(""))
	_ = s.Before("x", step("b"))
	_ = s.Remove("y")
	const known = "; the steps are a"
	want := strings.Join([]string{
		fmt.Sprintf(`boot: sequence_test.go:%d: New("a"): there is a step "a" already%s`, line+1, known),
		fmt.Sprintf(`boot: sequence_test.go:%d: New(""): the step has no name`, line+1),
		fmt.Sprintf(`boot: sequence_test.go:%d: Before("x"): there is no such step%s`, line+2, known),
		fmt.Sprintf(`boot: sequence_test.go:%d: Remove("y"): there is no such step%s`, line+3, known),
	}, "\n")
	if err := s.Err(); err == nil || err.Error() != want {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
	run, err := s.Run(t.Context())
	if err == nil || err.Error() != want {
		t.Errorf("Run: %v", err)
	}
	if got := run.Timings(); len(got) != 1 || got[0].State != boot.Planned {
		t.Errorf("timings %v", got)
	}
	if err := run.Undo(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestZeroSequence(t *testing.T) {
	var s boot.Sequence
	run, err := s.Run(t.Context())
	if err != nil || len(run.Timings()) != 0 || run.Undo(t.Context()) != nil {
		t.Errorf("%v, %v", run, err)
	}
	if err := s.Remove("a"); err == nil || !strings.HasSuffix(err.Error(), "there is no such step; there are no steps") {
		t.Error(err)
	}
}

// TestStepsIsACopy also sees the time limits that hold.
func TestStepsIsACopy(t *testing.T) {
	s := boot.New(step("a"), boot.Step{Name: "b", Timeout: time.Hour})
	steps := s.Steps()
	if steps[0].Timeout != boot.DefaultTimeout || steps[1].Timeout != time.Hour {
		t.Errorf("limits %v, %v", steps[0].Timeout, steps[1].Timeout)
	}
	steps[0].Name = "x"
	if got := names(s); got != "a b" {
		t.Error(got)
	}
}
