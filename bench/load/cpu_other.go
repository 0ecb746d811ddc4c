//go:build !linux

package main

import (
	"errors"
	"time"
)

// cpu is for Linux alone, as are the figures of memory.
func (p *process) cpu() (time.Duration, error) {
	return 0, errors.New("the processor time of another process is known on Linux only")
}
