package framework_test

import (
	"bytes"
	"io"
	"net"
	"regexp"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
)

// answering is a server of components that answers each iq to others with what answer
// returns, and is otherwise like keepHappy.
func answering(t *testing.T, answer func(n element.Node) string) string {
	t.Helper()
	ln := listen(t)
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go serveAnswers(conn, answer)
		}
	}()
	return ln.Addr().String()
}

func serveAnswers(conn net.Conn, answer func(n element.Node) string) {
	defer conn.Close()
	p := element.NewParser()
	for {
		ev, err := p.Read(conn)
		switch {
		case err != nil:
			return
		case ev.Kind == element.EventClose:
			io.WriteString(conn, "</stream:stream>")
			return
		case ev.Node.Local() == "stream":
			io.WriteString(conn, "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='"+ev.Node.Attr("to")+"' id='abc'>")
		case ev.Node.Local() == "handshake":
			io.WriteString(conn, "<handshake/>")
		case strings.Contains(ev.Node.Attr("to"), domain):
			io.WriteString(conn, ev.Node.String())
		default:
			io.WriteString(conn, answer(ev.Node))
		}
	}
}

func execute(t *testing.T, addr, in string, args ...string) (out, errs string, code int) {
	t.Helper()
	app := &framework.App{Name: "hack", Routes: hack, Config: framework.Config{
		JID: domain, Secret: framework.NewSecret(processSecret), Server: addr,
	}}
	var stdout, stderr bytes.Buffer
	code = framework.ExecuteOn(app, strings.NewReader(in), &stdout, &stderr, args...)
	if strings.Contains(stdout.String()+stderr.String(), processSecret) {
		t.Errorf("%q shows the secret", args)
	}
	return stdout.String(), stderr.String(), code
}

// TestCall: the answer is printed, and tells the exit code.
func TestCall(t *testing.T) {
	const question = "<iq type='get' id='q1' to='example.org'><query xmlns='jabber:iq:version'/></iq>"
	result := func(n element.Node) string {
		return "<iq type='result' id='" + n.Attr("id") + "' from='" + n.Attr("to") + "' to='" + n.Attr("from") + "'><query xmlns='jabber:iq:version'><name>x</name></query></iq>"
	}
	refusal := func(n element.Node) string {
		return "<iq type='error' id='" + n.Attr("id") + "' from='" + n.Attr("to") + "' to='" + n.Attr("from") + "'><error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
	}
	for name, tc := range map[string]struct {
		in     string
		answer func(element.Node) string
		code   int
		out    string // a pattern
		says   string // likewise
	}{
		"result":  {question, result, 0, `<iq .*type='result'.*<name>x</name>.*</iq>\n`, ``},
		"error":   {question, refusal, 1, `<iq .*type='error'.*<forbidden .*</iq>\n`, `hack: call: the answer is an error: forbidden\n`},
		"nothing": {question, func(element.Node) string { return "" }, 75, ``, `hack: call: no answer: .*the time for it is over \(--wait\)\n`},
		"empty":   {" ", result, 1, ``, `hack: call: there is no stanza in standard input\n`},
		"message": {"<message to='a@b'/>", result, 1, ``, `hack: call: standard input: it is no iq of type get or set, which alone has an answer\n`},
		"no XML":  {"<iq", result, 1, ``, `hack: call: standard input: .*\n`},
	} {
		t.Run(name, func(t *testing.T) {
			args := []string{"call", "-"}
			if tc.code == 75 {
				args = append(args, "--wait", "2s") // nothing is waited for but this
			}
			out, errs, code := execute(t, answering(t, tc.answer), tc.in, args...)
			if code != tc.code || !regexp.MustCompile(`^(?s:`+tc.out+`)$`).MatchString(out) || !regexp.MustCompile(`^`+tc.says+`$`).MatchString(errs) {
				t.Errorf("code %d, want %d\n%s%s", code, tc.code, out, errs)
			}
		})
	}
}

// TestBootCommand: the plan, alone and with what the steps took.
func TestBootCommand(t *testing.T) {
	took := regexp.MustCompile(`(done|failed) [0-9.]+[nµm]?s`)
	addr := answering(t, func(element.Node) string { return "" })
	out, errs, code := execute(t, addr, "", "boot")
	if code != 0 || errs != "" {
		t.Fatalf("code %d: %s", code, errs)
	}
	golden(t, "boot", out)
	out, errs, code = execute(t, addr, "", "boot", "--run")
	if code != 0 {
		t.Fatalf("--run: code %d: %s", code, errs)
	}
	golden(t, "boot-run", took.ReplaceAllString(out, "$1 TIME"))

	ln := listen(t)
	ln.Close()
	out, errs, code = execute(t, ln.Addr().String(), "", "boot", "--run", "--wait", "1ms")
	if code != 75 || !strings.Contains(errs, "hack: boot: it was not ready") || !strings.Contains(out, "  connect ") {
		t.Errorf("without a server: code %d\n%s%s", code, out, errs)
	}
}
