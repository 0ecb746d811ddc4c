package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// A process is the component's, of which Linux says what it used.
type process struct {
	pid     int
	cmd     *exec.Cmd // nil if it is not ours
	started time.Time
	ended   chan struct{} // closed when ours has ended
}

// spawn runs a command line of the shell. Its output is ours, on standard error.
func spawn(line, addr, domain, secret string) (*process, error) {
	p := &process{cmd: exec.Command("sh", "-c", "exec "+line, "load", addr, domain, secret), started: time.Now()}
	// In development each stanza without a route is explained in the log.
	p.cmd.Env = append([]string{"EMP_ENV=production"}, os.Environ()...)
	p.cmd.Env = append(p.cmd.Env, "EMP_SERVER="+addr, "EMP_JID="+domain, "EMP_SECRET="+secret)
	p.cmd.Stdout, p.cmd.Stderr = os.Stderr, os.Stderr
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	p.pid, p.ended = p.cmd.Process.Pid, make(chan struct{})
	go func() {
		p.cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

// hasEnded reports whether a process of ours has ended.
func (p *process) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// stop ends the process if it is ours.
func (p *process) stop() {
	if p.cmd == nil {
		return
	}
	p.cmd.Process.Signal(syscall.SIGTERM)
	kill := time.AfterFunc(5*time.Second, func() { p.cmd.Process.Kill() })
	defer kill.Stop()
	<-p.ended
}

// memory returns a line of the process's status in MB: VmRSS for what it has in
// memory now, VmHWM for the most since resetPeak.
func (p *process) memory(line string) float64 {
	b, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	_, rest, _ := strings.Cut(string(b), line+":")
	var kb float64
	fmt.Sscanf(rest, "%f kB", &kb)
	return kb / 1024
}

func (p *process) resetPeak() {
	os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", p.pid), []byte("5"), 0)
}
