package prompt_test

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/emp-framework/emp/internal/prompt"
	"github.com/emp-framework/emp/internal/ptytest"
)

// echoes is set for a process that is to be a program with a prompt.
const echoes = "EMP_TEST_PROMPT"

func TestMain(m *testing.M) {
	if os.Getenv(echoes) != "" {
		echo()
		return
	}
	os.Exit(m.Run())
}

// echo shows each line that it gets, and says something unasked when it is told to.
func echo() {
	p := prompt.New(os.Stdin, os.Stdout, "> ")
	defer p.Close()
	for {
		text, err := p.Line()
		switch {
		case err == io.EOF:
			fmt.Fprintln(p, "end")
			return
		case err != nil:
			fmt.Fprintf(p, "%v: %q\n", err, text)
		case text == "busy": // as with something that takes long
			fmt.Fprintln(p, "busy")
			select {}
		case text == "late":
			go fmt.Fprintln(p, "by the way")
		default:
			fmt.Fprintf(p, "got %q\n", text)
		}
	}
}

func start(t *testing.T, width int) *ptytest.Terminal {
	t.Helper()
	t.Parallel()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), echoes+"=1", "GORACE=atexit_sleep_ms=0")
	return ptytest.Start(t, width, cmd)
}

// The keys that are more than a byte.
const up, down, left, home = "\x1b[A", "\x1b[B", "\x1b[D", "\x1b[H"

// TestKeys: lines are edited, and come back from the history.
func TestKeys(t *testing.T) {
	y := start(t, 80)
	for _, tc := range []struct{ keys, want string }{
		{"one\r", `got "one"`},
		{"two\r", `got "two"`},
		{"tree" + left + left + left + "h\r", `got "three"`},
		{"2" + home + "1\r", `got "12"`},
		{"ab\x7fc\r", `got "ac"`},
		{"rubbish\x15four\r", `got "four"`},
		{"five six\x17\x7f\r", `got "five"`},
		{up + "\r", `got "five"`},
		{up + up + "!\r", `got "four!"`},
		{"half" + up + down + "!\r", `got "half!"`},
		{"é\r", `got "é"`},
		{"six\x04\r", `got "six"`}, // Ctrl-D is the end only where nothing is typed
		{"seven\reight\r", "got \"seven\"\r\n> eight\r\ngot \"eight\""},
		{"late\r", "by the way"},
	} {
		y.Await("> ") // before it, keys are the terminal's
		y.Type(tc.keys)
		y.Await(tc.want + "\r\n")
	}
	y.Await("> ")
	y.Type("\x04")
	if code, shown := y.Exit(); code != 0 || !strings.HasSuffix(shown, "end\r\n") {
		t.Errorf("code %d, and %q", code, shown)
	}
}

// TestGivenUp: Ctrl-C gives up a line, wherever the cursor is, and no other.
func TestGivenUp(t *testing.T) {
	y := start(t, 80)
	y.Await("> ")
	y.Type("one" + left + "\x03")
	y.Await("prompt: given up: \"one\"\r\n> ")
	y.Type("two\r\x03\x03three\r")
	y.Await("got \"two\"\r\n")
	y.Await(`prompt: given up: ""`)
	y.Await(`prompt: given up: ""`)
	y.Await("got \"three\"\r\n> ")
	y.Type(up + up + up + "\r") // what was given up can be had again, and nothing is no line
	y.Await(`got "one"`)
}

// TestCooked: between the lines the terminal is as it was, so that Ctrl-C ends a program
// that is busy; and it is so in the end.
func TestCooked(t *testing.T) {
	y := start(t, 80)
	y.Await("> ")
	if y.Canonical() {
		t.Error("while a line is typed the terminal edits it too")
	}
	y.Type("busy\r")
	y.Await("busy\r\nbusy\r\n")
	if !y.Canonical() {
		t.Error("the terminal is not as it was")
	}
	y.Type("\x03")
	if code, shown := y.Exit(); code != -1 {
		t.Errorf("code %d, and %q", code, shown)
	}
}

// TestWidth: a line breaks where the window ends, also where that has changed.
func TestWidth(t *testing.T) {
	y := start(t, 20)
	y.Await("> ")
	y.Type(strings.Repeat("x", 18))
	y.Await(strings.Repeat("x", 18) + "\r\n")
	y.Type("yy\r")
	y.Await("yy\r\ngot ")
	y.Await("> ")
	y.Type("ab")
	y.Await("ab")
	y.Resize(40) // while a line is typed: it is shown anew
	y.Await("> ab")
	y.Type("\x15" + strings.Repeat("z", 38))
	y.Await(strings.Repeat("z", 38) + "\r\n")
	y.Type("\r")
	y.Await("got ")
}

// TestHalf: where only one of input and output is a terminal nobody types.
func TestHalf(t *testing.T) {
	t.Parallel()
	piped := func(set func(*exec.Cmd)) *ptytest.Terminal {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), echoes+"=1", "GORACE=atexit_sleep_ms=0")
		set(cmd)
		return ptytest.Start(t, 80, cmd)
	}
	in := piped(func(cmd *exec.Cmd) { cmd.Stdin = strings.NewReader("one\n") })
	if code, shown := in.Exit(); code != 0 || shown != "got \"one\"\r\nend\r\n" {
		t.Errorf("lines from a pipe: code %d, %q", code, shown)
	}
	var out strings.Builder
	to := piped(func(cmd *exec.Cmd) { cmd.Stdout = &out })
	to.Type("one\n\x04")
	if code, shown := to.Exit(); code != 0 || out.String() != "got \"one\"\nend\n" || strings.Contains(shown, ">") {
		t.Errorf("shown to a pipe: code %d, %q, and %q", code, &out, shown)
	}
}
