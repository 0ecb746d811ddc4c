// Package logging writes an application's log, as lines for people or as JSON.
//
// In:  records of log/slog, through the Logger that New returns.
// Out: a line each to a writer, if its level is at least the one of now.
//
// Everybody logs by log/slog; that zap does the writing is known here alone. What
// is not logged costs a comparison.
package logging

import (
	"io"
	"log/slog"
	"os"
	"time"

	"go.uber.org/zap/exp/zapslog"
	"go.uber.org/zap/zapcore"
	"golang.org/x/term"
)

// Options is how the log is written. The zero Options are lines for people without
// colour, at level info.
type Options struct {
	Level  slog.Leveler // asked for each record; nil: info
	JSON   bool         // one object a line: time, level, msg, and the attributes; durations in seconds
	Colour bool         // levels in colour, for terminals; means nothing with JSON
}

// New returns a Logger that writes to w. One line is one Write, and there is only
// one at a time. What w cannot take is lost: nobody could be told.
func New(w io.Writer, o Options) *slog.Logger {
	if o.Level == nil {
		o.Level = slog.LevelInfo
	}
	core := zapcore.NewCore(o.encoder(), zapcore.Lock(zapcore.AddSync(w)), least{o.Level})
	// Stacks come as attributes where they say something.
	return slog.New(zapslog.NewHandler(core, zapslog.AddStacktraceAt(never)))
}

// never is a level that nothing has.
const never = slog.Level(1 << 20)

func (o Options) encoder() zapcore.Encoder {
	c := zapcore.EncoderConfig{
		TimeKey: "time", LevelKey: "level", MessageKey: "msg", NameKey: "logger",
		EncodeLevel: zapcore.CapitalLevelEncoder,
		EncodeTime:  zapcore.TimeEncoderOfLayout("2006-01-02T15:04:05.000Z07:00"),
	}
	if o.JSON {
		c.EncodeDuration = zapcore.SecondsDurationEncoder
		return zapcore.NewJSONEncoder(c)
	}
	c.EncodeDuration = func(d time.Duration, enc zapcore.PrimitiveArrayEncoder) { enc.AppendString(d.String()) }
	c.ConsoleSeparator = "  "
	if o.Colour {
		c.EncodeLevel = zapcore.CapitalColorLevelEncoder
	}
	return zapcore.NewConsoleEncoder(c)
}

// least lets records of a level and above through.
type least struct{ slog.Leveler }

// Enabled implements zapcore.LevelEnabler: zap's levels are slog's, four apart.
func (l least) Enabled(level zapcore.Level) bool { return slog.Level(level)*4 >= l.Level() }

// IsTerminal reports whether a person watches what is written to w.
func IsTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Colour reports whether to write to w in colour: to a terminal that can show it,
// unless the variable NO_COLOR is set (no-color.org).
func Colour(w any) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && IsTerminal(w)
}
