package framework_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/leak"
)

var buildHack = sync.OnceValues(func() (string, error) {
	var err error
	if hackDir, err = os.MkdirTemp("", "hack"); err != nil {
		return "", err
	}
	binary := filepath.Join(hackDir, "hack")
	out, err := exec.Command("go", "build", "-o", binary, "../examples/hack").CombinedOutput()
	if err != nil {
		return "", &buildError{err, string(out)}
	}
	return binary, nil
})

var hackDir string // "": nobody has built it

type buildError struct {
	error
	out string
}

func (e *buildError) Error() string { return e.error.Error() + "\n" + e.out }

func TestMain(m *testing.M) {
	code := leak.Main(m)
	if hackDir != "" {
		os.RemoveAll(hackDir)
	}
	os.Exit(code)
}

// A program is examples/hack as a process.
type program struct {
	*exec.Cmd
	t      testing.TB
	stdout bytes.Buffer
	stderr output
}

// An output is what a process writes.
type output struct {
	mu   sync.Mutex
	text strings.Builder
	news chan struct{} // closed and replaced with each write
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text.Write(b)
	if o.news != nil {
		close(o.news)
		o.news = nil
	}
	return len(b), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// await waits until text has been written.
func (o *output) await(t testing.TB, text string) {
	t.Helper()
	limit := time.After(time.Minute)
	for {
		o.mu.Lock()
		found := strings.Contains(o.text.String(), text)
		if o.news == nil {
			o.news = make(chan struct{})
		}
		news := o.news
		o.mu.Unlock()
		if found {
			return
		}
		select {
		case <-news:
		case <-limit:
			t.Fatalf("it does not write %q, but\n%s", text, o)
		}
	}
}

// isReady waits until the application says that it is ready.
func (p *program) isReady() {
	p.t.Helper()
	p.stderr.await(p.t, "INFO  ready  ")
}

const processSecret = "s3cr3t-of-the-process"

// start starts hack with a server at addr.
func start(t testing.TB, addr string, env []string, args ...string) *program {
	t.Helper()
	binary, err := buildHack()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{Cmd: exec.Command(binary, args...), t: t}
	p.Dir = t.TempDir()
	p.Env = append([]string{"EMP_SERVER=" + addr, "EMP_JID=" + domain, "EMP_SECRET=" + processSecret}, env...)
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Process.Kill() })
	return p
}

// exit waits for the end of the process, which is to have that code.
func (p *program) exit(code int) {
	p.t.Helper()
	hung := time.AfterFunc(time.Minute, func() { p.Process.Kill() })
	defer hung.Stop()
	p.Wait()
	if got := p.ProcessState.ExitCode(); got != code {
		p.t.Errorf("exit code %d (%v), want %d; standard error:\n%s", got, p.ProcessState, code, &p.stderr)
	}
	for _, out := range []string{p.stdout.String(), p.stderr.String()} {
		if strings.Contains(out, processSecret) {
			p.t.Errorf("the secret is in the output:\n%s", out)
		}
	}
	if p.stdout.Len() > 0 {
		p.t.Errorf("standard output:\n%s", &p.stdout)
	}
}

// logged is how a line of the log begins.
var logged = regexp.MustCompile(`^\d{4}-\d\d-\d\dT`)

// plain returns the lines of standard error that are not of the log.
func (p *program) plain() (lines []string) {
	for l := range strings.Lines(p.stderr.String()) {
		if !logged.MatchString(l) {
			lines = append(lines, strings.TrimSpace(l))
		}
	}
	return lines
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	return ln
}

// serve plays the server of hack until its self-test is done.
func serve(t testing.TB, ln net.Listener) (net.Conn, *element.Parser) {
	t.Helper()
	conn, p := accept(t, ln)
	echo(t, conn, p)
	return conn, p
}

// echo relays a ping of the app to itself.
func echo(t testing.TB, conn net.Conn, p *element.Parser) {
	t.Helper()
	ev, err := p.Read(conn)
	if err != nil || ev.Node.Local() != "iq" || ev.Node.Attr("to") != ev.Node.Attr("from") {
		t.Fatalf("got %v, %v, want a ping to itself", ev.Node, err)
	}
	io.WriteString(conn, ev.Node.String())
}

