package logging_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/logging"
)

var at = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d)`)

func write(l *slog.Logger) {
	l.Debug("noise")
	l.Info("link up", "link", "a.localhost", "took", 1500*time.Millisecond, "n", 3)
	l.Warn("two\nlines", "error", errors.Join(errors.New("a"), errors.New("b")))
	l.Error("broken", slog.Group("g", "x", 1), "stack", "f()\n\tg()")
	l.With("app", "x").WithGroup("in").Info("more", "y", true)
}

func TestConsole(t *testing.T) {
	var b bytes.Buffer
	write(logging.New(&b, logging.Options{}))
	const want = `TIME  INFO  link up  {"link": "a.localhost", "took": "1.5s", "n": 3}
TIME  WARN  two
lines  {"error": "a\nb"}
TIME  ERROR  broken  {"g": {"x": 1}}
f()
	g()
TIME  INFO  more  {"app": "x", "in": {"y": true}}
`
	if got := at.ReplaceAllString(b.String(), "TIME"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	write(logging.New(&b, logging.Options{JSON: true, Colour: true}))
	const want = `{"level":"INFO","time":"TIME","msg":"link up","link":"a.localhost","took":1.5,"n":3}
{"level":"WARN","time":"TIME","msg":"two\nlines","error":"a\nb"}
{"level":"ERROR","time":"TIME","msg":"broken","g":{"x":1},"stack":"f()\n\tg()"}
{"level":"INFO","time":"TIME","msg":"more","app":"x","in":{"y":true}}
`
	if got := at.ReplaceAllString(b.String(), "TIME"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for line := range strings.Lines(b.String()) {
		if !json.Valid([]byte(line)) {
			t.Errorf("no JSON: %s", line)
		}
	}
}

// TestLevel: the level holds from the next record on.
func TestLevel(t *testing.T) {
	var b bytes.Buffer
	level := new(slog.LevelVar)
	l := logging.New(&b, logging.Options{Level: level})
	levels := []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError}
	for i, least := range levels {
		level.Set(least)
		b.Reset()
		for j, at := range levels {
			l.Log(t.Context(), at, "x")
			if l.Enabled(t.Context(), at) != (j >= i) {
				t.Errorf("at %v: %v is enabled: %v", least, at, j < i)
			}
		}
		if n := strings.Count(b.String(), "\n"); n != len(levels)-i {
			t.Errorf("at %v: %d lines", least, n)
		}
	}
}

func TestColour(t *testing.T) {
	var b bytes.Buffer
	logging.New(&b, logging.Options{Colour: true}).Warn("x")
	if !strings.Contains(b.String(), "\x1b[33mWARN\x1b[0m  x") {
		t.Errorf("%q", &b)
	}
	file, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, w := range []any{&b, file, nil} { // none of them a terminal
		if logging.IsTerminal(w) || logging.Colour(w) {
			t.Errorf("%v is a terminal", w)
		}
	}
}

// secret is like framework.Secret.
type secret struct{ text *string }

func (s secret) String() string               { return "[secret]" }
func (s secret) Format(f fmt.State, _ rune)   { io.WriteString(f, "[secret]") }
func (s secret) MarshalText() ([]byte, error) { return []byte("[secret]"), nil }

// TestSecret: what hides itself stays hidden, also as a part of something else.
func TestSecret(t *testing.T) {
	text := "hush"
	for _, asJSON := range []bool{false, true} {
		var b bytes.Buffer
		s := secret{&text}
		logging.New(&b, logging.Options{JSON: asJSON}).Info("x", "a", s, "b", &s, "c", struct{ S secret }{s}, "d", []secret{s}, "e", map[string]any{"f": s})
		if strings.Contains(b.String(), text) || strings.Count(b.String(), "[secret]") != 5 {
			t.Error(b.String())
		}
	}
}

// lines counts writes, each of which is to be a line.
type lines struct {
	t    *testing.T
	n    int
	busy sync.Mutex
}

func (l *lines) Write(b []byte) (int, error) {
	if !l.busy.TryLock() {
		l.t.Error("two writes at once")
		return len(b), nil
	}
	defer l.busy.Unlock()
	if bytes.Count(b, []byte("\n")) != 1 || b[len(b)-1] != '\n' {
		l.t.Errorf("no line: %q", b)
	}
	l.n++
	return 0, errors.New("full") // which stops nobody
}

func TestOneLineOneWrite(t *testing.T) {
	w := &lines{t: t}
	l := logging.New(w, logging.Options{})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				l.Info("x", "y", strings.Repeat("z", 5000))
			}
		})
	}
	all.Wait()
	if w.n != 800 {
		t.Errorf("%d lines", w.n)
	}
}

// TestQuietCosts: what is not logged allocates nothing.
func TestQuietCosts(t *testing.T) {
	l := logging.New(io.Discard, logging.Options{})
	ctx := t.Context()
	if n := testing.AllocsPerRun(100, func() {
		l.LogAttrs(ctx, slog.LevelDebug, "x", slog.String("kind", "iq"), slog.Int("n", 1))
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkLog(b *testing.B) {
	for name, l := range map[string]*slog.Logger{
		"zap console": logging.New(io.Discard, logging.Options{}),
		"zap JSON":    logging.New(io.Discard, logging.Options{JSON: true}),
		"slog text":   slog.New(slog.NewTextHandler(io.Discard, nil)),
		"slog JSON":   slog.New(slog.NewJSONHandler(io.Discard, nil)),
		"zap, quiet":  logging.New(io.Discard, logging.Options{Level: slog.LevelError}),
		"slog, quiet": slog.New(slog.NewTextHandler(io.Discard, &slog.HandlerOptions{Level: slog.LevelError})),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.LogAttrs(b.Context(), slog.LevelInfo, "action failed", slog.String("kind", "iq"), slog.String("id", "a1"), slog.String("route", "tweet"), slog.Int("n", 7))
			}
		})
	}
}
