package framework_test

import (
	"bytes"
	"context"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// secret is the one of all servers here: a text that has no business in a log.
const secret = "s3cr3t-0f-hack"

// onServers runs a test on Prosody and on ejabberd.
func onServers(t *testing.T, opts xmpptest.Options, test func(t *testing.T, srv *xmpptest.Server)) {
	opts.Secret = secret
	for name, start := range map[string]func(testing.TB, xmpptest.Options) *xmpptest.Server{
		"prosody": xmpptest.Prosody, "ejabberd": xmpptest.Ejabberd,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, start(t, opts))
		})
	}
}

// config is the one that a server of xmpptest takes, with short waits.
func config(srv *xmpptest.Server) framework.Config {
	return framework.Config{
		JID: xmpptest.Component, Secret: framework.NewSecret(secret), Server: srv.ComponentAddr,
		ReconnectMin: 100 * time.Millisecond, ReconnectMax: time.Second,
	}
}

// hack answers every message with a body.
func hack(r *router.Router) {
	r.Message("[body]").To(func(_ context.Context, req *component.Request) (component.Response, error) {
		return req.Reply("Hackity Hack!"), nil
	})
}

// A subject is an application that runs, with its log.
type subject struct {
	*framework.App
	t    testing.TB
	log  *journal
	stop context.CancelFunc
	done chan error
	seen map[string]bool // origin-ids that users have got
}

// run runs an application with the routes of hack until the test ends.
func run(t testing.TB, conf framework.Config, plugins ...any) *subject {
	t.Helper()
	app := &framework.App{Routes: hack, Config: conf}
	app.Use(plugins...)
	return runApp(t, app)
}

// runApp is run for an application of the test's.
func runApp(t testing.TB, app *framework.App) *subject {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	s := &subject{App: app, t: t, log: newJournal(t), stop: stop, done: make(chan error, 1), seen: make(map[string]bool)}
	app.Name, app.Log = "hack", slog.New(s.log)
	go func() { s.done <- s.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		s.StopNow()
		s.end()
	})
	return s
}

// end stops the application, if it still runs, and returns what Run returned.
func (s *subject) end() error {
	s.stop()
	return s.ended()
}

// ended waits until the application has ended by itself.
func (s *subject) ended() error {
	err := <-s.done
	s.done <- err
	return err
}

// answers shows that the application is there for users of the server.
func (s *subject) answers(srv *xmpptest.Server) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	alice := xmpptest.Login(s.t, srv, "alice")
	defer alice.Close()
	// This waits for the link.
	if err := s.Send(ctx, stanza.NewMessage(jid.MustParse(alice.JID), "news")); err != nil {
		s.t.Fatal(err)
	}
	if body := s.receive(ctx, alice); body != "news" {
		s.t.Errorf("alice got %q", body)
	}
	alice.Send("<message to='" + xmpptest.Component + "/hack'><body>hack</body></message>")
	if body := s.receive(ctx, alice); body != "Hackity Hack!" {
		s.t.Errorf("alice got %q", body)
	}
}

// receive returns the body of the next message that is no repeat: what was sent
// just before a link was cut is sent again.
func (s *subject) receive(ctx context.Context, c *xmpptest.Client) string {
	s.t.Helper()
	for {
		message := c.Receive(ctx)
		id := message.Child(stanza.NSStanzaID, "origin-id").Attr("id")
		if id == "" || !s.seen[id] {
			s.seen[id] = true
			return message.Child(element.NSClient, "body").Text()
		}
	}
}

// A journal is a log handler that remembers lines without what changes from
// run to run.
type journal struct {
	slog.Handler // to the test's output
	mu           sync.Mutex
	lines        []string
	times        []time.Time // of the lines
	raw          bytes.Buffer
	news         chan struct{} // closed and replaced with each line
}

func newJournal(t testing.TB) *journal {
	j := &journal{news: make(chan struct{})}
	j.Handler = slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelDebug})
	return j
}

var volatile = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "SERVER"},
	{regexp.MustCompile(`\d+ attempts?`), "N attempts"},
	{regexp.MustCompile(`\b(\d+(\.\d+)?(h|ms|m|s|µs))+\b`), "TIME"},
}

func (j *journal) Handle(ctx context.Context, r slog.Record) error {
	var b strings.Builder
	b.WriteString(r.Level.String() + ": " + r.Message)
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "next", "change":
			b.WriteString(" | " + a.Key + ": " + a.Value.String())
		}
		return true
	})
	line := b.String()
	for _, v := range volatile {
		line = v.pattern.ReplaceAllString(line, v.with)
	}
	j.mu.Lock()
	if r.Level >= slog.LevelInfo { // what is for the authors' eyes only is no operator's concern
		j.lines = append(j.lines, line)
	}
	j.times = append(j.times, r.Time)
	slog.NewJSONHandler(&j.raw, nil).Handle(ctx, r)
	close(j.news)
	j.news = make(chan struct{})
	j.mu.Unlock()
	return j.Handler.Handle(ctx, r)
}

// await waits until a line holds text.
func (j *journal) await(t testing.TB, text string) {
	t.Helper()
	limit := time.After(time.Minute)
	for {
		j.mu.Lock()
		found := slices.ContainsFunc(j.lines, func(l string) bool { return strings.Contains(l, text) })
		news := j.news
		j.mu.Unlock()
		if found {
			return
		}
		select {
		case <-news:
		case <-limit:
			t.Fatalf("no line in the log has %q", text)
		}
	}
}

// all returns the lines that hold text.
func (j *journal) all(text string) (lines []string, times []time.Time) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i, l := range j.lines {
		if strings.Contains(l, text) {
			lines = append(lines, l)
			times = append(times, j.times[i])
		}
	}
	return lines, times
}

var update = flag.Lookup("update").Value.(flag.Getter)

// golden compares the lines, each once, with those of a file in testdata. There
// a line that begins with "? " may come or not: how often one tries while a
// server is down, and what one finds, is chance.
func (j *journal) golden(t testing.TB, name string) {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	if strings.Contains(j.raw.String(), secret) {
		t.Error("the log has the secret")
	}
	var got []string
	for _, l := range j.lines {
		if !slices.Contains(got, l) {
			got = append(got, l)
		}
	}
	path := filepath.Join("testdata", name+".golden")
	if update.Get().(bool) {
		if err := os.WriteFile(path, []byte(strings.Join(got, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Split(strings.TrimSpace(string(file)), "\n")
	for _, l := range got {
		if !slices.Contains(want, l) && !slices.Contains(want, "? "+l) {
			t.Errorf("%s does not expect\n%s", path, l)
		}
	}
	for _, l := range want {
		if !strings.HasPrefix(l, "? ") && !slices.Contains(got, l) {
			t.Errorf("%s expects\n%s", path, l)
		}
	}
}
