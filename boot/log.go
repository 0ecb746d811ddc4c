package boot

import (
	"context"
	"log/slog"
)

type logKey struct{}

// WithLog returns a ctx for steps that say something while they run, and where.
func WithLog(ctx context.Context, log *slog.Logger) context.Context {
	return context.WithValue(ctx, logKey{}, log)
}

// Log returns where a step is to log to: what WithLog gave ctx, else slog.Default().
func Log(ctx context.Context) *slog.Logger {
	if log, ok := ctx.Value(logKey{}).(*slog.Logger); ok {
		return log
	}
	return slog.Default()
}
