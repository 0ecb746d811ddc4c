package ptytest

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long a process may take for anything, on a machine that is busy.
const patience = time.Minute

// A Terminal is a terminal with a process on it.
type Terminal struct {
	t     testing.TB
	keys  *os.File // the person's end
	cmd   *exec.Cmd
	ended chan struct{} // closed when the process has shown its last

	mu    sync.Mutex
	shown strings.Builder
	seen  int           // how much of it has been waited for
	news  chan struct{} // closed and replaced when more is shown
}

// Start starts a command at a terminal of that width. Its standard files are the
// terminal, unless they are set. It is killed with the test's end.
func Start(t testing.TB, width int, cmd *exec.Cmd) *Terminal {
	t.Helper()
	keys, line, err := open()
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	y := &Terminal{t: t, keys: keys, cmd: cmd, ended: make(chan struct{}), news: make(chan struct{})}
	y.Resize(width)
	if cmd.Stdin == nil {
		cmd.Stdin = line
	}
	if cmd.Stdout == nil {
		cmd.Stdout = line
	}
	if cmd.Stderr == nil {
		cmd.Stderr = line
	}
	cmd.ExtraFiles = []*os.File{line}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 3} // the first of ExtraFiles
	if err := cmd.Start(); err != nil {
		keys.Close()
		t.Fatal(err)
	}
	go y.watch()
	t.Cleanup(func() {
		cmd.Process.Kill()
		keys.Close()
		<-y.ended
	})
	return y
}

// open makes a terminal: the end that a person sits at, and that of processes.
func open() (keys, line *os.File, err error) {
	keys, err = os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	conn, err := keys.SyscallConn() // for Fd would have reads block for ever
	if err != nil {
		return nil, nil, err
	}
	var n uint32
	var failed error
	err = conn.Control(func(fd uintptr) {
		if failed = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0); failed == nil {
			n, failed = unix.IoctlGetUint32(int(fd), unix.TIOCGPTN)
		}
	})
	if err == nil {
		err = failed
	}
	if err == nil {
		line, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	}
	if err != nil {
		keys.Close()
		return nil, nil, err
	}
	return keys, line, nil
}

// Resize gives the window another width. The process is told.
func (y *Terminal) Resize(width int) {
	y.t.Helper()
	conn, err := y.keys.SyscallConn()
	if err != nil {
		y.t.Fatal(err)
	}
	size := unix.Winsize{Row: 24, Col: uint16(width)}
	conn.Control(func(fd uintptr) { err = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &size) })
	if err != nil {
		y.t.Fatal(err)
	}
}

// Canonical reports whether the terminal gives a process whole lines and makes signals
// of Ctrl-C, as it does for who has not asked for each key.
func (y *Terminal) Canonical() (is bool) {
	y.t.Helper()
	conn, err := y.keys.SyscallConn()
	if err != nil {
		y.t.Fatal(err)
	}
	var mode *unix.Termios
	conn.Control(func(fd uintptr) { mode, err = unix.IoctlGetTermios(int(fd), unix.TCGETS) })
	if err != nil {
		y.t.Fatal(err)
	}
	return mode.Lflag&unix.ICANON != 0 && mode.Lflag&unix.ISIG != 0 && mode.Lflag&unix.ECHO != 0
}

func (y *Terminal) watch() {
	defer close(y.ended)
	for b := make([]byte, 4096); ; {
		n, err := y.keys.Read(b)
		y.mu.Lock()
		y.shown.Write(b[:n])
		close(y.news)
		y.news = make(chan struct{})
		y.mu.Unlock()
		if err != nil { // EIO: nobody has the other end open any more
			return
		}
	}
}

// Type types keys.
func (y *Terminal) Type(keys string) {
	y.t.Helper()
	if _, err := y.keys.WriteString(keys); err != nil {
		y.t.Fatal(err)
	}
}

// Await waits until text is shown, behind what was awaited before, and returns all that
// is shown up to its end.
func (y *Terminal) Await(text string) (shown string) {
	y.t.Helper()
	for limit := time.After(patience); ; {
		y.mu.Lock()
		all, from, news := y.shown.String(), y.seen, y.news
		i := strings.Index(all[from:], text)
		if i >= 0 {
			y.seen = from + i + len(text)
		}
		y.mu.Unlock()
		if i >= 0 {
			return all[from : from+i+len(text)]
		}
		select {
		case <-news:
			continue
		case <-y.ended:
			y.mu.Lock()
			more := y.shown.Len() > len(all)
			y.mu.Unlock()
			if more {
				continue
			}
			y.t.Fatalf("it ended, and did not show %q, but\n%s", text, all[from:])
		case <-limit:
			y.t.Fatalf("it does not show %q, but\n%s", text, all[from:])
		}
	}
}

// Exit waits for the end of the process and returns its exit code, and all that was
// shown behind what was awaited before.
func (y *Terminal) Exit() (code int, shown string) {
	y.t.Helper()
	hung := time.AfterFunc(patience, func() { y.cmd.Process.Kill() })
	defer hung.Stop()
	y.cmd.Wait()
	<-y.ended
	y.mu.Lock()
	defer y.mu.Unlock()
	return y.cmd.ProcessState.ExitCode(), y.shown.String()[y.seen:]
}
