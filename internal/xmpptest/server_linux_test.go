package xmpptest_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/xmpptest"
)

// both runs a test with each server, in parallel.
func both(t *testing.T, test func(t *testing.T, start func(testing.TB, xmpptest.Options) *xmpptest.Server)) {
	for name, start := range map[string]func(testing.TB, xmpptest.Options) *xmpptest.Server{
		"Prosody":  xmpptest.Prosody,
		"ejabberd": xmpptest.Ejabberd,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, start)
		})
	}
}

// patience bounds the wait for what should come at once.
func patience(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

func TestLife(t *testing.T) {
	both(t, func(t *testing.T, start func(testing.TB, xmpptest.Options) *xmpptest.Server) {
		began := time.Now()
		s := start(t, xmpptest.Options{})
		t.Logf("up after %v", time.Since(began).Round(time.Millisecond))
		t.Run("answers", func(t *testing.T) { answers(t, s) })
		t.Run("asked", func(t *testing.T) { asked(t, s) })
		t.Run("paused", func(t *testing.T) { paused(t, s) })
		t.Run("stopped", func(t *testing.T) { stopped(t, s) })
		t.Run("killed", func(t *testing.T) { killed(t, s) })
	})
}

// answers has a message go from a user to the component and its answer back.
func answers(t *testing.T, s *xmpptest.Server) {
	p := dial(t, s, xmpptest.Component)
	began := time.Now()
	alice := xmpptest.Login(t, s, "alice/desk")
	t.Logf("logged in after %v", time.Since(began).Round(time.Millisecond))
	if alice.JID != "alice@localhost/desk" {
		t.Errorf("bound %q", alice.JID)
	}

	alice.Send(`<message to='hackity.localhost/hack' type='chat'><body>h&amp;i ☺</body></message>`)
	got := p.receive()
	if !got.Is(element.NSClient, "message") || got.Attr("from") != alice.JID || got.Child(element.NSClient, "body").Text() != "h&i ☺" {
		t.Fatalf("component received %s", got.XML())
	}
	// To the bare JID: it arrives only where the client is available.
	p.send(`<message from='hackity.localhost/hack' to='alice@localhost' type='chat'><body>Hackity Hack!</body></message>`)
	got = alice.Receive(patience(t))
	if got.Attr("from") != "hackity.localhost/hack" || got.Child(element.NSClient, "body").Text() != "Hackity Hack!" {
		t.Fatalf("alice received %s", got.XML())
	}

	alice.Close()
	if rest := alice.Received(); len(rest) != 0 {
		t.Errorf("alice received %s too", rest[0].XML())
	}
}

// asked has a user ask the component while another stanza is on its way, and
// the component ask the user, for whom nothing but the test may answer.
func asked(t *testing.T, s *xmpptest.Server) {
	p := dial(t, s, xmpptest.Component)
	bob := xmpptest.Login(t, s, "bob")
	go func() {
		asked, err := p.read()
		if err != nil {
			t.Error(err)
			return
		}
		addresses := ` from='hackity.localhost' to='` + bob.JID + `' `
		if _, err := io.WriteString(p.conn, ""+
			`<message id='first'`+addresses+`/>`+
			`<iq type='result' id='`+asked.Node.Attr("id")+`'`+addresses+`><x xmlns='urn:x' xmlns:y='urn:y' y:z='1'/></iq>`+
			`<iq type='get' id='ask-bob'`+addresses+`><ping xmlns='urn:xmpp:ping'/></iq>`); err != nil {
			t.Error(err)
		}
	}()
	result := bob.Ask(patience(t), `<iq type='get' id='q1' to='hackity.localhost'><q xmlns='urn:x'/></iq>`)
	if got := result.Child("urn:x", "x").AttrNode("urn:y", "z").Value(); got != "1" {
		t.Errorf("bob received %s", result.XML())
	}
	if got := bob.Receive(patience(t)); got.Attr("id") != "first" {
		t.Errorf("bob received %s", got.XML())
	}
	if got := bob.Receive(patience(t)); got.Attr("id") != "ask-bob" {
		t.Errorf("bob received %s", got.XML())
	}
	bob.Send(`<iq type='result' id='ask-bob' to='hackity.localhost'/>`)
	if got := p.receive(); got.Attr("type") != "result" {
		t.Errorf("component received %s", got.XML())
	}
}

// ping asks the server itself.
const ping = `<iq type='get' id='ping' from='hackity.localhost' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>`

func paused(t *testing.T, s *xmpptest.Server) {
	p := dial(t, s, xmpptest.Component)
	for range 2 {
		s.Pause()
		s.Pause()
		p.send(ping)
		if got := state(s.PID()); got != "T" {
			t.Errorf("state of the paused process: %s", got)
		}
		s.Resume()
		if got := p.receive(); got.Attr("id") != "ping" {
			t.Errorf("received %s", got.XML())
		}
	}
}

func stopped(t *testing.T, s *xmpptest.Server) {
	p := dial(t, s, xmpptest.Component)
	alice := xmpptest.Login(t, s, "alice")
	pid := s.PID()
	s.Pause() // the harder case
	s.Stop()
	s.Stop()
	if err := p.rest(); err == nil {
		t.Error("the component's connection was not closed")
	}
	// The server says system-shutdown first, but on a busy machine slixmpp sees
	// the end of the connection before it, and calls that by many names.
	if why := alice.Ended(patience(t)); strings.HasPrefix(why, "stream error") && !strings.HasPrefix(why, "stream error: system-shutdown") {
		t.Errorf("alice's stream ended: %s", why)
	}
	if !gone(pid) {
		t.Errorf("process %d still there", pid)
	}
	refused(t, s.ComponentAddr)
	refused(t, s.ClientAddr)

	addr := s.ComponentAddr
	s.Restart()
	if s.PID() == pid || s.ComponentAddr != addr {
		t.Errorf("restarted as %d at %s, was %d at %s", s.PID(), s.ComponentAddr, pid, addr)
	}
	dial(t, s, xmpptest.Component).send(ping)
	xmpptest.Login(t, s, "alice").Ask(patience(t), `<iq type='get' id='p' to='localhost'><ping xmlns='urn:xmpp:ping'/></iq>`)
}

func killed(t *testing.T, s *xmpptest.Server) {
	p := dial(t, s, xmpptest.Component)
	alice := xmpptest.Login(t, s, "alice")
	pid := s.PID()
	s.Kill()
	s.Kill()
	if err := p.rest(); err == nil {
		t.Error("the component's connection was not closed")
	}
	if !gone(pid) {
		t.Errorf("process %d still there", pid)
	}
	refused(t, s.ComponentAddr)
	if why := alice.Ended(patience(t)); strings.HasPrefix(why, "stream error") {
		t.Errorf("the killed server still ended alice's stream: %s", why)
	}
	s.Restart()
	p = dial(t, s, xmpptest.Component)
	p.send(ping)
	p.receive()
	xmpptest.Login(t, s, "bob") // bob too is still there
}

func refused(t *testing.T, addr string) {
	t.Helper()
	if conn, err := net.Dial("tcp", addr); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("dial %s: %v, %v; want it refused", addr, conn, err)
	}
}

