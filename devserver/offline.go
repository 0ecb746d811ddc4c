package devserver

import (
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// A stored message waits for its receiver (XEP-0160).
type stored struct {
	st   stanza.Stanza
	when time.Time
}

const nsChatStates = "http://jabber.org/protocol/chatstates"

// store keeps a message for an account of which nobody is there.
func (s *Server) store(a *account, st stanza.Stanza) {
	if st.Node.Child(element.NSClient, "body").IsZero() && st.Payload.Space() == nsChatStates {
		return // of no worth later (XEP-0160 section 3)
	}
	if len(a.offline) >= s.opts.Offline {
		s.bounce(st, stanza.ServiceUnavailable.Fault())
		return
	}
	a.offline = append(a.offline, stored{st, time.Now()})
}

// handOver gives a session what waits for its account.
func (s *Server) handOver(sess *session) {
	waiting := sess.account.offline
	sess.account.offline = nil
	for _, m := range waiting {
		b := element.New(m.st.Node.Space(), m.st.Node.Local())
		for a := range m.st.Node.Attrs() {
			b.AttrNS(a.Space(), a.Local(), a.Value())
		}
		for child := range m.st.Node.Nodes() {
			b.Add(child)
		}
		m.st.Node = b.Add(stanza.Delay{Stamp: m.when, From: s.domain.Address(), Reason: "offline storage"}).Node()
		s.send(sess.conn, m.st)
	}
}
