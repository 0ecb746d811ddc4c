package devserver

import (
	"context"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stream"
)

// Cut closes, without a word, the connections of an address, as a network that
// breaks: that of a component by its domain, those of a user by the bare JID, that of
// one resource by the full one; with the zero JID all there are. It returns when the
// server has noticed, and how many it were.
func (s *Server) Cut(who jid.JID) int {
	s.mu.Lock()
	var cut []*conn
	for c := range s.conns {
		if c.at(who) {
			cut = append(cut, c)
			c.cut()
		}
	}
	s.mu.Unlock()
	for _, c := range cut {
		<-c.gone
	}
	return len(cut)
}

// at reports whether the connection is one of who. The zero JID is everybody.
func (c *conn) at(who jid.JID) bool {
	if who.IsZero() || c.peer == nil {
		return who.IsZero()
	}
	name := c.peer.name()
	return name == who || name.Bare() == who
}

// Stall has the server read and write nothing any more, as one that hangs, while its
// connections stay: the kernel takes bytes for it until its buffers are full. What is
// under way when it is called is still done.
func (s *Server) Stall() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stall == nil && !s.closed {
		s.stall = make(chan struct{})
	}
}

// Resume ends a Stall.
func (s *Server) Resume() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.resume()
}

func (s *Server) resume() {
	if s.stall != nil {
		close(s.stall)
		s.stall = nil
	}
}

// pass waits while the server is stalled, or until c is cut.
func (s *Server) pass(c *conn) {
	s.mu.Lock()
	stall := s.stall
	s.mu.Unlock()
	if stall == nil {
		return
	}
	select {
	case <-stall:
	case <-c.broken:
	}
}

// Refuse says whether new connections are reset at once.
func (s *Server) Refuse(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusing = on
}

// Restart ends all streams with system-shutdown, as a server that is restarted, and
// returns when all connections are closed, or ctx ends. Until then new ones are
// reset. Addresses, accounts, rosters and what waits offline stay as they were.
func (s *Server) Restart(ctx context.Context) error {
	s.mu.Lock()
	before := s.refusing
	s.refusing = true
	s.resume()
	var ended []*conn
	for c := range s.conns {
		ended = append(ended, c)
	}
	s.shutdown()
	s.mu.Unlock()
	defer s.Refuse(before)
	for _, c := range ended {
		select {
		case <-c.gone:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// shutdown ends all streams.
func (s *Server) shutdown() {
	for c := range s.conns {
		c.end(refusal{stream.SystemShutdown, ""})
	}
}
