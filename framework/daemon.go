package framework

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/emp-framework/emp/internal/command"
	"github.com/emp-framework/emp/internal/daemon"
	"github.com/emp-framework/emp/internal/logging"
)

// This file is the commands start, stop and status.

// exitNotReady is EX_TEMPFAIL of sysexits.h, and exitNotRunning what init scripts
// return for a status of nothing (LSB Core, "Init Script Actions").
const (
	exitNotReady   = 75
	exitNotRunning = 3
)

// start starts the application in the background and waits for it to be ready. What
// it returns is for people to read.
func (a *App) start(ctx context.Context, flags map[string]string, wait time.Duration) (string, error) {
	loaded, err := a.load(flags)
	if err != nil {
		return "", err
	}
	pidFile, logFile := a.pidFile(), loaded.Config.Log.File
	if logFile == "" {
		logFile = a.name() + ".log"
	}
	given := maps.Clone(flags)
	given["pid-file"], given["log-file"] = pidFile, logFile
	args := []string{"run"}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		args = append(args, "--"+name+"="+given[name])
	}
	starting := daemon.Start{Args: args, PidFile: pidFile, LogFile: logFile, Wait: wait}
	if logging.IsTerminal(os.Stderr) { // somebody waits for it
		starting.Progress = func(state string) { fmt.Fprintf(os.Stderr, "%s: %s\n", a.name(), state) }
	}
	started, err := starting.Run(ctx)
	var running *daemon.RunningError
	switch {
	case errors.As(err, &running) && running.Pid == 0:
		return a.name() + " is being started by somebody else: nothing was done", nil
	case errors.As(err, &running):
		return fmt.Sprintf("%s runs already (pid %d): nothing was done; with a new configuration: %[1]s stop, then %[1]s start", a.name(), running.Pid), nil
	case err != nil:
		return "", fmt.Errorf("%s: start: %w", a.name(), err)
	case started.Ready:
		return fmt.Sprintf("%s is started (pid %d), %s", a.name(), started.Pid, started.Text), nil
	case !started.Ended:
		return "", &codedError{exitNotReady, fmt.Sprintf("%s is started (pid %d), but after %v it is %s; it goes on trying; see %s, %[1]s status, %[1]s stop",
			a.name(), started.Pid, wait, or(started.Text, "starting"), logFile)}
	}
	text := fmt.Sprintf("%s is not started: %s", a.name(), started.Text)
	if len(started.Log) > 0 {
		text += fmt.Sprintf("\nthe end of %s:\n  %s", logFile, strings.Join(started.Log, "\n  "))
	}
	return "", &codedError{max(started.ExitCode, 1), text}
}

// stopDaemon stops the application that start has started, or another with a pid file.
func (a *App) stopDaemon(ctx context.Context, flags map[string]string, wait time.Duration, force bool) (string, error) {
	limit := a.settle(flags).DrainTimeout
	if wait == 0 {
		wait = limit + 5*time.Second
	}
	began := time.Now()
	pid, how, err := daemon.Stop(ctx, a.pidFile(), wait, force)
	switch took := round(time.Since(began)); {
	case err != nil && pid > 0 && !force:
		return "", fmt.Errorf("%s: stop: %w; to kill it: %[1]s stop --force", a.name(), err)
	case err != nil:
		return "", fmt.Errorf("%s: stop: %w", a.name(), err)
	case how == daemon.NotRunning:
		return fmt.Sprintf("%s does not run (nobody has %s)", a.name(), a.pidFile()), nil
	case how == daemon.Hurried:
		return fmt.Sprintf("%s is stopped (pid %d), after %s: it had not finished its work in %v, and was told to stop at once", a.name(), pid, took, wait), nil
	case how == daemon.Killed:
		return fmt.Sprintf("%s is killed (pid %d), after %s: it did not stop when told to", a.name(), pid, took), nil
	default:
		return fmt.Sprintf("%s is stopped (pid %d), after %s", a.name(), pid, took), nil
	}
}

// status says how the application is that has the pid file.
func (a *App) status(flags map[string]string) (command.Status, error) {
	a.settle(flags)
	state, runs, left, err := daemon.Ask(a.pidFile())
	if err != nil {
		return command.Status{}, fmt.Errorf("%s: status: %w", a.name(), err)
	}
	s := command.Status{Running: runs, Ready: state.Ready, Pid: state.Pid, Since: state.Since, State: state.Text}
	switch {
	case left:
		s.State, s.Code = fmt.Sprintf("does not run: it was killed or crashed, and left %s behind; start takes that over", a.pidFile()), exitNotRunning
	case !runs:
		s.State, s.Code = fmt.Sprintf("does not run (there is no %s)", a.pidFile()), exitNotRunning
	case !state.Ready:
		s.Code = exitNotReady
	}
	return s, nil
}

// settle is load for commands that have to work also where the configuration is
// wrong: of one that runs it may have been right.
func (a *App) settle(flags map[string]string) Config {
	if loaded, _ := a.Config.load(Sources{Environ: os.Environ(), Flags: flags}); loaded != nil {
		a.take(loaded)
	}
	return a.Config
}

func (a *App) pidFile() string { return or(a.Config.PidFile, a.name()+".pid") }

func or(text, other string) string {
	if text == "" {
		return other
	}
	return text
}

// A codedError is an error for the command line with an exit code of its own.
type codedError struct {
	code int
	text string
}

func (e *codedError) Error() string { return e.text }
func (e *codedError) ExitCode() int { return e.code }
