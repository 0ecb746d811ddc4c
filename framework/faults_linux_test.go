package framework_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/xmpptest"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stream"
)

// TestF05Restart: the server is stopped, then killed, and started again.
func TestF05Restart(t *testing.T) {
	onServers(t, xmpptest.Options{}, func(t *testing.T, srv *xmpptest.Server) {
		s := run(t, config(srv))
		s.answers(srv)
		srv.Stop()
		s.log.await(t, "nothing listens")
		srv.Restart()
		s.answers(srv)
		srv.Kill()
		s.log.await(t, "nothing listens")
		srv.Restart()
		s.answers(srv)
		if err := s.end(); err != nil {
			t.Error(err)
		}
		s.log.golden(t, "restart")
	})
}

// TestF02Stopped: the server's process is stopped while its connections stay.
func TestF02Stopped(t *testing.T) {
	onServers(t, xmpptest.Options{}, func(t *testing.T, srv *xmpptest.Server) {
		conf := config(srv)
		conf.PingInterval, conf.PingTimeout = time.Second, time.Second
		s := run(t, conf)
		s.answers(srv)
		srv.Pause()
		s.log.await(t, "does not answer") // a new connection is taken by the kernel
		srv.Resume()
		s.answers(srv)
		s.log.golden(t, "stopped")
	})
}

// TestF16Refused: a wrong secret or a name that the server does not know ends
// the application with 78 and one line, the same for both servers (K04).
func TestF16Refused(t *testing.T) {
	onServers(t, xmpptest.Options{}, func(t *testing.T, srv *xmpptest.Server) {
		for name, change := range map[string]func(*framework.Config){
			"secret": func(c *framework.Config) { c.Secret = framework.NewSecret("wr0ng") },
			"name":   func(c *framework.Config) { c.JID = "other.localhost" },
		} {
			t.Run(name, func(t *testing.T) {
				conf := config(srv)
				change(&conf)
				s := run(t, conf)
				err := s.ended()
				var coded interface{ ExitCode() int }
				if !errors.As(err, &coded) || coded.ExitCode() != 78 {
					t.Fatalf("ended with %v", err)
				}
				s.log.lines = append(s.log.lines, err.Error())
				s.log.golden(t, "refused-"+name+"-"+srv.Name)
			})
		}
	})
}

// TestF06Replaced: a second connection takes the name. We come back, but not
// before half a minute.
func TestF06Replaced(t *testing.T) {
	srv := xmpptest.Prosody(t, xmpptest.Options{Secret: secret, KickOld: true})
	s := run(t, config(srv))
	s.answers(srv)
	other(t, srv)
	s.log.await(t, "took the name")
	s.log.golden(t, "replaced")
}

// TestF06Conflict: the name is taken when we come; when it is free we have it.
func TestF06Conflict(t *testing.T) {
	srv := xmpptest.Prosody(t, xmpptest.Options{Secret: secret})
	first := other(t, srv)
	s := run(t, config(srv))
	s.log.await(t, "another connection has the name")
	first.Abort()
	s.answers(srv)
	s.log.golden(t, "conflict")
}

// TestF06Both: ejabberd lets a second connection share the name. Ours stays.
func TestF06Both(t *testing.T) {
	srv := xmpptest.Ejabberd(t, xmpptest.Options{Secret: secret})
	s := run(t, config(srv))
	s.answers(srv)
	other(t, srv).Abort()
	s.answers(srv)
	s.log.golden(t, "both")
}

// other makes another connection with our name.
func other(t *testing.T, srv *xmpptest.Server) *stream.Component {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	c, err := stream.DialComponent(ctx, stream.Options{Server: srv.ComponentAddr, Domain: jid.MustParse(xmpptest.Component), Secret: secret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Abort)
	return c
}

// TestUnreachable: the port is refused, or the name is not known, when the
// application starts. It waits.
func TestUnreachable(t *testing.T) {
	t.Run("port", func(t *testing.T) {
		srv := xmpptest.Prosody(t, xmpptest.Options{Secret: secret})
		srv.Stop()
		s := run(t, config(srv))
		s.log.await(t, "nothing listens")
		srv.Restart()
		s.answers(srv)
		s.log.golden(t, "refused-port")
	})
	t.Run("name", func(t *testing.T) {
		s := run(t, framework.Config{JID: xmpptest.Component, Secret: framework.NewSecret(secret), Server: "xmpp.invalid", AllowPlain: true})
		s.log.await(t, "cannot be looked up")
		if err := s.end(); err != nil {
			t.Errorf("stopped while it waits: %v", err)
		}
		s.log.golden(t, "refused-dns")
	})
	t.Run("not XMPP", func(t *testing.T) {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		go func() {
			for {
				c, err := ln.Accept()
				if err != nil {
					return
				}
				c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n"))
				c.Close()
			}
		}()
		s := run(t, framework.Config{JID: xmpptest.Component, Secret: framework.NewSecret(secret), Server: ln.Addr().String()})
		if err := s.ended(); !errors.Is(err, stream.ErrNotXMPP) {
			t.Errorf("ended with %v", err)
		}
	})
}
