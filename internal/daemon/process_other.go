//go:build !unix

package daemon

import (
	"os"
	"syscall"
)

func redirect(*os.File) error             { return ErrUnsupported }
func lock(*os.File) (bool, error)         { return false, ErrUnsupported }
func apart() *syscall.SysProcAttr         { return nil }
func inherited(fd int, n string) *os.File { return os.NewFile(uintptr(fd), n) }

// Become is not supported.
func Become(string, string, ...*os.File) error { return ErrUnsupported }

// Keep is not supported.
func (p *PidFile) Keep() error { return ErrUnsupported }

func alive(int) bool { return true }

const supported = false
