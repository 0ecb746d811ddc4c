package devserver

import (
	"errors"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// judge routes a stanza that came, or says what is wrong with it: err as stanza.Of has
// it, beyond the limit that it is too large for.
func (s *Server) judge(st stanza.Stanza, err error, beyond element.Limit, maxBytes int) {
	var f stanza.Fault
	var drop stanza.Drop
	switch {
	case errors.As(err, &drop):
		s.log.Debug("the development server dropped a stanza", "error", err)
	case beyond == element.LimitBytes:
		s.bounce(st, stanza.TooBig(maxBytes))
	case beyond != "":
		s.bounce(st, stanza.PolicyViolation.With("beyond the limit of %s", beyond))
	case errors.As(err, &f):
		s.bounce(st, f)
	default:
		s.route(st)
	}
}

// bounce tells the sender of a stanza what is wrong, if it may be told.
func (s *Server) bounce(st stanza.Stanza, f stanza.Fault) {
	if st.Kind == stanza.Message && st.Type == stanza.TypeGroupchat {
		// Applications let these be. A server must not (RFC 6121 section 8.5.2.1.1): who
		// is no room gets what is meant for one.
		st.Type = stanza.TypeNormal
	}
	if out, ok := st.ErrorReply(f); ok {
		s.route(of(out))
	}
}

// route brings a stanza to whom it is for. Answers to it take the same way; since an
// error is never answered, that ends.
func (s *Server) route(st stanza.Stanza) {
	to := st.To.JID
	p, ok := s.components[to.Domain()]
	switch {
	case ok && p.conn != nil:
		s.send(p.conn, st)
	case ok:
		s.bounce(st, stanza.RemoteServerTimeout.With("the component %s is not connected", p.domain))
	case to.Domain() != s.domain.Domain() && s.opts.Remote != nil:
		s.opts.Remote(st)
	case to.Domain() != s.domain.Domain():
		s.bounce(st, stanza.RemoteServerNotFound.With("a development server knows no others"))
	case to.Local() == "":
		s.serve(st)
	default:
		s.toAccount(st)
	}
}

// send queues a stanza for one connection. What does not fit, or cannot be written
// for the receiver's parser, goes back to its sender.
func (s *Server) send(c *conn, st stanza.Stanza) {
	switch err := c.out.add(st.Node); {
	case err == nil:
	case errors.Is(err, errFull):
		s.bounce(st, stanza.ResourceConstraint.With("%s does not read", c.who()))
	case errors.Is(err, errGone):
		s.bounce(st, stanza.RecipientUnavailable.Fault())
	default:
		s.bounce(st, stanza.NotAcceptable.With("%v", err))
	}
}

// toAccount brings a stanza to a user (RFC 6121 section 8.5).
func (s *Server) toAccount(st stanza.Stanza) {
	a := s.accounts[st.To.JID.Local()]
	if a == nil {
		s.nobody(st)
		return
	}
	if st.Kind == stanza.Presence {
		s.presence(a, st)
		return
	}
	if resource := st.To.JID.Resource(); resource != "" {
		if sess := a.at(resource); sess != nil {
			s.send(sess.conn, st)
			return
		}
		if st.Type != stanza.TypeChat { // which goes to who is there (section 8.5.3.2.1)
			s.bounce(st, stanza.ServiceUnavailable.Fault())
			return
		}
	}
	if st.Kind == stanza.IQ {
		s.onBehalf(a, st)
		return
	}
	s.message(a, st)
}

// nobody answers for an account that there is not (section 8.5.1), with what an
// account of which nobody is there would say where it matters.
func (s *Server) nobody(st stanza.Stanza) {
	if s.opts.Remote != nil {
		s.opts.Remote(st)
		return
	}
	if st.Kind != stanza.Presence {
		s.bounce(st, stanza.ServiceUnavailable.Fault())
	} else if st.Type == stanza.TypeProbe {
		s.route(of(st.ReplyPresence(stanza.TypeUnsubscribed)))
	}
}

// message brings a message to the bare JID of a user (section 8.5.2.1.1).
func (s *Server) message(a *account, st stanza.Stanza) {
	there := a.best()
	switch st.Type {
	case stanza.TypeError:
	case stanza.TypeGroupchat:
		s.bounce(st, stanza.ServiceUnavailable.Fault())
	case stanza.TypeHeadline:
		for _, sess := range a.sessions {
			if sess.available && sess.priority >= 0 {
				s.send(sess.conn, st)
			}
		}
	default:
		for _, sess := range there {
			s.send(sess.conn, st)
		}
		if len(there) == 0 {
			s.store(a, st)
		}
	}
}
