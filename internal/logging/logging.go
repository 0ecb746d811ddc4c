// Package logging writes an application's log, as lines for people or as JSON.
//
// In:  records of log/slog, through the Logger that New returns.
// Out: a line each to a writer, if its level is at least the one of now; for people the
//
//	stack of a panic below it.
//
// Everybody logs by log/slog; that zap does the writing is known here alone. What
// is not logged costs a comparison.
package logging

import (
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
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

// New returns a Logger that writes to w. A record is one Write, and there is only one
// at a time. What w cannot take is lost: nobody could be told.
func New(w io.Writer, o Options) *slog.Logger {
	if o.Level == nil {
		o.Level = slog.LevelInfo
	}
	var core zapcore.Core = zapcore.NewCore(o.encoder(), zapcore.Lock(zapcore.AddSync(w)), least{o.Level})
	if !o.JSON {
		core = legible{core}
	}
	// Stacks come as attributes where they say something.
	return slog.New(zapslog.NewHandler(core, zapslog.AddStacktraceAt(never)))
}

// stack is the attribute with the stack of a panic.
const stack = "stack"

// A legible core writes a stack as lines below, for people to read.
type legible struct{ zapcore.Core }

func (l legible) With(fields []zapcore.Field) zapcore.Core { return legible{l.Core.With(fields)} }

func (l legible) Check(e zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if l.Enabled(e.Level) {
		return checked.AddCore(e, l)
	}
	return checked
}

func (l legible) Write(e zapcore.Entry, fields []zapcore.Field) error {
	for i, f := range fields {
		if f.Key == stack && f.Type == zapcore.StringType {
			e.Stack = strings.TrimSuffix(f.String, "\n")
			fields = slices.Delete(slices.Clone(fields), i, i+1)
			break
		}
	}
	return l.Core.Write(e, fields)
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
	c.StacktraceKey = stack // which has it written at all
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
