package boot

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// fault says why the plan cannot take a step, "" if it can. replaced is the name
// of the step that makes room for it, if one does.
func (s *Sequence) fault(step Step, replaced string) string {
	switch {
	case step.Name == "":
		return "the step has no name"
	case step.Timeout < 0:
		return fmt.Sprintf("step %q has a negative Timeout, %v", step.Name, step.Timeout)
	case step.Name != replaced && s.index(step.Name) >= 0:
		return fmt.Sprintf("there is a step %q already; %s", step.Name, s.known())
	}
	return ""
}

func (s *Sequence) unknown() string { return "there is no such step; " + s.known() }

func (s *Sequence) known() string {
	if len(s.steps) == 0 {
		return "there are no steps"
	}
	names := make([]string, len(s.steps))
	for i, step := range s.steps {
		names[i] = step.Name
	}
	return "the steps are " + strings.Join(names, ", ")
}

// mistake keeps and returns an error about a call of this package, with the line
// that made it: who changes a plan is often a plugin far from where it is run.
func (s *Sequence) mistake(call, name, what string) error {
	err := fmt.Errorf("boot: %s: %s(%q): %s", here(), call, name, what)
	s.mistakes = append(s.mistakes, err)
	return err
}

// here is the place of the call into this package, file:line.
func here() string {
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	f, more := frames.Next()
	own := strings.TrimSuffix(f.Function, "here")
	for more && strings.HasPrefix(f.Function, own) {
		f, more = frames.Next()
	}
	return fmt.Sprintf("%s:%d", relative(f.File), f.Line)
}

// relative is the path of a file from the working directory, if it lies below.
func relative(file string) string {
	if dir, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(dir, file); err == nil && filepath.IsLocal(rel) {
			return rel
		}
	}
	return file
}
