package framework

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/emp-framework/emp/internal/config"
	"github.com/emp-framework/emp/internal/daemon"
	"github.com/emp-framework/emp/internal/logging"
)

// openLog is the step of the start that opens the log, unless the program brought
// one.
func (a *App) openLog(context.Context) error {
	if a.Log != nil {
		return nil
	}
	a.level.Set(a.conf.Log.Level.Level())
	var w io.Writer = os.Stderr
	colour := logging.Colour(w)
	if a.screen != nil {
		w = a.screen
	}
	if name := a.conf.Log.File; name != "" {
		file, err := daemon.OpenLog(name, a.linesLost)
		if err != nil {
			return &ConfigError{[]config.Problem{{Key: "log.file", Text: err.Error()}}}
		}
		if a.daemon {
			err = file.TakeStandard()
		}
		if err != nil {
			return err
		}
		w, a.logFile, colour = file, file, false
	}
	a.log = logging.New(w, logging.Options{Level: &a.level, JSON: a.conf.Log.Format == "json", Colour: colour})
	return nil
}

// linesLost tells that lines of the log are missing, now that there can be new ones.
func (a *App) linesLost(n int, err error) {
	a.log.Warn("lines of this log were lost", "lines", n, "error", err, "next", "it goes on here",
		"change", "see to the room on the disk and the rights of the file")
}

// closeLog is done last: also the end is logged.
func (a *App) closeLog() {
	if a.logFile != nil {
		a.logFile.Close()
	}
}

// becomeUser is the step that has the process be somebody else, now that it has opened
// what only root can open.
func (a *App) becomeUser(context.Context) error {
	var files []*os.File
	if a.logFile != nil {
		files = append(files, a.logFile.File())
	}
	if a.pid != nil {
		files = append(files, a.pid.File())
	}
	err := daemon.Become(a.conf.User, a.conf.Group, files...)
	key := "user"
	if err == nil && a.pid != nil {
		key, err = "pid_file", a.pid.Keep()
	}
	if err != nil {
		return &ConfigError{[]config.Problem{{Key: key, Text: err.Error()}}}
	}
	return nil
}

// round returns d as a person reads it.
func round(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < 10*time.Second:
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
