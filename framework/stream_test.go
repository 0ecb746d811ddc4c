package framework_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
)

// accept plays a server's part of the start of a component's stream.
func accept(t testing.TB, ln net.Listener) (net.Conn, *element.Parser) {
	t.Helper()
	conn, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	p := element.NewParser()
	read := func(local string) {
		t.Helper()
		if ev, err := p.Read(conn); err != nil || ev.Node.Local() != local {
			t.Fatalf("got %v, %v, want <%s>", ev.Node, err, local)
		}
	}
	read("stream")
	fmt.Fprintf(conn, "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='comp.localhost' id='abc'>")
	read("handshake")
	io.WriteString(conn, "<handshake/>")
	return conn, p
}

// TestF17Survives: 100,000 stanzas, and among each thousand a malformed address,
// one too large and one too deep: all that must be is answered, on one stream.
func TestF17Survives(t *testing.T) {
	const (
		thousands = 100
		limit     = 10_000
	)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	s := run(t, framework.Config{
		JID: "comp.localhost", Secret: framework.NewSecret("s"), Server: ln.Addr().String(),
		MaxStanzaBytes: limit, SelfTest: framework.Off,
	})
	conn, p := accept(t, ln)

	// What is sent ahead of the answers is less than may be held.
	ahead := make(chan struct{}, 64)
	go func() {
		w := bufio.NewWriter(conn)
		defer w.Flush()
		big := strings.Repeat("x", limit)
		deep := strings.Repeat("<a xmlns='urn:x'>", 300) + strings.Repeat("</a>", 300)
		for i := range thousands * 1000 {
			if i%1000 == 999 {
				fmt.Fprintf(w, "<iq type='get' id='to%d' from='u@localhost/r' to='a b@comp.localhost'><q xmlns='urn:x'/></iq>", i)
				fmt.Fprintf(w, "<iq type='get' id='from%d' from='u@@localhost' to='comp.localhost'><q xmlns='urn:x'/></iq>", i)
				fmt.Fprintf(w, "<message id='big%d' from='u@localhost/r' to='comp.localhost'><body>%s</body></message>", i, big)
				fmt.Fprintf(w, "<message id='deep%d' from='u@localhost/r' to='comp.localhost'>%s</message>", i, deep)
				fmt.Fprintf(w, "<message type='error' id='err%d' from='u@localhost/r' to='comp.localhost'>%s</message>", i, deep)
			}
			select {
			case ahead <- struct{}{}:
			default:
				w.Flush()
				ahead <- struct{}{}
			}
			fmt.Fprintf(w, "<message id='m%d' from='u%d@localhost/r' to='comp.localhost'><body>hack</body></message>", i, i%50)
		}
	}()

	got := make(map[string]int)
	for total := 0; total < thousands*(1000+3); total++ {
		ev, err := p.Read(conn)
		if err != nil {
			t.Fatalf("after %d answers: %v", total, err)
		}
		n := ev.Node
		what := strings.TrimRight(n.Attr("id"), "0123456789")
		if e := n.Child(element.NSClient, "error"); !e.IsZero() {
			what += " " + e.FirstElement().Local()
		} else {
			what = n.Child(element.NSClient, "body").Text()
			<-ahead
		}
		got[what]++
	}
	want := map[string]int{
		"Hackity Hack!":         thousands * 1000,
		"to jid-malformed":      thousands,
		"big policy-violation":  thousands,
		"deep policy-violation": thousands,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("answers %v, want %v", got, want)
	}
	if err := s.Idle(t.Context()); err != nil {
		t.Error(err)
	}

	// It stops in order: closing tag, and it waits for ours.
	s.stop()
	ev, err := p.Read(conn)
	if err != nil || ev.Kind != element.EventClose {
		t.Errorf("at the end came %v %v, %v", ev.Kind, ev.Node, err)
	}
	io.WriteString(conn, "</stream:stream>")
	if err := s.end(); err != nil {
		t.Error(err)
	}
}
