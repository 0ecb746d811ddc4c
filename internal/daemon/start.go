package daemon

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Variable is set in the environment of a process that Start has started.
const Variable = "EMP_DAEMON"

// The files that it was started with, beside the standard ones.
const pidFD, reportFD = 3, 4

// What it reports, each on a line with a text behind it.
const (
	reportState = "state "
	reportReady = "ready "
	reportEnded = "ended "
)

// Start is how a program is started in the background.
type Start struct {
	Args             []string // of the program, which is the one that runs now
	PidFile, LogFile string
	Wait             time.Duration // for it to be ready
	// Progress, if not nil, is told each state that it reports until then.
	Progress func(state string)
}

// Started is what became of it.
type Started struct {
	Pid   int
	Ready bool
	Text  string // its state, or why it ended; "": it said nothing
	// Ended reports that it has ended, with that exit code.
	Ended    bool
	ExitCode int
	Log      []string // the last lines that it logged, if it has ended
}

// Run starts the program and waits until it is ready, or ends, or the time to wait is
// over, or ctx ends: in the last two cases it runs on. The error is a *RunningError
// where it runs already.
func (s Start) Run(ctx context.Context) (started Started, err error) {
	if !supported {
		return started, ErrUnsupported
	}
	pid, err := LockPid(s.PidFile)
	if err != nil {
		return started, err
	}
	defer pid.file.Close() // the process has it too
	cmd, report, err := s.command(pid)
	if err != nil {
		return started, errors.Join(err, os.Remove(s.PidFile))
	}
	defer report.Close()
	logged := size(s.LogFile)
	if err := cmd.Start(); err != nil {
		return started, errors.Join(err, os.Remove(s.PidFile))
	}
	for _, f := range append(cmd.ExtraFiles[1:], cmd.Stderr.(*os.File)) {
		f.Close() // which are the process's now
	}
	started.Pid = cmd.Process.Pid
	if err := pid.Write(started.Pid); err != nil { // as on a full disk
		cmd.Process.Kill()
		cmd.Wait()
		return started, errors.Join(err, pid.Remove())
	}
	ended := started.follow(ctx, report, &s)
	if started.Ready || !ended {
		return started, cmd.Process.Release()
	}
	cmd.Wait()
	started.Ended, started.ExitCode = true, cmd.ProcessState.ExitCode()
	started.Log = tail(s.LogFile, logged)
	if started.Text == "" {
		started.Text = cmd.ProcessState.String()
	}
	return started, nil
}

func (s Start) command(pid *PidFile) (*exec.Cmd, *os.File, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	log, err := OpenLog(s.LogFile, nil)
	if err != nil {
		return nil, nil, err
	}
	report, write, err := os.Pipe()
	if err != nil {
		return nil, nil, errors.Join(err, log.Close())
	}
	cmd := exec.Command(program, s.Args...)
	cmd.Env = append(os.Environ(), Variable+"=1")
	cmd.Stdout, cmd.Stderr = log.file, log.file
	cmd.ExtraFiles = []*os.File{pid.file, write} // pidFD, reportFD
	cmd.SysProcAttr = apart()
	return cmd, report, nil
}

// follow reads what the process reports, and reports whether that has come to an end.
func (s *Started) follow(ctx context.Context, report *os.File, of *Start) (ended bool) {
	ctx, cancel := context.WithTimeout(ctx, of.Wait)
	defer cancel()
	defer context.AfterFunc(ctx, func() { report.SetReadDeadline(time.Unix(1, 0)) })()
	for lines := bufio.NewReader(report); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			return errors.Is(err, io.EOF)
		}
		line = strings.TrimSuffix(line, "\n")
		if text, ok := strings.CutPrefix(line, reportReady); ok {
			s.Ready, s.Text = true, text
			return false
		}
		if text, ok := strings.CutPrefix(line, reportEnded); ok {
			s.Text = text
		} else {
			s.Text = strings.TrimPrefix(line, reportState)
			if of.Progress != nil {
				of.Progress(s.Text)
			}
		}
	}
}

// size is the size of a file; -1 of what is no regular file.
func size(name string) int64 {
	if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
		return info.Size()
	}
	return -1
}

// tail returns the last lines of a file that stand behind an offset.
func tail(name string, offset int64) []string {
	const most, bytes = 10, 16 << 10
	end := size(name)
	if offset < 0 || end < 0 {
		return nil
	}
	file, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer file.Close()
	text := make([]byte, min(end-offset, bytes))
	n, _ := file.ReadAt(text, end-int64(len(text)))
	lines := strings.FieldsFunc(string(text[:n]), func(r rune) bool { return r == '\n' })
	return lines[max(0, len(lines)-most):]
}

// A Child is what a process that Start has started has from it.
type Child struct {
	Pid    *PidFile
	report *os.File
}

// Inherit returns what the process has from Start; nil: it was not started so. It may
// be called once.
func Inherit(pidFile string) *Child {
	if os.Getenv(Variable) == "" || !supported {
		return nil
	}
	os.Unsetenv(Variable) // nor are the processes that we start
	return &Child{&PidFile{pidFile, inherited(pidFD, pidFile)}, inherited(reportFD, "report")}
}

// State reports how far it is. Whoever waits for it hears no more once it is ready.
func (c *Child) State(text string, ready bool) {
	if ready {
		c.say(reportReady, text)
		c.close()
		return
	}
	c.say(reportState, text)
}

// Ended reports why it is about to end before it was ready; nil: somebody wished so.
func (c *Child) Ended(err error) {
	text := "told to stop"
	if err != nil {
		text = err.Error()
	}
	c.say(reportEnded, text)
	c.close()
}

func (c *Child) say(what, text string) {
	if c.report != nil { // an error: nobody waits any more
		fmt.Fprintf(c.report, "%s%s\n", what, strings.ReplaceAll(text, "\n", "; "))
	}
}

func (c *Child) close() {
	if c.report != nil {
		c.report.Close()
		c.report = nil
	}
}
