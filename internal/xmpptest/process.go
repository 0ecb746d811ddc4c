//go:build linux

package xmpptest

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// A process is a child that does not outlive us.
type process struct {
	cmd  *exec.Cmd
	gone chan struct{} // closed when it has ended and was waited for
}

// startProcess starts cmd, whose output must go to files: nothing copies it.
func startProcess(cmd *exec.Cmd) (*process, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Setpgid:   true,            // Ctrl-C is for the test alone, or a server might stop half-way
		Pdeathsig: syscall.SIGKILL, // and nothing is left when the test binary is killed or panics
	}
	p := &process{cmd: cmd, gone: make(chan struct{})}
	started := make(chan error)
	go func() {
		// The parent whose death Pdeathsig means is the thread that starts the
		// child, so that thread has to last as long as the child.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait() // how it ended is in cmd.ProcessState
			close(p.gone)
		}
	}()
	return p, <-started
}

func (p *process) running() bool {
	select {
	case <-p.gone:
		return false
	default:
		return true
	}
}

// signal is harmless for a process that has ended: os.Process does not reach
// others that were given its number.
func (p *process) signal(sig os.Signal) { p.cmd.Process.Signal(sig) }

// pause stops the process and returns when all its threads stand still.
func (p *process) pause() error {
	if err := p.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	// waitid(2) for the stop alone leaves the end of the process to cmd.Wait, and
	// with WNOWAIT a process that stood still already does not have us wait.
	const byPID = 1 // P_PID
	for {
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, byPID, uintptr(p.cmd.Process.Pid), 0, syscall.WSTOPPED|syscall.WNOWAIT, 0, 0)
		switch errno {
		case 0:
			return nil
		case syscall.EINTR:
		default: // ECHILD: it has ended
			return errno
		}
	}
}

// wait reports whether the process ended within limit.
func (p *process) wait(limit time.Duration) bool {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-p.gone:
		return true
	case <-timer.C:
		return false
	}
}

// kill ends the process whatever state it is in, stopped too.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.gone
}

// environment is what a child that lives in a folder gets to see of ours.
func environment(folder string) []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "LC_ALL=C.UTF-8"}
}
