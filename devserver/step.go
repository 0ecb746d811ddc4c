package devserver

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/emp-framework/emp/boot"
)

// Step returns a step that has a server of these options run as long as the program,
// for an application in development with no server of its own:
//
//	app.Embed = func(c *framework.Config) boot.Step {
//		return devserver.Step(devserver.Options{Components: map[string]string{c.JID: c.Secret.Reveal()}}, func(s *devserver.Server) {
//			c.Server = s.ComponentAddr()
//		})
//	}
//
// It calls found, if that is not nil, when the server can be connected to, and then
// says on standard error where it is, who can log in, and how. Clients find it at the
// same place each time: where ClientAddr is not given, the step takes the usual port
// 5222, if that is free. Where CAFile is not given, it is a temporary file, and where Log is
// not, it logs to what boot.Log says: an application's own log.
func Step(opts Options, found func(*Server)) boot.Step {
	var s *Server
	return boot.Step{
		Name: "devserver",
		Run: func(ctx context.Context) (err error) {
			if s, err = startStep(ctx, opts); err != nil {
				return err
			}
			if found != nil {
				found(s)
			}
			io.WriteString(os.Stderr, s.Greeting())
			return nil
		},
		Undo: func(context.Context) error { return s.Close() },
	}
}

const usualPort = "127.0.0.1:5222"

func startStep(ctx context.Context, opts Options) (*Server, error) {
	if opts.Log == nil {
		opts.Log = boot.Log(ctx)
	}
	if opts.CAFile == "" {
		f, err := os.CreateTemp("", "devserver-ca-*.pem")
		if err != nil {
			return nil, fmt.Errorf("devserver: %w", err)
		}
		f.Close()
		opts.CAFile = f.Name()
	}
	if opts.ClientAddr == "" {
		usual := opts
		usual.ClientAddr = usualPort
		s := New(usual)
		if err := s.Start(ctx); err == nil {
			return s, nil
		}
		s.Close()
	}
	s := New(opts)
	if err := s.Start(ctx); err != nil {
		s.Close() // with the file
		return nil, err
	}
	return s, nil
}

// Greeting says, to people, where the server is, who can log in, and how. It shows the
// passwords that Options.Accounts has, which are for nothing else.
func (s *Server) Greeting() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	host, port, _ := net.SplitHostPort(s.addr(1))
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("A development server runs inside this program. It is NOT FOR PRODUCTION.")
	line("  components: %s", s.addr(0))
	line("  clients:    %s (STARTTLS, or TLS from the first byte)", s.addr(1))
	line("  authority:  %s", cmp.Or(s.opts.CAFile, "(in memory alone)"))
	for _, name := range sorted(s.opts.Accounts) {
		line("  account:    %s@%s, password %s", name, s.opts.Domain, s.opts.Accounts[name])
	}
	for _, domain := range sorted(s.components) {
		line("  component:  %s", domain)
	}
	for _, name := range sorted(s.opts.Accounts) {
		line("Log in with any client: host %s, port %s, and accept the certificate. With profanity:", host, port)
		line("  /connect %s@%s server %s port %s tls trust", name, s.opts.Domain, host, port)
		break
	}
	return b.String()
}
