// Package prompt reads lines that a person types, with editing and a history, or that
// come through a pipe.
//
// In:  standard input and standard output, or whatever stands for them.
// Out: lines, and a place to write to between them.
package prompt

import (
	"bufio"
	"io"
	"os"

	"golang.org/x/term"
)

// A Prompt reads lines.
type Prompt struct {
	io.Writer // what is shown between them

	terminal *term.Terminal
	restore  func()
	lines    *bufio.Scanner
}

// maxLine bounds a line from a pipe, in bytes.
const maxLine = 1 << 20

// New returns a Prompt that shows text before each line, if both in and out are a
// terminal. Close gives that back.
func New(in io.Reader, out io.Writer, text string) (*Prompt, error) {
	i, isFile := in.(*os.File)
	o, areFiles := out.(*os.File)
	if !isFile || !areFiles || !term.IsTerminal(int(i.Fd())) || !term.IsTerminal(int(o.Fd())) {
		lines := bufio.NewScanner(in)
		lines.Buffer(nil, maxLine)
		return &Prompt{Writer: out, lines: lines, restore: func() {}}, nil
	}
	was, err := term.MakeRaw(int(i.Fd()))
	if err != nil {
		return nil, err
	}
	terminal := term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{in, out}, text)
	return &Prompt{Writer: terminal, terminal: terminal, restore: func() { term.Restore(int(i.Fd()), was) }}, nil
}

// Line returns the next line, without its end. The error is io.EOF behind the last.
func (p *Prompt) Line() (string, error) {
	if p.terminal != nil {
		return p.terminal.ReadLine()
	}
	if p.lines.Scan() {
		return p.lines.Text(), nil
	}
	if err := p.lines.Err(); err != nil {
		return "", err
	}
	return "", io.EOF
}

// Close gives the terminal back as it was.
func (p *Prompt) Close() { p.restore() }
