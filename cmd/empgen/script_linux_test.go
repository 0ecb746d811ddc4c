package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xmpptest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"empgen": main})
}

// patience bounds each wait for others, on a machine that is busy.
const patience = 2 * time.Minute

// TestScript makes applications of each kind in empty folders, without a network, and
// does with them what their authors do: vet, test, build, run them on a server, and
// break them. Beside the commands of testscript the scripts have
//
//	prosody FILE          starts Prosody with FILE in its configuration; sets
//	                      COMPONENTS, CLIENTS (where it listens) and CA
//	start PROGRAM         starts an application and waits until it is ready
//	say TO BODY ANSWER    alice says something, and gets that answer
//	end                   ends the application: it has to stop in order
func TestScript(t *testing.T) {
	checkout, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"prosody": prosody,
			"start":   start,
			"say":     say,
			"end":     end,
		},
		Setup: func(env *testscript.Env) error {
			env.Values[theatre{}] = &theatre{TB: env.T().(testing.TB)}
			for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOFLAGS"} {
				out, err := exec.Command("go", "env", name).Output()
				if err != nil {
					return fmt.Errorf("go env %s: %w", name, err)
				}
				env.Setenv(name, strings.TrimSpace(string(out)))
			}
			env.Setenv("GOFLAGS", env.Getenv("GOFLAGS")+" -ldflags=-w") // linking is what takes the time
			env.Setenv("GOPROXY", "off")
			env.Setenv("GOTOOLCHAIN", "local")
			env.Setenv("CHECKOUT", checkout)
			return nil
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// A theatre is what one script has started.
type theatre struct {
	testing.TB
	server *xmpptest.Server
	alice  *xmpptest.Client
	app    *exec.Cmd
	read   chan struct{} // closed when all that the app says has been read
}

func theatreOf(ts *testscript.TestScript) *theatre { return ts.Value(theatre{}).(*theatre) }

func prosody(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: prosody FILE")
	}
	th := theatreOf(ts)
	th.server = xmpptest.Prosody(th, xmpptest.Options{
		ClientTLS: true,
		Accounts:  []string{"alice", "hello"},
		Config:    []string{ts.ReadFile(args[0])},
	})
	ts.Setenv("COMPONENTS", th.server.ComponentAddr)
	ts.Setenv("CLIENTS", th.server.ClientAddr)
	ts.Setenv("CA", th.server.CAFile)
	th.alice = xmpptest.Login(th, th.server, "alice")
}

func start(ts *testscript.TestScript, neg bool, args []string) {
	th := theatreOf(ts)
	if neg || len(args) != 1 || th.app != nil {
		ts.Fatalf("usage: start PROGRAM, once before each end")
	}
	cmd := exec.Command(ts.MkAbs(args[0]))
	cmd.Dir = ts.MkAbs(".")
	for _, name := range []string{"EMP_SERVER", "EMP_SECRET", "EMP_TLS_CA", "EMP_ENV"} {
		if value := ts.Getenv(name); value != "" {
			cmd.Env = append(cmd.Env, name+"="+value)
		}
	}
	said, writer, err := os.Pipe()
	ts.Check(err)
	cmd.Stdout, cmd.Stderr = writer, writer
	err = cmd.Start()
	ts.Check(writer.Close())
	ts.Check(err)
	th.app, th.read = cmd, make(chan struct{})
	ready, read := make(chan struct{}), th.read
	go func() {
		defer close(read)
		defer said.Close()
		isReady := false
		for lines := bufio.NewScanner(said); lines.Scan(); {
			th.Log(lines.Text())
			if !isReady && strings.Contains(lines.Text(), "ready") {
				isReady = true
				close(ready)
			}
		}
	}()
	ts.Defer(func() {
		_ = cmd.Process.Kill() // unless it was stopped
		<-read
	})
	select {
	case <-ready:
	case <-read:
		ts.Fatalf("%s ended: %v", args[0], cmd.Wait())
	case <-time.After(patience):
		ts.Fatalf("%s did not get ready", args[0])
	}
}

func say(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: say TO BODY ANSWER")
	}
	th := theatreOf(ts)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	msg := element.New(element.NSClient, "message").Attr("to", args[0]).Attr("type", "chat").Add(element.Text(element.NSClient, "body", args[1]))
	th.alice.Send(msg.Node().String())
	for {
		got := th.alice.Receive(ctx)
		if got.Local() != "message" { // presence of others
			continue
		}
		if body := got.Child(element.NSClient, "body").Text(); body != args[2] {
			ts.Fatalf("to %q said %q, want %q", args[1], body, args[2])
		}
		return
	}
}

func end(ts *testscript.TestScript, neg bool, args []string) {
	th := theatreOf(ts)
	if neg || len(args) != 0 || th.app == nil {
		ts.Fatalf("usage: end, behind start")
	}
	ts.Check(th.app.Process.Signal(syscall.SIGTERM))
	<-th.read
	if err := th.app.Wait(); err != nil {
		ts.Fatalf("it did not stop in order: %v", err)
	}
	th.app = nil
}
