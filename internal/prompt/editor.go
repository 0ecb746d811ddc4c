package prompt

import (
	"bytes"
	"io"
	"os"
	"sync"

	"golang.org/x/term"
)

// An editor is a terminal that lines are typed at.
type editor struct {
	terminal *term.Terminal
	keys     keys
	out      *os.File

	mu     sync.Mutex
	was    *term.State // before it was made raw; nil: it is not
	closed bool
}

func newEditor(in, out *os.File, text string) *editor {
	e := &editor{keys: keys{from: in}, out: out}
	e.terminal = term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{&e.keys, out}, text)
	e.terminal.History = new(history)
	return e
}

func (e *editor) line() (string, error) {
	if err := e.raw(); err != nil {
		return "", err
	}
	defer e.cooked()
	e.fit()
	defer whenResized(e.fit)()
	text, err := e.terminal.ReadLine()
	if e.keys.gaveUp {
		e.keys.gaveUp = false
		return text, ErrGivenUp
	}
	return text, err
}

// Write shows something: above the line that is being typed, if one is.
func (e *editor) Write(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.was == nil {
		return e.out.Write(b)
	}
	return e.terminal.Write(b)
}

// fit has lines break where the window ends.
func (e *editor) fit() {
	if width, height, err := term.GetSize(int(e.out.Fd())); err == nil && width > 0 {
		e.terminal.SetSize(width, height)
	}
}

// raw has each key come at once, and none be shown by the terminal itself.
func (e *editor) raw() (err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return io.EOF
	}
	e.was, err = term.MakeRaw(int(e.keys.from.Fd()))
	return err
}

func (e *editor) cooked() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.was != nil {
		term.Restore(int(e.keys.from.Fd()), e.was)
		e.was = nil
	}
}

func (e *editor) close() {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	e.cooked()
}

// keys is what is typed. A term.Terminal knows of Ctrl-C nothing but that it ends all;
// so it is shown Enter instead, and who asked for the line is told.
type keys struct {
	from   *os.File
	rest   []byte // read, and not handed on yet
	gaveUp bool   // the line that ends now does so by Ctrl-C
}

const ctrlC = 0x03

func (k *keys) Read(b []byte) (n int, err error) {
	if len(k.rest) == 0 {
		if n, err = k.from.Read(b); n == 0 {
			return n, err
		}
		k.rest = append(k.rest, b[:n]...)
	}
	end := bytes.IndexByte(k.rest, ctrlC)
	switch end {
	case -1:
		end = len(k.rest)
	case 0:
		k.gaveUp = true
		k.rest[0], end = '\r', 1
	}
	n = copy(b, k.rest[:end])
	k.rest = append(k.rest[:0], k.rest[n:]...)
	return n, err
}
