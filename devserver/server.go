package devserver

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"sync"

	"github.com/emp-framework/emp/internal/sasl"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A Server is an XMPP server for development and tests. It is started once, and
// may be closed at any time.
type Server struct {
	opts   Options
	log    *slog.Logger
	cert   certificate
	host   sasl.Host
	domain jid.JID
	run    string // names the time from New to Close

	serving sync.WaitGroup
	ending  chan struct{} // closed by Close

	// mu guards all that follows, and what it leads to. Nobody waits for a network
	// while holding it: what is written is queued.
	mu         sync.Mutex
	started    bool
	closed     bool
	listeners  []net.Listener // for components, for clients
	accounts   map[string]*account
	components map[string]*component
	conns      map[*conn]bool
	stall      chan struct{} // closed when a stall is over; nil: there is none
	refusing   bool
}

// New returns a server that is not started yet. What is wrong with the options is
// for Start to say.
func New(opts Options) *Server {
	return &Server{
		opts: opts, ending: make(chan struct{}), run: stanza.NewID(),
		accounts: make(map[string]*account), components: make(map[string]*component), conns: make(map[*conn]bool),
	}
}

// Start listens, and returns when clients and components can connect. The server
// runs until Close, whatever becomes of ctx.
func (s *Server) Start(ctx context.Context) error {
	if err := s.prepare(); err != nil {
		return err
	}
	if s.opts.InMemory {
		return nil
	}
	for _, addr := range []string{s.opts.ComponentAddr, s.opts.ClientAddr} {
		if err := s.listen(ctx, addr); err != nil {
			s.Close()
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	for i, serve := range []func(*conn) error{(*conn).serveComponent, (*conn).serveClient} {
		l := s.listeners[i]
		s.serving.Go(func() { s.accept(l, serve) })
	}
	s.log.Warn("the development server listens; it is not for production", "components", s.addr(0), "clients", s.addr(1))
	return nil
}

var (
	errTwice  = errors.New("devserver: a Server is started once")
	errClosed = errors.New("devserver: the Server is closed")
)

// prepare is all of Start that needs no network.
func (s *Server) prepare() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return errClosed
	case s.started:
		return errTwice
	}
	s.started = true
	opts, err := s.opts.complete()
	if err != nil {
		return err
	}
	s.opts, s.log = opts, opts.Log
	if s.domain, err = jid.Parse(opts.Domain); err != nil {
		return err
	}
	if s.cert, err = makeCertificate(opts.Domain); err != nil {
		return err
	}
	s.host = sasl.Host{Find: s.verifier, Certificate: s.cert.leaf}
	for _, name := range sorted(opts.Accounts) {
		if err := s.addAccount(name, opts.Accounts[name]); err != nil {
			return err
		}
	}
	if err := s.readAccounts(opts.AccountsFile); err != nil {
		return err
	}
	for _, domain := range sorted(opts.Components) {
		if err := s.addComponent(domain, opts.Components[domain]); err != nil {
			return err
		}
	}
	if opts.CAFile != "" {
		if err := os.WriteFile(opts.CAFile, s.cert.pem, 0o644); err != nil {
			return fmt.Errorf("devserver: Options.CAFile: %w", err)
		}
	}
	return nil
}

func (s *Server) listen(ctx context.Context, addr string) error {
	addr, err := loopback(addr)
	if err != nil {
		return err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("devserver: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners = append(s.listeners, l)
	return nil
}

// accept serves the connections that come, until the listener is closed.
func (s *Server) accept(l net.Listener, serve func(*conn) error) {
	for {
		raw, err := l.Accept()
		if err != nil {
			select {
			case <-s.ending:
				return
			default:
				s.log.Error("the development server accepts nobody any more", "error", err)
				return
			}
		}
		s.welcome(raw.(*net.TCPConn), serve)
	}
}

// welcome serves a connection, or cuts it.
func (s *Server) welcome(raw duplex, serve func(*conn) error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.newConn(raw)
	if s.closed || s.refusing || len(s.conns) >= maxConns {
		c.cut()
		return
	}
	s.conns[c] = true
	s.serving.Go(func() { c.serve(serve) })
}

// Close ends all streams with system-shutdown, closes all connections and returns
// when nothing of the server runs any more. It may be called again.
func (s *Server) Close() error {
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.ending)
		s.resume()
		for _, l := range s.listeners {
			l.Close()
		}
		s.shutdown()
		if s.opts.CAFile != "" {
			os.Remove(s.opts.CAFile)
		}
	}
	s.mu.Unlock()
	s.serving.Wait()
	return nil
}

// ComponentAddr returns the address, host:port, that components connect to. It is ""
// before Start.
func (s *Server) ComponentAddr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addr(0)
}

// ClientAddr returns the address, host:port, that clients connect to, with STARTTLS or
// TLS from the first byte (XEP-0368). It is "" before Start.
func (s *Server) ClientAddr() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addr(1)
}

func (s *Server) addr(i int) string {
	if i >= len(s.listeners) {
		return ""
	}
	return s.listeners[i].Addr().String()
}

// Domain returns the domain of the accounts.
func (s *Server) Domain() string { return s.domain.Domain() }

// CAs returns the authority that vouches for the server's certificate, which is for
// the domain of the accounts, localhost, 127.0.0.1 and ::1. It is nil before Start.
func (s *Server) CAs() *x509.CertPool { return s.cert.pool }

// CAPEM returns the same in PEM.
func (s *Server) CAPEM() []byte { return s.cert.pem }
