package daemon

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// How a process was stopped.
const (
	NotRunning = "not running"
	Stopped    = "stopped"         // in order, after SIGTERM
	Hurried    = "stopped at once" // after further ones
	Killed     = "killed"          // with SIGKILL
)

// hurry is how long a process has after each further signal.
var hurry = 5 * time.Second

// Stop ends the process that has a pid file: with SIGTERM; if it still runs after
// wait, with a second one, which has it stop at once, and a third; and if force is set and that does
// not help either, with SIGKILL. how is what was done, pid the process, 0 if none ran.
// A file that was left behind it removes.
func Stop(ctx context.Context, pidFile string, wait time.Duration, force bool) (pid int, how string, err error) {
	if !supported {
		return 0, "", ErrUnsupported
	}
	pid, runs, left, err := look(pidFile)
	switch {
	case err != nil:
		return 0, "", err
	case left:
		return 0, NotRunning, sweep(pidFile)
	case !runs:
		return 0, NotRunning, nil
	case pid == 0:
		return 0, "", fmt.Errorf("daemon: it is just being started: try again (%s has no pid yet)", pidFile)
	}
	steps := []struct {
		signal syscall.Signal
		wait   time.Duration
		how    string
	}{
		{syscall.SIGTERM, wait, Stopped},
		{syscall.SIGTERM, hurry, Hurried},
		{syscall.SIGTERM, hurry, Hurried},      // a signal that finds one of its kind pending is lost
		{syscall.SIGKILL, time.Minute, Killed}, // which only a broken disk holds up,
	}
	if !force {
		steps = steps[:3]
	}
	for _, step := range steps {
		process, err := os.FindProcess(pid)
		if err == nil {
			err = process.Signal(step.signal)
		}
		if err != nil && !errors.Is(err, os.ErrProcessDone) {
			return pid, "", fmt.Errorf("daemon: pid %d cannot be signalled: %w", pid, err)
		}
		gone, err := await(ctx, pidFile, pid, step.wait)
		if err != nil {
			return pid, "", err
		}
		if gone {
			return pid, step.how, nil
		}
	}
	return pid, "", fmt.Errorf("daemon: pid %d still runs, though it was told to stop", pid)
}

// await waits until the process has let go of its file, which it does with its end.
func await(ctx context.Context, pidFile string, pid int, limit time.Duration) (gone bool, err error) {
	over := time.NewTimer(limit)
	defer over.Stop()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		now, runs, left, err := look(pidFile)
		switch {
		case err != nil:
			return false, err
		case left: // it was killed
			return true, sweep(pidFile)
		case !runs || now != pid: // perhaps somebody has started it again
			return true, nil
		}
		select {
		case <-again.C:
		case <-over.C:
			return false, nil
		case <-ctx.Done():
			return false, context.Cause(ctx)
		}
	}
}

// sweep removes a file that was left behind, unless somebody has it by now.
func sweep(pidFile string) error {
	p, err := LockPid(pidFile)
	if running := (*RunningError)(nil); errors.As(err, &running) {
		return nil
	}
	if err != nil {
		return err
	}
	return p.Remove()
}
