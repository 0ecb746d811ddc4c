package component

import "github.com/emp-framework/emp/jid"

// LinkOf returns the address that a link stands for: the domain of an external
// component, the full JID of a client, as its server gave it. It is zero of a Sender
// that is no link, as an application is none.
func LinkOf(s Sender) jid.JID {
	if l, ok := s.(interface{ Local() jid.JID }); ok {
		return l.Local()
	}
	return jid.JID{}
}

// Offers reports whether the server offered something in that namespace when it took
// the link: a feature of its stream (RFC 6120 section 4.3.2), as of a client's the
// versions of its roster. External components are offered nothing.
func Offers(s Sender, space string) bool {
	l, ok := s.(interface{ Offers(space string) bool })
	return ok && l.Offers(space)
}

// Resumed reports whether the link goes on with the session of a link before, which was
// up too (XEP-0198): for the server, and for all who see us, nothing has happened. What
// was asked for and announced then holds, and need not be again.
func Resumed(s Sender) bool {
	l, ok := s.(interface{ Resumed() bool })
	return ok && l.Resumed()
}

// Link returns the address of the link that the request came on: the domain of an
// external component, the full JID of a client. It is zero if that is not known, as
// in tests.
func (r *Request) Link() jid.JID { return LinkOf(r.Via) }

// At returns the address that the routes looked at, for which [Catalog] says what is
// there. Of an external component that is To. A client has one address, whatever
// resource its server gave it; there it is the one of the link, as the routes write it
// ("example.org/hack" for the link of bot@example.org that is for the Resource hack).
func (r *Request) At() jid.JID {
	if l, ok := r.Via.(interface{ At() jid.JID }); ok {
		if at := l.At(); !at.IsZero() {
			return at
		}
	}
	return r.To.JID
}
