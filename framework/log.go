package framework

import (
	"io"
	"log/slog"
	"time"
)

// logHandler returns what writes the log as c says.
func logHandler(w io.Writer, c Log) slog.Handler {
	opts := &slog.HandlerOptions{Level: c.Level.Level()}
	if c.Format == "json" {
		return slog.NewJSONHandler(w, opts)
	}
	return slog.NewTextHandler(w, opts)
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
