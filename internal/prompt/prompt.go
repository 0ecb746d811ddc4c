// Package prompt reads lines that a person types, with editing and a history, or that
// come through a pipe.
//
// In:  standard input and standard output, or whatever stands for them.
// Out: lines, and a place to write to between them, at any time.
//
// The terminal is in raw mode only while a line is typed: whatever the program does in
// between, Ctrl-C ends it as it ends any program.
package prompt

import (
	"bufio"
	"errors"
	"io"
	"os"
	"sync"

	"golang.org/x/term"
)

// ErrGivenUp is the error of Line where somebody typed Ctrl-C. What is before it on the
// line comes with the error, and is in the history.
var ErrGivenUp = errors.New("prompt: given up")

// A Prompt reads lines. Line is for one goroutine, all else for any number.
type Prompt struct {
	io.Writer // what is shown between them

	// One of the two, by what the lines come from.
	editor *editor
	lines  *bufio.Scanner
}

// maxLine bounds a line from a pipe, in bytes.
const maxLine = 1 << 20

// New returns a Prompt that shows text before each line, if both in and out are a
// terminal. Close gives that back.
func New(in io.Reader, out io.Writer, text string) *Prompt {
	i, isFile := in.(*os.File)
	o, areFiles := out.(*os.File)
	if !isFile || !areFiles || !term.IsTerminal(int(i.Fd())) || !term.IsTerminal(int(o.Fd())) {
		lines := bufio.NewScanner(in)
		lines.Buffer(nil, maxLine)
		return &Prompt{Writer: &shared{to: out}, lines: lines}
	}
	e := newEditor(i, o, text)
	return &Prompt{Writer: e, editor: e}
}

// Typed reports whether a person types the lines.
func (p *Prompt) Typed() bool { return p.editor != nil }

// Line returns the next line, without its end. The error is io.EOF behind the last,
// which a person says with Ctrl-D, and ErrGivenUp at Ctrl-C.
func (p *Prompt) Line() (string, error) {
	if p.editor != nil {
		return p.editor.line()
	}
	if p.lines.Scan() {
		return p.lines.Text(), nil
	}
	if err := p.lines.Err(); err != nil {
		return "", err
	}
	return "", io.EOF
}

// Close gives the terminal back as it was, also while Line waits.
func (p *Prompt) Close() {
	if p.editor != nil {
		p.editor.close()
	}
}

// A shared writer is one that several goroutines may write to.
type shared struct {
	mu sync.Mutex
	to io.Writer
}

func (s *shared) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.to.Write(b)
}
