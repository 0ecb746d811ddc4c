package devserver_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

// TestStep: an application of which nothing says where its server is brings one along,
// and people can log in and talk to it.
func TestStep(t *testing.T) {
	var srv *devserver.Server
	var log bytes.Buffer
	app := &framework.App{
		Log: slog.New(slog.NewTextHandler(io.MultiWriter(t.Output(), &log), nil)),
		Routes: func(r *router.Router) {
			r.Message("[body]").To(func(_ context.Context, req *component.Request) (component.Response, error) {
				return req.Reply("nothing"), nil
			})
		},
		Config: framework.Config{JID: shop, Secret: framework.NewSecret(secret)},
		Embed: func(c *framework.Config) boot.Step {
			opts := devserver.Options{Components: map[string]string{c.JID: c.Secret.Reveal()}, AllowPlain: true, ClientAddr: "127.0.0.1:0"}
			return devserver.Step(opts, func(s *devserver.Server) { c.Server, srv = s.ComponentAddr(), s })
		},
	}
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx) }()
	select {
	case <-app.Ready():
	case err := <-ended:
		t.Fatal(err)
	}
	for _, want := range []string{"NOT FOR PRODUCTION", srv.ClientAddr(), srv.ComponentAddr(), "alice@localhost, password secret", "bob@localhost", shop, "/connect"} {
		if said := srv.Greeting(); !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	alice := login(t, srv, "alice@localhost/a")
	alice.send("<message to='shop.localhost' type='chat'><body>what have you got?</body></message>")
	if got := short(alice.next()); got != `message type=chat from=shop.localhost to=alice@localhost/a "nothing"` {
		t.Error(got)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got := alice.ended(); got != "system-shutdown" {
		t.Errorf("the end of the server was %q", got)
	}
	if !strings.Contains(log.String(), "the development server listens") {
		t.Errorf("the application's log has nothing of its server:\n%s", &log)
	}
}

// TestEmbedNotUsed: an application that is told where its server is has no other, nor
// has one in production that is not told.
func TestEmbedNotUsed(t *testing.T) {
	for name, conf := range map[string]framework.Config{
		"told":       {Server: "127.0.0.1:1"},
		"production": {Environment: framework.Production},
	} {
		conf.JID, conf.Secret = shop, framework.NewSecret(secret)
		app := &framework.App{
			Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Config: conf,
			Embed: func(*framework.Config) boot.Step {
				t.Errorf("%s: it has been asked for", name)
				return boot.Step{Name: "devserver"}
			},
		}
		ctx, stop := context.WithCancelCause(t.Context())
		stop(errors.New("enough"))
		if err := app.Run(ctx); err != nil {
			t.Error(err)
		}
	}
}

// TestEmbedAfterLoad: the default of what no place says does not count as said.
func TestEmbedAfterLoad(t *testing.T) {
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"try"}, ""},
		{[]string{"try", "--server", "127.0.0.1"}, "127.0.0.1:5347"},
	} {
		loaded := "nothing"
		app := &framework.App{
			Config: framework.Config{JID: shop, Secret: framework.NewSecret(secret)},
			Embed:  func(*framework.Config) boot.Step { return boot.Step{Name: "devserver"} },
			Commands: []framework.Command{{Name: "try", Short: "tries", Run: func(_ context.Context, c *framework.Call) error {
				_, err := c.Load()
				loaded = c.App.Config.Server
				return err
			}}},
		}
		if code := framework.Execute(app, tc.args); code != 0 || loaded != tc.want {
			t.Errorf("%s: exit code %d, server %q, want %q", tc.args, code, loaded, tc.want)
		}
	}
}

// TestStepFile: the step leaves no file behind, whether it succeeds or not.
func TestStepFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	files := func() int {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}
	opts := devserver.Options{ClientAddr: "127.0.0.1:0", Log: slog.New(slog.DiscardHandler)}
	step := devserver.Step(opts, nil)
	if err := step.Run(t.Context()); err != nil || files() != 1 {
		t.Errorf("%v, %d files", err, files())
	}
	if err := step.Undo(t.Context()); err != nil || files() != 0 {
		t.Errorf("after Undo: %v, %d files", err, files())
	}
	for _, wrong := range []devserver.Options{{ClientAddr: "0.0.0.0:0"}, {ClientAddr: "127.0.0.1:0", Domain: "a@b"}} {
		if err := devserver.Step(wrong, nil).Run(t.Context()); err == nil || files() != 0 {
			t.Errorf("%+v: %v, %d files", wrong, err, files())
		}
	}
}
