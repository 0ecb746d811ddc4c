package devserver

import (
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// request is for what an account sends about a subscription (RFC 6121 section 3).
func (s *Server) request(a *account, st stanza.Stanza) {
	contact := st.To.JID
	it := a.item(contact)
	if it == nil && st.Type != stanza.TypeSubscribe {
		it = &item{jid: contact} // not in the roster, so in the state "none"
	}
	if it == nil {
		if it = a.add(contact); it == nil {
			s.bounce(st, stanza.ResourceConstraint.With("a roster has %d items at most", maxRoster))
			return
		}
	}
	before, listed := it.subscription, it.listed
	routed := it.send(st.Type)
	if st.Type == stanza.TypeSubscribe || st.Type == stanza.TypeSubscribed && routed {
		it.listed = true
	}
	if it.listed && (it.subscription != before || !listed) {
		s.push(a, it.node())
	}
	if before.from && !it.from {
		s.show(a, contact, true)
	}
	if routed {
		s.route(st)
	}
	if it.from && !before.from {
		s.show(a, contact, false)
	}
	if !it.pendingIn {
		it.asked = stanza.Stanza{}
	}
	a.tidy(it)
}

// requested is for what a contact has sent to an account about a subscription.
func (s *Server) requested(a *account, st stanza.Stanza) {
	contact := st.From.JID.Bare()
	it := a.item(contact)
	if it == nil && st.Type != stanza.TypeSubscribe {
		return // in the state "none" nothing else is of any effect
	}
	if it == nil {
		if it = a.add(contact); it == nil {
			s.log.Debug("the development server dropped a request for subscription: the roster is full", "to", a.jid)
			return
		}
	}
	before := it.subscription
	deliver := it.receive(st.Type)
	st = sentTo(st, a.jid)
	if it.pendingIn && deliver {
		it.asked = keep(st)
	}
	if !it.pendingIn {
		it.asked = stanza.Stanza{}
	}
	if st.Type == stanza.TypeSubscribe && before.from { // section 3.1.3: it has that already
		s.ask(a, contact, stanza.TypeSubscribed)
	}
	if deliver {
		for _, sess := range a.sessions {
			if sess.available {
				s.send(sess.conn, st)
			}
		}
	}
	if it.listed && (it.to != before.to || it.from != before.from || it.pendingOut != before.pendingOut) {
		s.push(a, it.node())
	}
	if before.from && !it.from {
		s.ask(a, contact, stanza.TypeUnsubscribed) // section 3.3.3
		s.show(a, contact, true)
	}
	a.tidy(it)
}

// ask sends something about a subscription that no client has written.
func (s *Server) ask(a *account, contact jid.JID, t stanza.Type) {
	s.offer(of(stanza.Out{Kind: stanza.Presence, Type: t, From: a.jid.Address(), To: contact.Address()}))
}

// keep returns a request in the form in which it waits for an answer: as it came, but
// for what is too long to be kept for a stranger.
func keep(st stanza.Stanza) stanza.Stanza {
	if len(st.Node.XML()) <= maxKept {
		return st
	}
	return of(stanza.Out{Kind: stanza.Presence, Type: st.Type, ID: st.ID, From: st.From, To: st.To})
}
