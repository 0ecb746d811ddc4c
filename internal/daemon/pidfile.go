package daemon

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"
)

// A PidFile is a file with the id of a process in it, as a line of digits, which is
// locked for as long as the process lives. So a file that was left behind is never
// taken for a process, not even where another has that id by now: the kernel lets go
// of the lock whatever the process ended with.
type PidFile struct {
	name string
	file *os.File
}

// RunningError is the error of LockPid where another process has the file.
type RunningError struct {
	Name string // of the file
	Pid  int    // 0: it is just being started
}

// Error says which process it is.
func (e *RunningError) Error() string {
	if e.Pid == 0 {
		return "daemon: it is being started by somebody else (" + e.Name + " is locked)"
	}
	return fmt.Sprintf("daemon: it runs already (pid %d in %s)", e.Pid, e.Name)
}

// LockPid makes the file of that name, or takes over one that was left behind, and
// locks it. The error is a *RunningError where a process has it.
func LockPid(name string) (*PidFile, error) {
	for tries := 0; ; tries++ {
		file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, err
		}
		ok, err := lock(file)
		if err == nil && !ok {
			pid := pidIn(file)
			if pid == 0 || !alive(pid) { // somebody only looks, or has not got far
				if tries < 50 {
					file.Close()
					time.Sleep(5 * time.Millisecond)
					continue
				}
			}
			err = &RunningError{name, pid}
		}
		if err == nil {
			// Whoever had it may have removed the name between our two calls.
			ours, errOurs := file.Stat()
			there, errThere := os.Stat(name)
			if errOurs == nil && errThere == nil && os.SameFile(ours, there) {
				if err = file.Truncate(0); err == nil {
					return &PidFile{name, file}, nil
				}
			}
		}
		file.Close()
		if err != nil {
			return nil, err
		}
	}
}

// Write writes the id of the process that the file is to stand for.
func (p *PidFile) Write(pid int) error {
	_, err := p.file.WriteAt([]byte(strconv.Itoa(pid)+"\n"), 0)
	return err
}

// File returns the file, which is open.
func (p *PidFile) File() *os.File { return p.file }

// Remove removes the file, and then lets go of the lock. So nobody finds a file that
// nobody has locked, unless the process was killed. The state goes first: once the file is
// gone another process may have one, and a state of its own.
func (p *PidFile) Remove() error {
	return errors.Join(remove(stateName(p.name)), remove(p.name), p.file.Close())
}

func remove(name string) error {
	if err := os.Remove(name); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// look says whether a process has the file of that name, and which. left reports
// whether there is a file that nobody has.
func look(name string) (pid int, runs, left bool, err error) {
	file, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return 0, false, false, nil
	}
	if err != nil {
		return 0, false, false, err
	}
	defer file.Close()
	free, err := lock(file)
	if err != nil {
		return 0, false, false, err
	}
	return pidIn(file), !free, free, nil
}

// pidIn returns the id in a file; 0: none.
func pidIn(file *os.File) int {
	text := make([]byte, 32)
	n, err := file.ReadAt(text, 0)
	if err != nil && err != io.EOF {
		return 0
	}
	pid, err := strconv.Atoi(string(bytes.TrimSpace(text[:n])))
	if err != nil || pid < 1 {
		return 0
	}
	return pid
}