// TestOptions sees that what Options say has its effect.
func TestOptions(t *testing.T) {
	both(t, func(t *testing.T, start func(testing.TB, xmpptest.Options) *xmpptest.Server) {
		opts := xmpptest.Options{
			Components:     []string{"one.localhost", "two.localhost"},
			Secret:         `se"c'r\et <&> ☺`,
			Accounts:       []string{"carol"},
			ComponentBytes: 20_000,
			ClientBytes:    40_000,
			Modules:        []string{"time"},
			Debug:          true,
		}
		if strings.HasSuffix(t.Name(), "ejabberd") {
			opts.Modules = []string{"mod_time: {}"}
			opts.Config = []string{"resource_conflict: setresource"}
			opts.ComponentConfig = []string{"check_from: false"}
		} else {
			opts.Config = []string{`welcome_message = "lines go in as they are"`}
			opts.ComponentConfig = []string{"validate_from_addresses = false"}
		}
		s := start(t, opts)
		one, two := dial(t, s, "one.localhost"), dial(t, s, "two.localhost")
		// ComponentConfig: one may send in anybody's name.
		one.send(`<message from='elsewhere.example' to='two.localhost'><body>hi</body></message>`)
		if got := two.receive(); got.Attr("from") != "elsewhere.example" {
			t.Errorf("two received %s", got.XML())
		}
		// Modules: XEP-0202 is not among those that are always there.
		one.send(`<iq type='get' id='t' from='one.localhost' to='localhost'><time xmlns='urn:xmpp:time'/></iq>`)
		if got := one.receive(); got.Attr("type") != "result" {
			t.Errorf("asked for the time, one received %s", got.XML())
		}
		carol := xmpptest.Login(t, s, "carol")
		carol.Send(`<message to='two.localhost'><body>` + strings.Repeat("x", 30_000) + `</body></message>`)
		if n := len(two.receive().XML()); n < 30_000 {
			t.Errorf("two received %d bytes", n)
		}
		one.send(`<message from='one.localhost' to='two.localhost'><body>` + strings.Repeat("x", 30_000) + `</body></message>`)
		if got := one.receive(); got.Local() != "error" {
			t.Errorf("one sent too much and received %s", got.XML())
		}
		if !strings.Contains(s.Log(), "elsewhere.example") {
			t.Error("the log with Debug lacks a stanza")
		}
	})
}

func TestKickOld(t *testing.T) {
	t.Parallel()
	s := xmpptest.Prosody(t, xmpptest.Options{KickOld: true})
	first := dial(t, s, xmpptest.Component)
	second := dial(t, s, xmpptest.Component)
	if got := first.receive(); got.FirstElement().Local() != "conflict" {
		t.Errorf("the first received %s", got.XML())
	}
	second.send(ping)
	second.receive()
}

func TestTLS(t *testing.T) {
	t.Parallel()
	s := xmpptest.Ejabberd(t, xmpptest.Options{TLS: true})
	conn, err := tls.Dial("tcp", s.ComponentAddr, &tls.Config{RootCAs: s.CAs, ServerName: xmpptest.Component})
	if err != nil {
		t.Fatal(err)
	}
	connect(t, conn, xmpptest.Component, xmpptest.Secret)
	if conn, err := tls.Dial("tcp", s.ComponentAddr, &tls.Config{RootCAs: s.CAs, ServerName: "other.example"}); err == nil {
		conn.Close()
		t.Error("the certificate is good for any name")
	}
	if pem, err := os.ReadFile(s.CAFile); err != nil || !bytes.Contains(pem, []byte("CERTIFICATE")) {
		t.Errorf("CAFile: %v, %s", err, pem)
	}
}
