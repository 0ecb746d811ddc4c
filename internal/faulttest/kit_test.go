package faulttest

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

type (
	request  = component.Request
	response = component.Response
)

// A subject is an application that runs, with its log.
type subject struct {
	*framework.App
	t    testing.TB
	log  *journal
	stop context.CancelFunc
	done chan error
}

// run runs an application until the test ends, and sees then that its books
// balance.
func run(t testing.TB, app *framework.App) *subject {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	s := &subject{App: app, t: t, log: &journal{t: t, news: make(chan struct{})}, stop: stop, done: make(chan error, 1)}
	if app.Log == nil {
		app.Log = slog.New(slog.NewTextHandler(s.log, nil))
	}
	go func() { s.done <- s.Run(ctx) }()
	t.Cleanup(func() {
		s.balanced()
		stop()
		s.StopNow()
		<-s.done
		s.balanced()
	})
	return s
}

// times is how often a test does something that has a long run too, for
// docs/reliability.md: as often as the variable says, else n times.
func times(t testing.TB, variable string, n int) int {
	t.Helper()
	if s := os.Getenv(variable); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

func (s *subject) balanced() {
	s.t.Helper()
	if stats := s.Stats(); !stats.Balanced() {
		s.t.Errorf("the books do not balance: %+v", stats)
	}
}

// idle waits until nothing is held.
func (s *subject) idle() framework.Stats {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.Idle(ctx); err != nil {
		s.t.Fatal(err)
	}
	s.balanced()
	return s.Stats()
}

// to is routes with one action for everything.
func to(a component.Action) func(r *router.Router) {
	return func(r *router.Router) { r.Route("*").To(a) }
}

// echo answers a message with its body.
func echo(_ context.Context, req *request) (response, error) {
	if body := req.Body(); body != "" {
		return req.Reply(body), nil
	}
	return nil, nil
}

// A journal is a log that can be waited for.
type journal struct {
	t    testing.TB
	mu   sync.Mutex
	all  bytes.Buffer
	news chan struct{} // closed and replaced with each line
}

func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.all.Write(line)
	close(j.news)
	j.news = make(chan struct{})
	return len(line), nil
}

func (j *journal) count(text string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Count(j.all.String(), text)
}

// await waits until text has been logged n times.
func (j *journal) await(text string, n int) {
	j.t.Helper()
	limit := time.After(time.Minute)
	for {
		j.mu.Lock()
		news := j.news
		j.mu.Unlock()
		if j.count(text) >= n {
			return
		}
		select {
		case <-news:
		case <-limit:
			j.t.Fatalf("%q came %d times in the log, not %d:\n%s", text, j.count(text), n, j.tail())
		}
	}
}

func (j *journal) tail() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := j.all.String()
	return s[max(0, len(s)-4000):]
}

// tally counts, and shows as "3 a, 1 b" in the order of the names.
type tally map[string]int

func (c tally) String() string {
	var parts []string
	for name, n := range c {
		parts = append(parts, fmt.Sprintf("%s ×%d", name, n))
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

func (c tally) want(t testing.TB, want tally) {
	t.Helper()
	if c.String() != want.String() {
		t.Errorf("got  %s\nwant %s", c, want)
	}
}
