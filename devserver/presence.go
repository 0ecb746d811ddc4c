package devserver

import (
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// takePresence is for the presence that a client sends: to everybody who sees it, or
// directed.
func (sess *session) takePresence(st stanza.Stanza, directed bool) {
	s, a := sess.server, sess.account
	switch st.Type {
	case stanza.TypeSubscribe, stanza.TypeSubscribed, stanza.TypeUnsubscribe, stanza.TypeUnsubscribed:
		if !directed || st.To.JID.Bare() == a.jid {
			s.bounce(st, stanza.BadRequest.With("a subscription to oneself"))
			return
		}
		s.request(a, sentTo(st, st.To.JID.Bare()))
	case stanza.TypeAvailable, stanza.TypeUnavailable:
		switch {
		case directed:
			sess.direct(st)
		case st.Type == stanza.TypeAvailable:
			sess.broadcast(st)
		default:
			sess.unavailable(st)
		}
	default: // a probe is the server's to send
		if directed {
			s.route(st)
		}
	}
}

// direct sends presence to one address, and remembers who has it (RFC 6121 section
// 4.6).
func (sess *session) direct(st stanza.Stanza) {
	to := st.To.JID
	if st.Type == stanza.TypeUnavailable {
		delete(sess.directed, to)
	} else if !sess.directed[to] {
		if len(sess.directed) >= maxDirected {
			sess.server.log.Debug("the development server dropped a directed presence: there are too many", "from", sess.jid)
			return
		}
		sess.directed[to.Clone()] = true
	}
	sess.server.route(st)
}

// broadcast tells everybody who may see it that the client is there, or that
// something about it has changed (RFC 6121 sections 4.2 and 4.4).
func (sess *session) broadcast(st stanza.Stanza) {
	s, a := sess.server, sess.account
	initial, could := !sess.available, sess.available && sess.priority >= 0
	sess.available, sess.priority, sess.presence = true, st.Priority(), st
	sess.tell(st)
	if initial {
		for _, other := range a.sessions {
			if other != sess && other.available {
				s.send(sess.conn, sentTo(other.presence, sess.jid))
			}
		}
		for _, it := range a.roster {
			if it.to {
				s.route(of(stanza.Out{Kind: stanza.Presence, Type: stanza.TypeProbe, From: sess.jid.Address(), To: it.jid.Address()}))
			}
			if it.pendingIn {
				s.send(sess.conn, it.asked)
			}
		}
	}
	if sess.priority >= 0 && !could {
		s.handOver(sess)
	}
}

// tell sends presence to those who are subscribed to it, and to the account's own
// clients.
func (sess *session) tell(st stanza.Stanza) {
	s := sess.server
	for _, it := range sess.account.roster {
		if it.from {
			s.offer(sentTo(st, it.jid))
		}
	}
	for _, other := range sess.account.sessions {
		if other.available {
			s.send(other.conn, sentTo(st, other.jid))
		}
	}
}

// unavailable tells everybody who knows that the client is there that it no longer is
// (RFC 6121 sections 4.5.2 and 4.6.3).
func (sess *session) unavailable(st stanza.Stanza) {
	s := sess.server
	if sess.available {
		sess.tell(st)
	}
	for who := range sess.directed {
		if it := sess.account.item(who.Bare()); it == nil || !it.from || !sess.available {
			s.offer(sentTo(st, who))
		}
	}
	clear(sess.directed)
	sess.available, sess.presence = false, stanza.Stanza{}
}

// offer routes presence that a client did not address itself: that somebody is not
// there is nothing to tell it.
func (s *Server) offer(st stanza.Stanza) {
	if p := s.components[st.To.JID.Domain()]; p == nil || p.conn != nil {
		s.route(st)
	}
}

// presence is for presence that came for an account (RFC 6121 section 8.5).
func (s *Server) presence(a *account, st stanza.Stanza) {
	switch resource := st.To.JID.Resource(); {
	case st.Type == stanza.TypeProbe:
		s.probe(a, st)
	case aboutSubscription(st.Type):
		s.requested(a, st)
	case resource != "":
		if sess := a.at(resource); sess != nil {
			s.send(sess.conn, st)
		}
	default:
		for _, sess := range a.sessions {
			if sess.available {
				s.send(sess.conn, st)
			}
		}
	}
}

// probe answers who asks whether an account is there (RFC 6121 section 4.3.2).
func (s *Server) probe(a *account, st stanza.Stanza) {
	it := a.item(st.From.JID.Bare())
	if st.From.JID.Bare() != a.jid && (it == nil || !it.from) {
		s.route(of(st.ReplyPresence(stanza.TypeUnsubscribed)))
		return
	}
	there := false
	for _, sess := range a.sessions {
		if r := st.To.JID.Resource(); sess.available && (r == "" || r == sess.jid.Resource()) {
			s.route(sentTo(sess.presence, st.From.JID))
			there = true
		}
	}
	if !there {
		s.route(of(stanza.Out{Kind: stanza.Presence, Type: stanza.TypeUnavailable, From: st.To, To: st.From}))
	}
}

// show sends an account's presence to a contact who may see it from now on, or, with
// unavailable, no longer.
func (s *Server) show(a *account, contact jid.JID, unavailable bool) {
	for _, sess := range a.sessions {
		if !sess.available {
			continue
		}
		st := sess.presence
		if unavailable {
			st = of(stanza.Out{Kind: stanza.Presence, Type: stanza.TypeUnavailable, From: sess.jid.Address()})
		}
		s.offer(sentTo(st, contact))
	}
}
