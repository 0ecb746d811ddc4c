package framework

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/emp-framework/emp/internal/command"
	"github.com/emp-framework/emp/internal/config"
	"github.com/emp-framework/emp/internal/daemon"
	"github.com/emp-framework/emp/internal/logging"
)

// Main is the program of an application: it reads the command line, loads the
// configuration from file, environment and flags, and runs the application
// until it is told to stop by SIGTERM or SIGINT. A second signal has it stop at
// once, a third one kills it as if it had never cared. It does not return.
//
// The exit codes are 0 after a stop in order; 64 for a wrong command line; 70
// for a mistake in the program, as in its routes; 78 for a configuration that
// only a change can help: a service manager should not restart then; of the
// command status 3 for one that does not run, of status and start 75 for one that
// runs and is not ready; 1 for anything else.
//
// The command start runs it in the background, by starting the program again. A
// service manager is told how the application is by the protocol of sd_notify(3), if
// it has set NOTIFY_SOCKET. SIGHUP has log.file opened and the configuration read
// again; run from a terminal it means that this is gone, and the application stops.
func Main(a *App) { os.Exit(Execute(a, os.Args[1:])) }

// Execute is Main without the exit: it runs the application with the command
// line args, which is without the program's name, and returns the exit code.
func Execute(a *App, args []string) int {
	a.init()
	tuneCollector()
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	signals := make(chan os.Signal, 2) // both, should they come at once
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	done := make(chan struct{})
	defer close(done)
	go func() {
		defer signal.Stop(signals) // a third one kills
		for _, act := range []func(os.Signal){
			func(s os.Signal) { cancel(fmt.Errorf("signal: %v", s)) },
			func(os.Signal) { a.StopNow() },
		} {
			select {
			case s := <-signals:
				act(s)
			case <-done:
				return
			}
		}
	}()
	return command.Execute(ctx, a.program(os.Stdin, os.Stdout, os.Stderr), args)
}

// program is what the command line is for.
func (a *App) program(in io.Reader, out, err io.Writer) command.Program {
	return command.Program{
		Name:    a.name(),
		Short:   a.Short,
		Version: a.Version,
		Flags:   configFlags(),
		Before:  enterRoot,
		Run:     a.runWith,
		Routes:  a.showRoutes,
		Match:   a.matchFile,
		Config:  a.showConfig,
		Boot:    a.plan,
		Call:    a.call,
		Console: a.console,
		Start:   a.start,
		Stop:    a.stopDaemon,
		Status:  a.status,

		Commands: a.commands(in, out, err),

		In:  in,
		Out: out,
		Err: err,
	}
}

// enterRoot goes to the folder that the flag root names.
func enterRoot(flags map[string]string) error {
	folder, given := flags["root"]
	if !given {
		return nil
	}
	delete(flags, "root") // the command start would have another process go there again
	if err := os.Chdir(folder); err != nil {
		return &ConfigError{[]config.Problem{{Source: config.Source{Layer: config.Flag, Name: "root"}, Text: err.Error()}}}
	}
	return nil
}

// runWith loads the configuration and runs. SIGHUP has it read again, but in a
// terminal it means that this is gone.
func (a *App) runWith(ctx context.Context, flags map[string]string) error {
	child := daemon.Inherit(flags["pid-file"])
	a.daemon = child != nil
	code := a.Config
	_, err := a.load(flags)
	if err != nil && child != nil {
		child.Ended(err)
		return errors.Join(err, child.Pid.Remove())
	}
	if err != nil {
		return err
	}
	s, err := a.newService(child)
	if err != nil {
		return fmt.Errorf("%s: %w", a.name(), err)
	}
	hups := make(chan os.Signal, 1)
	signal.Notify(hups, syscall.SIGHUP)
	defer signal.Stop(hups)
	if !logging.IsTerminal(os.Stderr) {
		a.hup, a.again = hups, func() (*Loaded, error) { return code.Load(Sources{Environ: os.Environ(), Flags: flags}) }
		return s.run(ctx)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go func() {
		select {
		case <-hups:
			cancel(errors.New("the terminal is gone"))
		case <-ctx.Done():
		}
	}()
	return s.run(ctx)
}
