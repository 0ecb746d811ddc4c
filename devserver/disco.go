package devserver

import (
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

const (
	nsInfo  = "http://jabber.org/protocol/disco#info"
	nsItems = "http://jabber.org/protocol/disco#items"
	nsPing  = "urn:xmpp:ping"
)

// serve is for what is addressed to the server itself.
func (s *Server) serve(st stanza.Stanza) {
	if st.Kind == stanza.Presence || !st.IsRequest() && st.Kind == stanza.IQ {
		return
	}
	p := st.Payload
	switch get := st.Type == stanza.TypeGet; {
	case st.To.JID.Resource() != "":
		s.bounce(st, stanza.ServiceUnavailable.Fault())
	case get && p.Is(nsPing, "ping") || p.Is(nsSession, "session"):
		s.route(of(st.Result()))
	case get && p.Is(nsInfo, "query") && p.Attr("node") == "":
		s.route(of(st.Result(info("server", "im", "EMP development server", nsInfo, nsItems, nsPing, nsRoster, "msgoffline"))))
	case get && p.Is(nsItems, "query") && p.Attr("node") == "":
		query := element.New(nsItems, "query")
		for _, domain := range sorted(s.components) {
			query.Add(element.New(nsItems, "item").Attr("jid", domain))
		}
		s.route(of(st.Result(query)))
	default:
		s.bounce(st, stanza.ServiceUnavailable.Fault())
	}
}

func info(category, kind, name string, features ...string) *element.Builder {
	query := element.New(nsInfo, "query").Add(element.New(nsInfo, "identity").Attr("category", category).Attr("type", kind).Attr("name", name))
	for _, f := range features {
		query.Add(element.New(nsInfo, "feature").Attr("var", f))
	}
	return query
}

// serve is for what a client asks of its own account.
func (sess *session) serve(st stanza.Stanza) {
	p := st.Payload
	switch {
	case p.Is(nsRoster, "query") && st.Type == stanza.TypeGet:
		sess.getRoster(st)
	case p.Is(nsRoster, "query"):
		sess.setRoster(st)
	case p.Is(nsBind, "bind"):
		sess.server.bounce(st, stanza.NotAllowed.With("a resource is bound already"))
	case p.Is(nsPing, "ping") && st.Type == stanza.TypeGet, p.Is(nsSession, "session"):
		sess.server.route(of(st.Result()))
	default:
		sess.server.onBehalf(sess.account, st)
	}
}

// onBehalf answers for an account (RFC 6121 section 8.5.2.1.3): what it is, for those who
// see its presence (XEP-0030), and nothing else.
func (s *Server) onBehalf(a *account, st stanza.Stanza) {
	it := a.item(st.From.JID.Bare())
	seen := st.From.JID.Bare() == a.jid || it != nil && it.from
	if seen && st.Type == stanza.TypeGet && st.Payload.Attr("node") == "" {
		switch {
		case st.Payload.Is(nsInfo, "query"):
			s.route(of(st.Result(info("account", "registered", "EMP development server", nsInfo, nsItems))))
			return
		case st.Payload.Is(nsItems, "query"):
			s.route(of(st.Result(element.New(nsItems, "query"))))
			return
		}
	}
	s.bounce(st, stanza.ServiceUnavailable.Fault())
}
