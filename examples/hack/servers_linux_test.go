package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xmpptest"
)

var servers = map[string]func(testing.TB, xmpptest.Options) *xmpptest.Server{
	"prosody": xmpptest.Prosody, "ejabberd": xmpptest.Ejabberd,
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
