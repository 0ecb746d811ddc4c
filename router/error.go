package router

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// An Error is one mistake in a route file.
type Error struct {
	File string // relative to the working directory where it lies below
	Line int
	Call string // the method of Router or Route, as in "Get"
	Arg  string // its argument, if that is a string
	// Offset is where in Arg the mistake is, in bytes, or -1.
	Offset int
	Msg    string // what is wrong
	Cure   string // what to do
}

// Error returns one line: the place, the call, what is wrong and where, and
// what to do about it.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "router: %s:%d: %s", e.File, e.Line, e.Call)
	if e.Arg != "" || e.Offset >= 0 {
		fmt.Fprintf(&b, "(%s)", quote(e.Arg))
	}
	fmt.Fprintf(&b, ": %s", e.Msg)
	if e.Offset >= 0 && e.Offset < len(e.Arg) {
		fmt.Fprintf(&b, ", at byte %d: %s", e.Offset, quote(e.Arg[e.Offset:]))
	} else if e.Offset >= 0 {
		fmt.Fprintf(&b, ", at the end")
	}
	if e.Cure != "" {
		fmt.Fprintf(&b, "; %s", e.Cure)
	}
	return b.String()
}

// quote quotes an argument as it was probably written, cut if it is long.
func quote(s string) string {
	if len(s) > 120 {
		s = strings.ToValidUTF8(s[:117], "") + "…"
	}
	if strings.ContainsAny(s, `"\`) && !strings.ContainsAny(s, "`\n") {
		return "`" + s + "`"
	}
	return fmt.Sprintf("%q", s)
}

// A place is where in the application's code something was written.
type place struct {
	file string
	line int
}

func (p place) String() string { return fmt.Sprintf("%s:%d", p.file, p.line) }

// here returns the place of the call into this package. It goes by files: a
// closure of this package that was inlined has a name of the caller's.
func here() place {
	var pcs [16]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	self, more := frames.Next()
	for f := self; ; f, more = frames.Next() {
		ours := filepath.Dir(f.File) == filepath.Dir(self.File) && !strings.HasSuffix(f.File, "_test.go")
		if !ours || !more {
			return place{relative(f.File), f.Line}
		}
	}
}

func relative(file string) string {
	dir, err := os.Getwd()
	if err != nil {
		return file
	}
	rel, err := filepath.Rel(dir, file)
	if err != nil || strings.HasPrefix(rel, "..") {
		return file
	}
	return rel
}

// fail records a mistake in the call being made now.
func (b *builder) fail(call, arg, msg, cure string) {
	b.failAt(here(), call, arg, -1, msg, cure)
}

func (b *builder) failAt(p place, call, arg string, offset int, msg, cure string) {
	b.errs = append(b.errs, &Error{p.file, p.line, call, arg, offset, msg, cure})
}
