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

// TestTerminalLog: levels have a colour where a person watches who has not asked for
// none, and nowhere else.
func TestTerminalLog(t *testing.T) {
	h := newHost(t)
	run := func(env string, cmd *exec.Cmd) (y *ptytest.Terminal) {
		h.env = append(h.env, env)
		return h.terminalOf(cmd, "run")
	}
	cmd := &exec.Cmd{}
	y := run("COLOUR=1", cmd)
	if shown := y.Await("ready"); !strings.Contains(shown, "\x1b[34mINFO\x1b[0m") {
		t.Errorf("no colour: %q", shown)
	}
	y.Type("\x03") // which the terminal makes a SIGINT of
	if code, shown := y.Exit(); code != 0 || !strings.Contains(shown, "stopped") {
		t.Errorf("Ctrl-C: code %d, %q", code, shown)
	}
	var piped output
	cmd = &exec.Cmd{Stderr: &piped}
	y = run("COLOUR=1", cmd)
	piped.await(t, "INFO  ready")
	y.Type("\x03")
	if code, shown := y.Exit(); code != 0 || strings.Contains(piped.String()+shown, "\x1b") {
		t.Errorf("in a pipe: code %d, %q, %q", code, &piped, shown)
	}
	cmd = &exec.Cmd{}
	y = run("NO_COLOR=1", cmd)
	y.Await("INFO  ready")
}

// TestTerminalStart: who waits for a start at a terminal sees how far it is; in a pipe
// there is the last word alone.
func TestTerminalStart(t *testing.T) {
	ln := listen(t)
	h := hostFor(t, ln.Addr().String())
	ln.Close()
	y := h.terminal("start")
	y.Await("hack: not ready: comp.localhost: nothing listens at ")
	y.Type("\x03")
	y.Exit()
	h.want(0, isStopped, "stop")

	var out, errs output
	y = h.terminalOf(&exec.Cmd{Stdout: &out, Stderr: &errs}, "start", "--wait", "1ms")
	if code, shown := y.Exit(); code != 75 || out.String() != "" || strings.Count(errs.String(), "\n") != 1 || shown != "" {
		t.Errorf("in a pipe: code %d, %q, %q, %q", code, &out, &errs, shown)
	}
	h.want(0, isStopped, "stop")
}
