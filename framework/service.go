package framework

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/emp-framework/emp/internal/daemon"
	"github.com/emp-framework/emp/internal/dispatch"
)

// A service is an application among those who run it: a service manager, the command
// start that waits for it, and the commands stop and status.
type service struct {
	app    *App
	pid    *daemon.PidFile // nil: it has none
	child  *daemon.Child   // nil: the command start has not started it
	notify daemon.Notifier
	state  daemon.State
	ready  bool // it has been
	begun  bool // it has gone as far as its links, and so has a log
	lost   bool // the state could not be written
}

// newService takes the pid file that the configuration names, unless start has it
// for us.
func (a *App) newService(child *daemon.Child) (*service, error) {
	s := &service{app: a, child: child, notify: daemon.NewNotifier(), state: daemon.State{Pid: os.Getpid(), Since: time.Now().Round(time.Second)}}
	a.notify = s.notify
	if child != nil {
		s.pid, a.pid = child.Pid, child.Pid
		return s, nil
	}
	if a.Config.PidFile == "" {
		return s, nil
	}
	pid, err := daemon.LockPid(a.Config.PidFile)
	if err != nil {
		return nil, err
	}
	s.pid, a.pid = pid, pid
	return s, pid.Write(s.state.Pid)
}

// run runs the application until ctx ends, and tells how it is.
func (s *service) run(ctx context.Context) error {
	ctx, release := s.app.untilStop(ctx)
	defer release()
	running, end := context.WithCancel(context.Background())
	told := make(chan struct{})
	go func() {
		defer close(told)
		s.follow(running, ctx)
	}()
	err := s.app.Run(ctx)
	end()
	<-told
	if s.child != nil {
		s.child.Ended(err)
	}
	if s.pid != nil {
		err = errors.Join(err, s.pid.Remove())
	}
	return err
}

// follow tells how the application is, whenever that changes, and that it lives as
// often as the service manager wants to hear that.
func (s *service) follow(running, serving context.Context) {
	var beat <-chan time.Time
	if every := daemon.WatchdogInterval(); every > 0 {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		beat = ticker.C
	}
	stop := serving.Done()
	for {
		s.app.mu.Lock()
		changed := s.app.changed
		text, ready := s.app.condition()
		s.begun = len(s.app.ends) > 0
		s.app.mu.Unlock()
		if stop != nil && text != s.state.Text {
			s.tell(text, ready)
		}
		select {
		case <-changed:
		case <-beat:
			// A link that is down is no reason to start us again: that we do ourselves.
			if !errors.Is(s.app.Healthy(), dispatch.ErrStuck) {
				s.notify.Alive()
			}
		case <-stop:
			stop = nil
			s.notify.Stopping()
			s.write("stopping", false)
		case <-running.Done():
			return
		}
	}
}

func (s *service) tell(text string, ready bool) {
	s.write(text, ready)
	if s.child != nil && !s.ready {
		s.child.State(text, ready)
	}
	if ready && !s.ready {
		s.ready = true
		s.notify.Ready(text)
		return
	}
	s.notify.Status(text)
}

// write writes the state for the command status. Where that cannot be done, as on a
// full disk, the application goes on without.
func (s *service) write(text string, ready bool) {
	s.state.Text, s.state.Ready = text, ready
	if s.pid == nil {
		return
	}
	err := s.pid.WriteState(s.state)
	if err != nil && s.begun && !s.lost {
		s.app.log.Warn("the state could not be written", "error", err, "next", "the application goes on, but the command status does not know how it is",
			"change", "see to the room on the disk and the rights of the folder")
	}
	s.lost = err != nil && s.begun
}
