package devserver

import "github.com/emp-framework/emp/stanza"

// A subscription is what an account and a contact are to each other (RFC 6121 section
// 3), seen from the account. Its nine values that can occur are the states of
// appendix A.
type subscription struct {
	to         bool // the account sees the contact's presence
	from       bool // the contact sees the account's presence
	pendingOut bool // the account has asked, and has no answer; not beside to
	pendingIn  bool // the contact has asked, and has no answer; not beside from
}

// send changes the state by what the account sends, and reports whether the contact
// gets it (appendix A.2).
func (s *subscription) send(t stanza.Type) (route bool) {
	switch t {
	case stanza.TypeSubscribe:
		s.pendingOut = !s.to
		return true
	case stanza.TypeUnsubscribe:
		s.to, s.pendingOut = false, false
		return true
	case stanza.TypeSubscribed:
		route = s.pendingIn
		s.from, s.pendingIn = s.from || s.pendingIn, false
		return route
	case stanza.TypeUnsubscribed:
		route = s.from || s.pendingIn
		s.from, s.pendingIn = false, false
		return route
	}
	return false
}

// receive changes the state by what the contact has sent, and reports whether the
// account's clients get it (appendix A.3).
func (s *subscription) receive(t stanza.Type) (deliver bool) {
	switch t {
	case stanza.TypeSubscribe:
		deliver = !s.from && !s.pendingIn
		s.pendingIn = !s.from
		return deliver
	case stanza.TypeUnsubscribe:
		deliver = s.from || s.pendingIn
		s.from, s.pendingIn = false, false
		return deliver
	case stanza.TypeSubscribed:
		deliver = s.pendingOut
		s.to, s.pendingOut = s.to || s.pendingOut, false
		return deliver
	case stanza.TypeUnsubscribed:
		deliver = s.to || s.pendingOut
		s.to, s.pendingOut = false, false
		return deliver
	}
	return false
}

// String returns the state as the roster has it.
func (s subscription) String() string {
	switch {
	case s.to && s.from:
		return "both"
	case s.to:
		return "to"
	case s.from:
		return "from"
	}
	return "none"
}

// aboutSubscription reports whether presence of that type is a request about a
// subscription or an answer to one.
func aboutSubscription(t stanza.Type) bool {
	switch t {
	case stanza.TypeSubscribe, stanza.TypeSubscribed, stanza.TypeUnsubscribe, stanza.TypeUnsubscribed:
		return true
	}
	return false
}
