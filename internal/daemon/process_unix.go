//go:build unix

package daemon

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// redirect makes f what the process writes to standard output and standard error.
func redirect(f *os.File) error {
	return errors.Join(unix.Dup2(int(f.Fd()), 1), unix.Dup2(int(f.Fd()), 2))
}

// lock locks a file, or reports that another has it locked. Closing it lets go, once
// all processes that have it from this one have done so.
func lock(f *os.File) (ok bool, err error) {
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if errors.Is(err, unix.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// alive reports whether there is a process of that id.
func alive(pid int) bool { return !errors.Is(unix.Kill(pid, 0), unix.ESRCH) }

// apart has a process not end with the terminal that it is started from.
func apart() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// inherited returns the file that a process was started with.
func inherited(fd int, name string) *os.File {
	unix.CloseOnExec(fd) // it is not for processes that we start
	return os.NewFile(uintptr(fd), name)
}

const supported = true
