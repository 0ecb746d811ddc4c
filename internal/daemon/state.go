package daemon

import (
	"encoding/json"
	"os"
	"strings"
	"time"
)

// A State is what a running program says of itself, for who asks from outside.
type State struct {
	Pid   int       `json:"pid"`
	Since time.Time `json:"since"` // it runs
	Ready bool      `json:"ready"`
	Text  string    `json:"state"` // on one line: "ready: echo.example.org is up"
}

// WriteState writes the state beside the pid file, for Ask.
func (p *PidFile) WriteState(s State) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	// In one step, so that nobody reads a half.
	name := stateName(p.name)
	if err := os.WriteFile(name+".new", append(text, '\n'), 0o644); err != nil {
		os.Remove(name + ".new")
		return err
	}
	return os.Rename(name+".new", name)
}

// readState reads what the process pid has said; of another it is nothing.
func readState(pidFile string, pid int) (s State) {
	text, err := os.ReadFile(stateName(pidFile))
	if err != nil || json.Unmarshal(text, &s) != nil || s.Pid != pid {
		return State{Pid: pid, Text: "what it does is not known: there is nothing of it in " + stateName(pidFile)}
	}
	return s
}

// stateName is the name of the file for the state.
func stateName(pidFile string) string { return strings.TrimSuffix(pidFile, ".pid") + ".state" }

// Ask returns the state of the program that has a pid file. runs reports whether one
// runs, and left whether one has ended without removing its file: it was killed, or
// crashed.
func Ask(pidFile string) (s State, runs, left bool, err error) {
	pid, runs, left, err := look(pidFile)
	if err != nil || !runs {
		return s, runs, left, err
	}
	return readState(pidFile, pid), true, false, nil
}
