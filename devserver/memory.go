package devserver

import (
	"context"
	"errors"
	"net"

	"github.com/emp-framework/emp/internal/pipe"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// DialClient connects a client in memory, whatever the address: it is what an App's or a
// stream's Dial wants. The server is to be started.
func (s *Server) DialClient(context.Context, string, string) (net.Conn, error) {
	s.mu.Lock()
	started, closed := s.started, s.closed
	s.mu.Unlock()
	switch {
	case closed:
		return nil, errClosed
	case !started:
		return nil, errors.New("devserver: the Server is not started")
	}
	ours, theirs := pipe.New()
	s.welcome(ours, (*conn).serveClient)
	return theirs, nil
}

// Deliver routes a stanza as one that another server has handed over. Its From and To
// are taken as they are.
func (s *Server) Deliver(st stanza.Stanza) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.route(st)
	}
}

// Resources returns the full JIDs at which an account is logged in, in the order in which
// they were bound.
func (s *Server) Resources(account jid.JID) (all []jid.JID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[account.Local()]; a != nil && account.Domain() == s.domain.Domain() {
		for _, sess := range a.sessions {
			all = append(all, sess.jid)
		}
	}
	return all
}
