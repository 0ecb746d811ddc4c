package stream

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestK02: the digest is over the id as it reads, whatever is in it.
func TestK02Digest(t *testing.T) {
	srv, opts := newServer(t)
	opts.Secret = "gehëim"
	srv.say(strings.Replace(header, "'abc'", "'a&amp;&#228;'", 1) + "<handshake/>")
	link, err := DialComponent(t.Context(), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer link.Abort()
	// printf 'a&ägehëim' | openssl sha1
	srv.hear(ourHeader + "<handshake>bff234da89577d55272287fedc3afb73807ee44c</handshake>")
}

// TestK03: nothing is sent or read before the handshake, and waiting for it ends.
func TestK03Silence(t *testing.T) {
	for name, said := range map[string]string{"nothing": "", "half a header": header[:70], "header": header} {
		bubble(name, t, func(t *testing.T) {
			srv, opts := newServer(t)
			srv.say(said)
			began := time.Now()
			_, err := DialComponent(context.Background(), opts)
			if !errors.Is(err, context.DeadlineExceeded) || Misconfigured(err) || time.Since(began) != 10*time.Second {
				t.Errorf("%v after %v", err, time.Since(began))
			}
			srv.rest() // ends
		})
	}
}

// TestS18: a link is not ready before the handshake.
func TestS18NotReady(t *testing.T) {
	link, err := NewComponent(Options{Domain: alice, Secret: "x"})
	if err == nil {
		t.Fatal("an address with a local part is taken for a component's name")
	}
	srv, opts := newServer(t)
	if link, err = NewComponent(opts); err != nil {
		t.Fatal(err)
	}
	for name, f := range map[string]func() error{
		"Open":         func() error { return link.Open(t.Context()) },
		"Authenticate": func() error { return link.Authenticate(t.Context()) },
		"Read":         func() error { _, err := link.Read(nil); return err },
		"Send":         func() error { return link.Send(t.Context()) },
	} {
		if err := f(); err == nil {
			t.Errorf("%s works before Connect", name)
		}
	}
	srv.say(header + "<handshake/><message id='1' from='alice@localhost' to='comp.localhost'/>")
	for _, step := range []func(context.Context) error{link.Connect, link.Open} {
		if err := step(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := link.Read(nil); err != ErrNotReady {
			t.Error(err)
		}
		if err := link.Send(t.Context()); err != ErrNotReady {
			t.Error(err)
		}
		if err := step(t.Context()); err != errUsed {
			t.Errorf("again: %v", err)
		}
	}
	if err := link.Authenticate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := link.Authenticate(t.Context()); err != errUsed {
		t.Errorf("again: %v", err)
	}
	got, err := link.Read(nil)
	if err != nil || ids(got) != "1" { // came with the handshake
		t.Errorf("%v, %v", got, err)
	}
	link.Abort()
}

// TestAbortNegotiation: Abort ends each step at once, with ErrClosed, and leaves
// nothing open.
func TestAbortNegotiation(t *testing.T) {
	for name, said := range map[string]string{"before the header": "", "before the handshake": header} {
		bubble(name, t, func(t *testing.T) {
			srv, opts := newServer(t)
			srv.say(said)
			link, err := NewComponent(opts)
			if err != nil {
				t.Fatal(err)
			}
			done := make(chan error)
			go func() {
				err := link.Connect(context.Background())
				if err == nil {
					err = link.Open(context.Background())
				}
				if err == nil {
					err = link.Authenticate(context.Background())
				}
				done <- err
			}()
			synctest.Wait()
			began := time.Now()
			link.Abort()
			if err := <-done; err != ErrClosed || time.Since(began) != 0 {
				t.Errorf("%v after %v", err, time.Since(began))
			}
			if _, err := link.Read(nil); err != ErrClosed {
				t.Errorf("Read: %v", err)
			}
			srv.rest() // ends
		})
	}
	bubble("while dialling", t, func(t *testing.T) {
		_, opts := newServer(t)
		opts.Dial = func(ctx context.Context, _, _ string) (net.Conn, error) { <-ctx.Done(); return nil, ctx.Err() }
		link, _ := NewComponent(opts)
		done := make(chan error)
		go func() { done <- link.Connect(context.Background()) }()
		synctest.Wait()
		link.Abort()
		if err := <-done; err != ErrClosed {
			t.Error(err)
		}
	})
	bubble("before", t, func(t *testing.T) {
		srv, opts := newServer(t)
		link, _ := NewComponent(opts)
		link.Abort()
		link.Abort()
		if err := link.Connect(context.Background()); err != ErrClosed {
			t.Errorf("Connect: %v", err)
		}
		if _, err := link.Read(nil); err != ErrClosed {
			t.Errorf("Read: %v", err)
		}
		if err := link.Send(context.Background()); err != ErrClosed {
			t.Errorf("Send: %v", err)
		}
		srv.Close()
	})
}

// TestLateDeadline: a ctx that ends as a step succeeds does not hit the next.
func TestLateDeadline(t *testing.T) {
	for range 200 {
		srv, opts := newServer(t)
		link, _ := NewComponent(opts)
		if err := link.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		go cancel()
		srv.say(header + "<handshake/>")
		if link.Open(ctx) == nil {
			if err := link.Authenticate(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		link.Abort()
	}
}

// TestEmptyID: without an id there is nothing to authenticate by; but being
// stopped while the error is awaited is no mistake of the configuration.
func TestK04EmptyID(t *testing.T) {
	bubble("stopped", t, func(t *testing.T) {
		srv, opts := newServer(t)
		srv.say(strings.Replace(header, "'abc'", "''", 1))
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(time.Second, cancel)
		if _, err := DialComponent(ctx, opts); !errors.Is(err, context.Canceled) || Misconfigured(err) {
			t.Error(err)
		}
		srv.ends(ourHeader + endTag)
	})
	bubble("silent", t, func(t *testing.T) {
		srv, opts := newServer(t)
		srv.say(strings.Replace(header, "'abc'", "''", 1))
		if _, err := DialComponent(context.Background(), opts); err != errNoID || !Misconfigured(err) {
			t.Error(err)
		}
		srv.ends(ourHeader + endTag)
	})
}

// TestNotXMPP: what other servers say is told from a broken XMPP server.
func TestNotXMPP(t *testing.T) {
	for _, said := range []string{
		"HTTP/1.1 400 Bad Request\r\n\r\n", "\x15\x03\x01\x00\x02\x02\x46", "220 mail.example ESMTP\r\n", "<?xml version='1.0'?><html>",
	} {
		srv, opts := newServer(t)
		srv.say(said)
		srv.CloseWrite()
		if _, err := DialComponent(t.Context(), opts); !errors.Is(err, ErrNotXMPP) || !Misconfigured(err) {
			t.Errorf("%q: %v", said, err)
		}
	}
}

// TestRefusedAtTheDoor: a server that refuses us before we have spoken, and is
// gone when we do, is heard all the same.
func TestRefusedAtTheDoor(t *testing.T) {
	srv, opts := newServer(t)
	srv.say(strings.Replace(header, "'abc'", "''", 1) + streamError(HostUnknown))
	srv.Reset()
	if _, err := DialComponent(t.Context(), opts); !errors.Is(err, HostUnknown) || !Misconfigured(err) {
		t.Error(err)
	}
}
