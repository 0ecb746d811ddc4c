package devserver

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/emp-framework/emp/internal/sasl"
	"github.com/emp-framework/emp/jid"
)

// An account is a user: who is logged in, whom they know, what waits for them.
type account struct {
	jid      jid.JID
	verifier *sasl.Verifier
	sessions []*session // in the order in which they were bound
	roster   []*item    // in the order in which they were added
	changes  int        // of the roster, which is its version (RFC 6121 section 2.6)
	offline  []stored
}

// AddAccount adds a user of the server's domain, or changes the password of one.
func (s *Server) AddAccount(local, password string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.started {
		return errEarly
	}
	return s.addAccount(local, password)
}

var errEarly = fmt.Errorf("devserver: the Server is not started: say it in its Options")

func (s *Server) addAccount(local, password string) error {
	j, err := jid.New(local, s.domain.Domain(), "")
	if err == nil && j.Local() == "" {
		err = fmt.Errorf("the local part is empty")
	}
	if err != nil {
		return fmt.Errorf("devserver: account %.80q: %w", local, err)
	}
	v, err := sasl.NewVerifier(password)
	if err != nil {
		return fmt.Errorf("devserver: account %s: %w", j, err)
	}
	if a := s.accounts[j.Local()]; a != nil {
		a.verifier = v
		return nil
	}
	s.accounts[j.Local()] = &account{jid: j, verifier: v}
	return nil
}

// readAccounts adds those of Options.AccountsFile.
func (s *Server) readAccounts(name string) error {
	if name == "" {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return fmt.Errorf("devserver: Options.AccountsFile: %w", err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		i := strings.IndexAny(line, " \t")
		if i < 0 {
			return fmt.Errorf("devserver: %s:%d: not a name and a password", name, n)
		}
		if err := s.addAccount(line[:i], strings.TrimSpace(line[i:])); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("devserver: %s: %w", name, err)
	}
	return nil
}

// verifier is for sasl.Host.
func (s *Server) verifier(username string) *sasl.Verifier {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.find(username); a != nil {
		return a.verifier
	}
	return nil
}

// find returns the account of a name as a client writes it, or nil.
func (s *Server) find(local string) *account {
	j, err := jid.New(local, s.domain.Domain(), "")
	if err != nil {
		return nil
	}
	return s.accounts[j.Local()]
}

// best returns the resources that get what is sent to the bare JID: those of the
// highest priority that is not negative (RFC 6121 section 8.5.2.1.1).
func (a *account) best() (all []*session) {
	for _, sess := range a.sessions {
		switch {
		case !sess.available || sess.priority < 0 || len(all) > 0 && sess.priority < all[0].priority:
		case len(all) > 0 && sess.priority == all[0].priority:
			all = append(all, sess)
		default:
			all = []*session{sess}
		}
	}
	return all
}

// at returns the session of a resource, or nil.
func (a *account) at(resource string) *session {
	for _, sess := range a.sessions {
		if sess.jid.Resource() == resource {
			return sess
		}
	}
	return nil
}
