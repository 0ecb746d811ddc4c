//go:build linux

package xmpptest

import (
	"crypto/x509"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A Server is a running XMPP server, which ends with its test.
type Server struct {
	Name          string         // "Prosody" or "ejabberd"
	Options       Options        // as given, defaults filled in
	ComponentAddr string         // host:port for external components (XEP-0114)
	ClientAddr    string         // host:port for clients, with STARTTLS if Options.ClientTLS; any SASL mechanism is allowed
	DirectAddr    string         // with Options.ClientTLS: host:port for clients with TLS from the first byte
	CAs           *x509.CertPool // with Options.TLS or ClientTLS: whom to trust, for 127.0.0.1, localhost and the components' domains
	CAFile        string         // the same as a PEM file

	// LoginTLS has Login use STARTTLS, and trust CAFile alone. A Server whose fields are
	// set by a test and which is not started here is one to log in to.
	LoginTLS bool

	t     testing.TB
	dir   string // all its files
	ports []port
	// command makes the command that runs the server in the foreground.
	command func() *exec.Cmd
	// readyFile is made by the server when its accounts exist; "" if they do
	// before it starts.
	readyFile string

	process *process // nil before the first start
}

const (
	// On an idle machine Prosody takes half a second and ejabberd three; on a
	// loaded one ten times as long was seen.
	startLimit = 2 * time.Minute
	stopLimit  = 30 * time.Second
	pollEvery  = 25 * time.Millisecond
)

// newServer makes folder and ports. The server is not started.
func newServer(t testing.TB, name string, opts Options) *Server {
	t.Helper()
	s := &Server{Name: name, Options: opts.withDefaults(t), t: t, dir: t.TempDir()}
	addrs := []*string{&s.ComponentAddr, &s.ClientAddr}
	if s.Options.ClientTLS {
		addrs = append(addrs, &s.DirectAddr)
	}
	for _, addr := range addrs {
		p, err := keepPort()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.release)
		s.ports = append(s.ports, p)
		*addr = p.String()
	}
	if s.Options.TLS || s.Options.ClientTLS {
		makeCert(s)
	}
	return s
}

func (s *Server) componentPort() int { return s.ports[0].number }
func (s *Server) clientPort() int    { return s.ports[1].number }
func (s *Server) directPort() int    { return s.ports[2].number } // with Options.ClientTLS

// path returns the path of a file of the server's.
func (s *Server) path(name ...string) string {
	return filepath.Join(append([]string{s.dir}, name...)...)
}

// write writes a file of the server's, and the folders above it.
func (s *Server) write(content string, name ...string) {
	s.t.Helper()
	path := s.path(name...)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		s.t.Fatal(err)
	}
}

// run starts the server for the first time and sees to its end.
func (s *Server) run() *Server {
	s.t.Helper()
	s.t.Cleanup(func() {
		if s.running() {
			s.process.kill() // its data go with it, so there is nothing to wait for
		}
		if s.t.Failed() {
			s.t.Logf("%s's log:\n%s", s.Name, tail(s.Log()))
		}
	})
	s.start()
	return s
}

// start starts the server and returns when its ports answer and the accounts
// exist.
func (s *Server) start() {
	s.t.Helper()
	if s.readyFile != "" {
		if err := os.Remove(s.readyFile); err != nil && !os.IsNotExist(err) {
			s.t.Fatal(err)
		}
	}
	log, err := os.OpenFile(s.path(logFile), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	cmd := s.command()
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, log, log
	cmd.Env = append(cmd.Env, environment(s.dir)...)
	if s.process, err = startProcess(cmd); err != nil {
		s.process = nil
		s.t.Fatalf("xmpptest: %s: %v", s.Name, err)
	}

	limit := time.NewTimer(startLimit)
	defer limit.Stop()
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	for !s.ready() {
		select {
		case <-s.process.gone:
			s.t.Fatalf("xmpptest: %s ended at once: %v", s.Name, cmd.ProcessState)
		case <-limit.C:
			s.t.Fatalf("xmpptest: %s is not up after %v", s.Name, startLimit)
		case <-poll.C:
		}
	}
}

func (s *Server) ready() bool {
	if s.readyFile != "" {
		if _, err := os.Stat(s.readyFile); err != nil {
			return false
		}
	}
	for _, p := range s.ports { // kept for us: whoever answers is our server
		conn, err := net.Dial("tcp", p.String())
		if err != nil {
			return false
		}
		conn.Close()
	}
	return true
}

func (s *Server) running() bool { return s.process != nil && s.process.running() }

// PID returns the number of the server's process, which is its last one when
// it is down.
func (s *Server) PID() int { return s.process.cmd.Process.Pid }

// Stop ends the server as an operator does, with SIGTERM. It ends clients'
// streams with system-shutdown; of components both servers only close the
// connections. Does nothing if the server is down, and ends a paused one too. A
// server that does not end is killed, and the test fails.
func (s *Server) Stop() {
	s.t.Helper()
	if !s.running() {
		return
	}
	s.process.signal(syscall.SIGTERM)
	s.process.signal(syscall.SIGCONT)
	if !s.process.wait(stopLimit) {
		s.process.kill()
		s.t.Errorf("xmpptest: %s did not stop within %v after SIGTERM", s.Name, stopLimit)
	}
}

// Kill ends the server as a crash does, with SIGKILL: the kernel closes or resets
// its connections. Does nothing if the server is down.
func (s *Server) Kill() {
	if s.running() {
		s.process.kill()
	}
}

// Restart starts the server again, on the same ports with the same accounts and
// data, and returns when it is up. A server that runs is stopped first.
func (s *Server) Restart() {
	s.t.Helper()
	s.Stop()
	s.start()
}

// Pause has the server do nothing (SIGSTOP) while its connections stay: the
// kernel takes bytes for it until its buffers are full, and new connections
// until the backlog is. When Pause returns, the server has stopped.
func (s *Server) Pause() {
	s.t.Helper()
	if err := s.process.pause(); err != nil {
		s.t.Fatalf("xmpptest: pause %s: %v", s.Name, err)
	}
}

// Resume ends a Pause.
func (s *Server) Resume() { s.process.signal(syscall.SIGCONT) }

const logFile = "server.log"

// Log returns what the server has logged and printed in all its runs. A test
// that fails shows the end of it. May be called from any goroutine.
func (s *Server) Log() string {
	b, err := os.ReadFile(s.path(logFile))
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// tail returns the end of a log, enough to see what went wrong.
func tail(log string) string {
	const limit = 32 << 10
	if len(log) > limit {
		return "... " + log[len(log)-limit:]
	}
	return log
}