// TestF14Process: SIGTERM has the process end the stream in order.
func TestF14Process(t *testing.T) {
	for _, sig := range []os.Signal{syscall.SIGTERM, syscall.SIGINT} {
		ln := listen(t)
		prog := start(t, ln.Addr().String(), nil)
		conn, p := serve(t, ln)
		io.WriteString(conn, "<message from='alice@localhost/x' to='comp.localhost/hack'><body>hi</body></message>")
		if ev, err := p.Read(conn); err != nil || !strings.Contains(ev.Node.String(), "Hackity Hack!") {
			t.Errorf("got %v, %v", ev.Node, err)
		}
		prog.isReady()
		prog.Process.Signal(sig)
		echo(t, conn, p) // the barrier
		if ev, err := p.Read(conn); err != nil || ev.Kind != element.EventClose {
			t.Errorf("got %v, %v, want the closing tag", ev.Node, err)
		}
		io.WriteString(conn, "</stream:stream>")
		prog.exit(0)
		if lines := prog.plain(); len(lines) > 0 {
			t.Errorf("beside the log: %q", lines)
		}
	}
}

// TestF14SecondSignal: it does not wait any longer for a server that keeps it
// waiting.
func TestF14SecondSignal(t *testing.T) {
	ln := listen(t)
	prog := start(t, ln.Addr().String(), []string{"EMP_DRAIN_TIMEOUT=10m"})
	conn, p := serve(t, ln)
	prog.isReady()
	prog.Process.Signal(syscall.SIGTERM)
	if _, err := p.Read(conn); err != nil { // the barrier: it stops
		t.Fatal(err)
	}
	prog.Process.Signal(syscall.SIGTERM)
	prog.exit(0)
	if !strings.Contains(prog.stderr.String(), "told to stop at once") {
		t.Errorf("it waited for the server:\n%s", &prog.stderr)
	}
}

// TestF16Process: a wrong secret ends the process with 78 and one line.
func TestF16Process(t *testing.T) {
	ln := listen(t)
	prog := start(t, ln.Addr().String(), nil)
	conn, p := header(t, ln)
	if _, err := p.Read(conn); err != nil {
		t.Fatal(err)
	}
	io.WriteString(conn, "<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error></stream:stream>")
	prog.exit(78)
	lines := prog.plain()
	if len(lines) != 1 || !strings.Contains(lines[0], "refuses comp.localhost") || !strings.Contains(lines[0], "change: ") {
		t.Errorf("beside the log: %q", lines)
	}
	for l := range strings.Lines(prog.stderr.String()) {
		if strings.Contains(l, "not-authorized") && logged.MatchString(l) {
			t.Errorf("told twice: %s", l)
		}
	}
}

func header(t testing.TB, ln net.Listener) (net.Conn, *element.Parser) {
	t.Helper()
	conn, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	p := element.NewParser()
	if _, err := p.Read(conn); err != nil {
		t.Fatal(err)
	}
	io.WriteString(conn, "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='comp.localhost' id='abc'>")
	return conn, p
}

// TestExitCodes: what the command line and the configuration can have wrong.
func TestExitCodes(t *testing.T) {
	for _, tc := range []struct {
		name string
		env  []string
		args []string
		code int
		says string
	}{
		{"flag", nil, []string{"--jdi", "x"}, 64, "--jid"},
		{"secret as a flag", nil, []string{"--secret", processSecret}, 64, "--secret-file"},
		{"command", nil, []string{"rnu"}, 64, "run"},
		{"variable", []string{"EMP_SERVR=x"}, nil, 78, "EMP_SERVR"},
		{"jid", []string{"EMP_JID=a@b"}, nil, 78, "EMP_JID"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			prog := start(t, "127.0.0.1:1", tc.env, tc.args...)
			prog.exit(tc.code)
			s := bufio.NewScanner(strings.NewReader(prog.stderr.String()))
			if !s.Scan() || !strings.Contains(s.Text(), tc.says) || s.Scan() {
				t.Errorf("standard error: %q, want one line with %q", s.Text(), tc.says)
			}
		})
	}
}
