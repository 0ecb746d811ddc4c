package daemon

import (
	"errors"
	"os"
	"sync"
)

// A LogFile is a file that lines are added to. It can be opened again, for those who
// rotate logs: they rename the file and then ask for a new one of the old name. Where
// it cannot be written to, as on a disk that is full, lines are lost and counted; the
// program goes on. Any number of goroutines may use it.
type LogFile struct {
	name string
	// lost, if not nil, is called in a goroutine of its own when writing works again
	// after n lines were lost, with why the last of them was.
	lost func(n int, err error)
	std  bool // standard output and standard error are the file as well

	mu     sync.Mutex
	file   *os.File
	missed int
	why    error
}

// OpenLog opens the file of that name, and makes it if there is none, for its owner
// to write and the group to read. lost may be nil.
func OpenLog(name string, lost func(n int, err error)) (*LogFile, error) {
	l := &LogFile{name: name, lost: lost}
	return l, l.Reopen()
}

// TakeStandard has what the process itself writes to standard output and standard
// error, such as the last words of a program that crashes, go to the file, also to
// one that is opened again.
func (l *LogFile) TakeStandard() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.std = true
	return redirect(l.file)
}

// Write adds a line.
func (l *LogFile) Write(b []byte) (n int, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n, err = l.file.Write(b); err != nil {
		l.missed, l.why = l.missed+1, err
		return n, err
	}
	if l.missed > 0 {
		missed, why := l.missed, l.why
		l.missed, l.why = 0, nil
		if l.lost != nil {
			go l.lost(missed, why) // which may write a line about it
		}
	}
	return n, nil
}

// Reopen opens the file of its name again, making it if there is none. If it cannot
// it goes on with the one that is open, and returns why.
func (l *LogFile) Reopen() error {
	file, err := os.OpenFile(l.name, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o640)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	old := l.file
	l.file = file
	if l.std {
		err = redirect(file)
	}
	if old != nil {
		err = errors.Join(err, old.Close())
	}
	return err
}

// Close closes the file. Nothing may be written any more.
func (l *LogFile) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Close()
}

// File returns the file that is open now.
func (l *LogFile) File() *os.File {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file
}
