package faultproxy

import (
	"bytes"
	"errors"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/emp-framework/emp/internal/leak"
)

// connect returns the application's and the server's side of a connection
// through a proxy.
func connect(t *testing.T, p *Proxy, ln net.Listener) (app, server net.Conn) {
	t.Helper()
	app, err := net.Dial("tcp", p.Addr)
	if err != nil {
		t.Fatal(err)
	}
	server, err = ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close(); server.Close() })
	return app, server
}

func newProxy(t *testing.T) (*Proxy, net.Listener) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	return New(t, ln.Addr().String()), ln
}

func hear(t *testing.T, c net.Conn, want string) {
	t.Helper()
	got := make([]byte, len(want))
	if n, err := io.ReadFull(c, got); string(got) != want {
		t.Fatalf("got %q, %v, want %q", got[:n], err, want)
	}
}

func TestForwards(t *testing.T) {
	p, ln := newProxy(t)
	app, server := connect(t, p, ln)
	io.WriteString(app, "question")
	hear(t, server, "question")
	io.WriteString(server, "answer")
	server.Close()
	if b, err := io.ReadAll(app); string(b) != "answer" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if up, down := p.Passed(Up), p.Passed(Down); up != 8 || down != 6 {
		t.Errorf("%d up, %d down", up, down)
	}
}

// TestEnds: each end in each direction comes behind exactly its byte, once.
func TestEnds(t *testing.T) {
	p, ln := newProxy(t)
	for _, how := range []End{Cut, Reset, HalfClose} {
		for _, d := range []Direction{Up, Down} {
			for _, at := range []int{0, 1, 5, 7} {
				app, server := connect(t, p, ln)
				from, to := app, server
				if d == Down {
					from, to = server, app
				}
				done := p.After(d, 3+at, how)
				io.WriteString(from, "abc")
				if at > 0 || how != Reset {
					hear(t, to, "abc")
				}
				_, gone := io.WriteString(from, "1234567") // an error is told once
				<-done
				b, err := io.ReadAll(to)
				switch {
				case how == Reset && at == 0: // "abc" or nothing
				case how == Reset: // which overtakes what was sent, or not
					if err != nil && !errors.Is(err, syscall.ECONNRESET) || !bytes.HasPrefix([]byte("1234567"[:at]), b) {
						t.Errorf("%v %v %d: %q, %v", how, d, at, b, err)
					}
				case string(b) != "1234567"[:at] || err != nil:
					t.Errorf("%v %v %d: %q, %v", how, d, at, b, err)
				}
				if how == HalfClose { // the other way goes on
					io.WriteString(to, "back")
					hear(t, from, "back")
				} else if b, err := io.ReadAll(from); len(b) > 0 || gone == nil && (how == Reset) != errors.Is(err, syscall.ECONNRESET) {
					t.Errorf("%v %v %d: the sender got %q, %v", how, d, at, b, err)
				}
				from.Close()
				to.Close()
			}
		}
	}
	app, server := connect(t, p, ln)
	io.WriteString(app, "as ever")
	hear(t, server, "as ever")
}

func TestStall(t *testing.T) {
	p, ln := newProxy(t)
	app, server := connect(t, p, ln)
	io.WriteString(app, "first") // the proxy knows it now
	hear(t, server, "first")
	p.Stall()
	io.WriteString(app, "later")
	app.(*net.TCPConn).CloseWrite()
	app2, server2 := connect(t, p, ln)
	io.WriteString(app2, "new")
	hear(t, server2, "new")
	server.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if n, err := server.Read(make([]byte, 9)); n > 0 || err == io.EOF {
		t.Errorf("%d bytes, %v", n, err)
	}
	server.SetReadDeadline(time.Time{})
	p.Flow()
	hear(t, server, "later")
	if _, err := server.Read(make([]byte, 1)); err != io.EOF {
		t.Error(err)
	}
	p.Stall()
	p.Now(Up, Reset) // also those who are stalled
	if _, err := app2.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Error(err)
	}
}

// TestPieces: slow, late and in pieces, all bytes come.
func TestPieces(t *testing.T) {
	p, ln := newProxy(t)
	app, server := connect(t, p, ln)
	p.Split(Down, 2)
	p.Delay(Down, time.Millisecond)
	p.Slow(Up, 2000)
	began := time.Now()
	io.WriteString(server, "1234567")
	app.Write(make([]byte, 200))
	hear(t, app, "1234567")
	hear(t, server, string(make([]byte, 200)))
	if took := time.Since(began); took < 90*time.Millisecond {
		t.Errorf("200 bytes at 2,000 a second took %v", took)
	}
}

// TestNothingIsLeft: a proxy ends with its test, whatever it is in.
func TestNothingIsLeft(t *testing.T) {
	leak.Check(t)
	t.Run("", func(t *testing.T) {
		p, ln := newProxy(t)
		app, _ := connect(t, p, ln)
		p.Slow(Up, 1)
		io.WriteString(app, "never")
		connect(t, p, ln)
		p.Stall()
	})
}

// TestRefuse: connections are reset, those there are and those to come, until
// Accept.
func TestRefuse(t *testing.T) {
	p, ln := newProxy(t)
	app, _ := connect(t, p, ln)
	p.Refuse()
	if _, err := app.Read(make([]byte, 1)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the connection: %v", err)
	}
	next, err := net.Dial("tcp", p.Addr)
	if err == nil { // it may be reset so soon that the call hears of it
		_, err = next.Read(make([]byte, 1))
		next.Close()
	}
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the next connection: %v", err)
	}
	if c, err := ln.Accept(); err != nil { // its other half
		t.Error(err)
	} else {
		c.Close()
	}
	p.Accept()
	app, server := connect(t, p, ln)
	io.WriteString(app, "question")
	hear(t, server, "question")
}
