package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
)

var servers = map[string]func(testing.TB, xmpptest.Options) *xmpptest.Server{
	"prosody": xmpptest.Prosody, "ejabberd": xmpptest.Ejabberd,
}

func init() {
	for name, start := range servers {
		elsewhere = append(elsewhere, emptest.Elsewhere{Name: name, Start: func(t *testing.T) emptest.Server {
			srv := start(t, xmpptest.Options{ClientTLS: true})
			return emptest.Server{
				ComponentAddr: srv.ComponentAddr, Secret: xmpptest.Secret,
				ClientAddr: srv.ClientAddr, CAs: srv.CAs, Password: func(string) string { return xmpptest.Password },
			}
		}})
	}
}

// TestServers runs the plays of TestPlays on real servers, with slixmpp as the
// clients: the application as a component and, the same, as a client, over STARTTLS
// and direct TLS.
func TestServers(t *testing.T) {
	for name, start := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := start(t, xmpptest.Options{ClientTLS: true, Accounts: []string{"alice", "bob", "bot"}})
			t.Run("component", func(t *testing.T) {
				stage := func(t *testing.T, p *emptest.Play) emptest.Stage {
					app := run(t, framework.Config{JID: xmpptest.Component, Server: srv.ComponentAddr, Secret: framework.NewSecret(xmpptest.Secret)})
					return xmpptest.NewStage(t, srv, app.Idle, p.Peers()...)
				}
				emptest.RunOn(t, plays, stage)
				emptest.RunOn(t, componentPlays, stage)
			})
			for mode, addr := range map[framework.Switch]string{framework.StartTLS: srv.ClientAddr, framework.DirectTLS: srv.DirectAddr} {
				t.Run("client "+string(mode), func(t *testing.T) {
					emptest.RunOn(t, plays, func(t *testing.T, p *emptest.Play) emptest.Stage {
						app := run(t, framework.Config{
							Mode: framework.Client, JID: "bot@localhost", Server: addr, Secret: framework.NewSecret(xmpptest.Password),
							TLS: framework.TLS{Mode: mode, CA: srv.CAFile},
						})
						links := []jid.JID{jid.MustParse("bot@localhost/hack")}
						return xmpptest.NewClientStage(t, srv, links, app.Idle, p.Peers()...)
					})
				})
			}
		})
	}
}

// TestDevserver is TestServers on the development server.
func TestDevserver(t *testing.T) {
	ca := filepath.Join(t.TempDir(), "ca.pem")
	srv := devserver.New(devserver.Options{
		Components: map[string]string{xmpptest.Component: xmpptest.Secret}, CAFile: ca, ClientAddr: "127.0.0.1:0",
		Accounts: map[string]string{"alice": xmpptest.Password, "bob": xmpptest.Password, "bot": xmpptest.Password},
		Log:      slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err := srv.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	at := &xmpptest.Server{
		Name: "devserver", Options: xmpptest.Options{Components: []string{xmpptest.Component}},
		ClientAddr: srv.ClientAddr(), CAFile: ca, LoginTLS: true,
	}
	t.Run("component", func(t *testing.T) {
		stage := func(t *testing.T, p *emptest.Play) emptest.Stage {
			app := run(t, framework.Config{JID: xmpptest.Component, Server: srv.ComponentAddr(), Secret: framework.NewSecret(xmpptest.Secret)})
			return xmpptest.NewStage(t, at, app.Idle, p.Peers()...)
		}
		emptest.RunOn(t, plays, stage)
		emptest.RunOn(t, componentPlays, stage)
	})
	for _, mode := range []framework.Switch{framework.StartTLS, framework.DirectTLS} {
		t.Run("client "+string(mode), func(t *testing.T) {
			emptest.RunOn(t, plays, func(t *testing.T, p *emptest.Play) emptest.Stage {
				app := run(t, framework.Config{
					Mode: framework.Client, JID: "bot@localhost", Server: srv.ClientAddr(), Secret: framework.NewSecret(xmpptest.Password),
					TLS: framework.TLS{Mode: mode, CA: ca},
				})
				return xmpptest.NewClientStage(t, at, []jid.JID{jid.MustParse("bot@localhost/hack")}, app.Idle, p.Peers()...)
			})
		})
	}
}

// run runs the application until the test ends, and returns when it is ready.
func run(t *testing.T, config framework.Config) *framework.App {
	t.Helper()
	app := newApp()
	app.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	app.Config = config
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	select {
	case <-app.Ready():
	case err := <-ended:
		t.Fatal(err)
	}
	return app
}

// TestProgram runs the program as the README says, and stops it as a service
// manager does.
func TestProgram(t *testing.T) {
	hack := filepath.Join(t.TempDir(), "hack")
	if out, err := exec.Command("go", "build", "-o", hack, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, start := range servers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := start(t, xmpptest.Options{})
			alice := xmpptest.Login(t, srv, "alice")
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()

			p := program(ctx, t, hack, srv, xmpptest.Secret)
			p.out.await(ctx, t, "ready")
			alice.Send("<message to='hackity.localhost/hack' type='chat'><body>hack</body></message>")
			if body := alice.Receive(ctx).Child(element.NSClient, "body").Text(); body != "Hackity Hack!" {
				t.Errorf("alice got %q", body)
			}
			if err := p.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if err := p.Wait(); err != nil {
				t.Errorf("after SIGTERM: %v", err)
			}
			if out := p.out.String(); strings.Contains(out, "  WARN  ") || strings.Contains(out, "  ERROR  ") {
				t.Errorf("it did not stop in order:\n%s", out)
			}

			p = program(ctx, t, hack, srv, "wr0ng-secret")
			err := p.Wait()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 78 {
				t.Errorf("with a wrong secret: %v, want exit status 78", err)
			}
			out := p.out.String()
			if strings.Count(out, "\n") != 1 || !strings.Contains(out, "the server refuses hackity.localhost") || strings.Contains(out, "wr0ng-secret") {
				t.Errorf("with a wrong secret it said:\n%s", out)
			}
		})
	}
}

// A process is the program at work.
type process struct {
	*exec.Cmd
	out *output
}

func program(ctx context.Context, t *testing.T, path string, srv *xmpptest.Server, secret string) *process {
	t.Helper()
	p := &process{exec.CommandContext(ctx, path), &output{news: make(chan struct{})}}
	p.Dir = t.TempDir() // no emp.yaml there
	p.Env = append(os.Environ(), "EMP_SERVER="+srv.ComponentAddr, "EMP_JID=hackity.localhost", "EMP_SECRET="+secret)
	p.Stdout, p.Stderr = p.out, p.out
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// output is what a program has said.
type output struct {
	mu   sync.Mutex
	text strings.Builder
	news chan struct{} // closed and replaced when there is more
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	close(o.news)
	o.news = make(chan struct{})
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// await waits until the program has said something.
func (o *output) await(ctx context.Context, t *testing.T, something string) {
	t.Helper()
	for {
		o.mu.Lock()
		said, news := o.text.String(), o.news
		o.mu.Unlock()
		if strings.Contains(said, something) {
			return
		}
		select {
		case <-news:
		case <-ctx.Done():
			t.Fatalf("the program did not say %q, but:\n%s", something, said)
		}
	}
}
