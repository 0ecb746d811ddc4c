package framework_test

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/emp-framework/emp/internal/ptytest"
)

// terminal starts hack at a terminal.
func (h *host) terminal(args ...string) *ptytest.Terminal {
	return h.terminalOf(&exec.Cmd{}, args...)
}

// terminalOf does so with files that are perhaps none.
func (h *host) terminalOf(cmd *exec.Cmd, args ...string) *ptytest.Terminal {
	h.t.Helper()
	binary, err := buildHack()
	if err != nil {
		h.t.Fatal(err)
	}
	cmd.Path, cmd.Args, cmd.Dir, cmd.Env = binary, append([]string{"hack"}, args...), h.dir, append(h.env, "TERM=xterm")
	return ptytest.Start(h.t, 120, cmd)
}

const hi = "<message from='alice@localhost/x' to='comp.localhost/hack'><body>hi</body></message>"

// TestTerminalConsole: a console at a terminal edits lines, has a history, and knows what
// Ctrl-C and Ctrl-D mean.
func TestTerminalConsole(t *testing.T) {
	h := newHost(t)
	y := h.terminal("console")
	y.Await("hack> ")
	y.Type("<message from='alice@localhost/x' to='comp.localhost/hack'><boby>hi</body></message>\r")
	y.Await("not-well-formed")
	y.Await("hack> ")
	y.Type("\x1b[A" + strings.Repeat("\x1b[D", len("y>hi</body></message>")) + "\x7fd\r") // the line before, with its slip mended
	y.Await("Hackity Hack!")
	y.Await("hack> ")
	y.Type("<message>\r\x03") // half a stanza, given up
	y.Await("hack> ")
	y.Await("hack> ")
	y.Type(hi + "\r")
	y.Await("Hackity Hack!")
	y.Await("hack> ")
	y.Type("\x04")
	if code, _ := y.Exit(); code != 0 {
		t.Errorf("Ctrl-D: code %d", code)
	}
	y = h.terminal("console")
	y.Await("hack> ")
	y.Type("\x03")
	if code, _ := y.Exit(); code != 0 {
		t.Errorf("Ctrl-C: code %d", code)
	}
}

// TestTerminalConsoleStopped: SIGTERM ends a console that waits for a line, and the
// terminal is as it was.
func TestTerminalConsoleStopped(t *testing.T) {
	h := newHost(t)
	cmd := &exec.Cmd{}
	y := h.terminalOf(cmd, "console", "--live")
	y.Await("hack> ")
	y.Type("<iq")
	y.Await("<iq")
	if y.Canonical() {
		t.Error("the terminal edits lines itself")
	}
	cmd.Process.Signal(syscall.SIGTERM)
	if code, _ := y.Exit(); code != 0 {
		t.Errorf("code %d", code)
	}
	if !y.Canonical() {
		t.Error("the terminal is not as it was")
	}
}
