package main

import (
	"fmt"
	"syscall"
	"time"
	"unsafe"
)

// cpu returns the user and system time the process has used, by its own clock
// (clock_getcpuclockid(3)), which the scheduler keeps in nanoseconds. The ticks in /proc
// are of 10 ms, which is a tenth of what 300,000 stanzas cost the floor.
func (p *process) cpu() (time.Duration, error) {
	const scheduled = 2 // CPUCLOCK_SCHED, of all threads
	clock := int32(^p.pid<<3 | scheduled)
	var used syscall.Timespec
	if _, _, errno := syscall.Syscall(syscall.SYS_CLOCK_GETTIME, uintptr(clock), uintptr(unsafe.Pointer(&used)), 0); errno != 0 {
		return 0, fmt.Errorf("the processor time of process %d: %w", p.pid, errno)
	}
	return time.Duration(used.Nano()), nil
}
