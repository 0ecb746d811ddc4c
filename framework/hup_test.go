package framework_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestHup: SIGHUP has the configuration read again. What can change does, what cannot
// is named, and what is wrong changes nothing.
func TestHup(t *testing.T) {
	file := filepath.Join(t.TempDir(), "emp.yaml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ln := listen(t)
	write("log:\n  level: info\n")
	prog := start(t, ln.Addr().String(), nil, "--config", file)
	conn, p := serve(t, ln)
	prog.isReady()
	unrouted := func(id string) {
		t.Helper()
		io.WriteString(conn, "<iq type='get' id='"+id+"' from='alice@localhost/x' to='comp.localhost/hack'><q xmlns='urn:q'/></iq>")
		if ev, err := p.Read(conn); err != nil || ev.Node.Attr("id") != id {
			t.Fatalf("got %v, %v", ev.Node, err)
		}
	}
	unrouted("quiet")

	write("log:\n  level: debug\nlimits:\n  rate: 1\n  burst: 2\nworkers: 3\n")
	prog.Process.Signal(syscall.SIGHUP)
	prog.stderr.await(t, `"changed": ["limits.rate", "limits.burst", "log.level"], "restart": ["workers"]`)
	unrouted("heard")
	prog.stderr.await(t, `"id": "heard"`)
	const many = 10 // in one go, so that a slow machine cannot make them slow enough; no more are explained than 20 a second
	io.WriteString(conn, strings.Repeat("<iq type='get' id='x' from='alice@localhost/x' to='comp.localhost/hack'><q xmlns='urn:q'/></iq>", many))
	hasty := 0
	for range many {
		ev, err := p.Read(conn)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(ev.Node.String(), "policy-violation") {
			hasty++
		}
	}
	if hasty == 0 {
		t.Error("the new rate does not hold")
	}

	write("log:\n  level: loud\nwrokers: 4\nsecret: " + processSecret + "\n")
	prog.Process.Signal(syscall.SIGHUP)
	prog.stderr.await(t, `the configuration is wrong, and was not taken over`)
	prog.stderr.await(t, file+`:2: log.level: `)
	io.WriteString(conn, "<message from='bob@localhost/x' to='comp.localhost/elsewhere'><body>hi</body></message>")
	prog.stderr.await(t, `"from": "bob@localhost"`) // still at level debug

	prog.Process.Signal(syscall.SIGTERM)
	echo(t, conn, p)
	p.Read(conn)
	io.WriteString(conn, "</stream:stream>")
	prog.exit(0)
	if strings.Contains(prog.stderr.String(), `"id": "quiet"`) {
		t.Errorf("at level info there was\n%s", &prog.stderr)
	}
}
