package record

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// counting counts the messages of all, and greets; suffix is what makes it another.
func counting(suffix string) *framework.App {
	n := 0
	return &framework.App{
		Name: "counting", Log: slog.New(slog.DiscardHandler),
		Config: framework.Config{
			JID: "app.localhost", Server: "127.0.0.1:1", Secret: framework.NewSecret("s"),
			ReconnectMin: 10 * time.Millisecond, ReconnectMax: 50 * time.Millisecond,
		},
		Routes: func(r *router.Router) {
			r.Message("[body]").To(func(_ context.Context, req *component.Request) (component.Response, error) {
				n++
				return req.Reply(strings.Repeat("I", n) + suffix), nil
			})
			r.Presence("[@type='subscribe']").To(func(_ context.Context, req *component.Request) (component.Response, error) {
				return component.Response{{Kind: stanza.Presence, From: req.To, To: req.From}}, nil
			})
		},
	}
}

// do runs a command of the plugin.
func do(ctx context.Context, app *framework.App, name string, args ...string) (out, errs string, err error) {
	for _, c := range New().Commands() {
		if c.Name != name {
			continue
		}
		flags := flag.NewFlagSet(name, flag.ContinueOnError)
		c.Flags(flags)
		if err := flags.Parse(args); err != nil {
			return "", "", err
		}
		var o, e bytes.Buffer
		err = c.Run(ctx, &framework.Call{App: app, Args: flags.Args(), Out: &o, Err: &e})
		return o.String(), e.String(), err
	}
	return "", "", errors.New("no such command")
}

// recordedFile records a conversation with an outage in it by the command, on a server
// in memory.
func recordedFile(t *testing.T) string {
	t.Helper()
	t.Chdir(t.TempDir())
	file := filepath.Join(t.TempDir(), "a.rec")
	srv, app := newServer(), counting("")
	app.Dial = srv.host.Dial
	app.Use(srv)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() {
		_, _, err := do(ctx, app, "record", "--bodies", file)
		done <- err
	}()
	patient, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	const link = "app.localhost"
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	say := func(xml string) {
		t.Helper()
		must(srv.say(link, xml))
		must(srv.barrier(patient, link))
		must(app.Idle(patient))
		must(srv.barrier(patient, link))
	}
	must(srv.restore(patient, link))
	<-app.Ready()
	say("<presence type='subscribe' from='alice@localhost' to='app.localhost'/>")
	for range 3 {
		say("<message from='alice@localhost/desk' to='app.localhost'><body>count</body></message>")
		srv.cut(link)
		must(srv.restore(patient, link))
		say("<message from='bob@localhost/desk' to='app.localhost'><body>count</body></message>")
	}
	stop()
	must(<-done)
	srv.close()
	return file
}

// TestCommands: what the command record wrote is replayed by the command replay, with
// outages, repeats and the farewell at the end.
func TestCommands(t *testing.T) {
	file := recordedFile(t)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	for range 3 {
		out, errs, err := do(t.Context(), counting(""), "replay", file)
		if err != nil || errs != "" || out != "replayed 7 stanzas: all 8 that were sent are the same\n" {
			t.Fatalf("%v\n%s%s", err, out, errs)
		}
	}
	out, _, err := do(t.Context(), counting("!"), "replay", file)
	if err == nil || !strings.Contains(err.Error(), "6 differ") || !strings.Contains(out, "+   <body>I!</body>") {
		t.Errorf("another application: %v\n%s", err, out)
	}
	if out, _, err := do(t.Context(), counting(""), "replay", "--speed", "1000", file); err != nil || !strings.HasPrefix(out, "replayed 7") {
		t.Errorf("with speed: %v\n%s", err, out)
	}

	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cut := file + ".cut"
	if err := os.WriteFile(cut, whole[:len(whole)*2/3], 0o600); err != nil {
		t.Fatal(err)
	}
	if out, errs, err := do(t.Context(), counting(""), "replay", cut); err != nil || !strings.Contains(errs, "damaged at byte ") || !strings.HasPrefix(out, "replayed ") {
		t.Errorf("cut: %v\n%s%s", err, out, errs)
	}
	if _, _, err := do(t.Context(), counting(""), "record", file); !errors.Is(err, os.ErrExist) {
		t.Errorf("over a recording: %v", err)
	}
	if _, _, err := do(t.Context(), counting(""), "replay", file+".none"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without a recording: %v", err)
	}
	play := file + ".txtar"
	if _, _, err := do(t.Context(), counting(""), "replay", "--to-test", play, file); err != nil {
		t.Errorf("as a play: %v", err)
	}
	if text, err := os.ReadFile(play); err != nil || !strings.Contains(string(text), "-- bob@localhost/desk receives --") || strings.Contains(string(text), "unavailable") {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestAnonymousRecording: one of an anonymous client cannot be replayed, and says so.
func TestAnonymousRecording(t *testing.T) {
	var file bytes.Buffer
	r, err := NewRecorder(&file, "bot", Rules{})
	if err != nil {
		t.Fatal(err)
	}
	r.Traffic(framework.Traffic{Kind: framework.LinkUp, Link: "localhost/hack"})
	if _, err := Replay(t.Context(), counting(""), &file, Options{}); err == nil || !strings.Contains(err.Error(), "that of an anonymous client") {
		t.Error(err)
	}
}

// full is a disk with no more room than for some bytes.
type full struct{ room int }

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, errors.New("no space left")
	}
	return len(b), nil
}

// TestFull: that the disk is full is said at once, and once.
func TestFull(t *testing.T) {
	r, err := NewRecorder(&full{room: 200}, "bot", Rules{})
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	r.failed = func(err error) { said = append(said, err.Error()) }
	for range 10 {
		r.Traffic(framework.Traffic{Kind: framework.LinkUp, Link: "app.localhost"})
	}
	if len(said) != 1 || !strings.HasSuffix(said[0], "the recording is not whole: recording: no space left") || r.Err() == nil {
		t.Errorf("it said %q, %v", said, r.Err())
	}
}
