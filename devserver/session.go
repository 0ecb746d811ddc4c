package devserver

import (
	"errors"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

// A session is a client at its resource.
type session struct {
	server  *Server
	account *account
	conn    *conn
	jid     jid.JID

	interested bool // it has asked for the roster, so it gets pushes
	available  bool
	priority   int8
	presence   stanza.Stanza    // the last that it broadcast, if it is available
	directed   map[jid.JID]bool // who got presence beside that
}

// bind gives the client a resource (RFC 6120 section 7).
func (c *conn) bind(a *account) (*session, error) {
	s := c.server
	defaults := stanza.Defaults{From: a.jid.Address(), To: a.jid.Address()}
	for {
		n, err := c.word()
		if err != nil {
			return nil, err
		}
		st, err := defaults.Of(n)
		var out stanza.Out
		switch bind := n.Child(nsBind, "bind"); {
		case err != nil || st.Type != stanza.TypeSet || bind.IsZero():
			return nil, refuse(stream.NotAuthorized, "%.200q before a resource is bound", n.Name())
		default:
			name, err := s.resource(a, bind.Child(nsBind, "resource").Text())
			if err == nil {
				return s.admit(c, a, name, st)
			}
			var f stanza.Fault
			errors.As(err, &f)
			out, _ = st.ErrorReply(f)
		}
		if err := c.say(out.String()); err != nil {
			return nil, err
		}
	}
}

// resource returns the full JID for a client that asks for a resource, "" for any.
func (s *Server) resource(a *account, wish string) (jid.JID, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if wish == "" {
		wish = stanza.NewID()
	}
	name, err := a.jid.WithResource(wish)
	switch {
	case err != nil:
		return name, stanza.BadRequest.With("%v", err)
	case len(a.sessions) >= maxResources && a.at(name.Resource()) == nil:
		return name, stanza.ResourceConstraint.With("the account has %d resources already", maxResources)
	}
	return name, nil
}

// admit makes the session. One that has the resource already is ended: a client that
// comes back knows nothing of its connection that broke (RFC 6120 section 7.7.2.2).
func (s *Server) admit(c *conn, a *account, name jid.JID, bind stanza.Stanza) (*session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, refusal{stream.SystemShutdown, ""}
	}
	if old := a.at(name.Resource()); old != nil {
		old.conn.end(refusal{stream.Conflict, "another client has bound the resource"})
	}
	sess := &session{server: s, account: a, conn: c, jid: name.Clone(), directed: make(map[jid.JID]bool)}
	a.sessions = append(a.sessions, sess)
	result := bind.Result(element.New(nsBind, "bind").Add(element.Text(nsBind, "jid", name.String())))
	result.From, result.To = jid.Address{}, jid.Address{}
	c.start(sess)
	c.out.add(result.Node())
	s.log.Info("a client is connected to the development server", "client", name)
	return sess, nil
}

func (sess *session) name() jid.JID { return sess.jid }

// leave ends the session: whoever saw it sees it go (RFC 6121 section 4.5.2).
func (sess *session) leave() {
	a := sess.account
	for i, other := range a.sessions {
		if other == sess {
			a.sessions = append(a.sessions[:i:i], a.sessions[i+1:]...)
			break
		}
	}
	sess.unavailable(of(stanza.Out{Kind: stanza.Presence, Type: stanza.TypeUnavailable, From: sess.jid.Address()}))
}

// take judges what the client sent, and routes it. The error ends the stream.
func (sess *session) take(n element.Node, beyond element.Limit) error {
	s := sess.server
	if from := n.AttrNode("", "from"); !from.IsZero() {
		if a, err := jid.Received(from.Value()); err != nil || a.JID != sess.jid && a.JID != sess.account.jid {
			return refuse(stream.InvalidFrom, "from=%.200q is not %s", from.Value(), sess.jid)
		}
	}
	sender := sess.jid
	if t := stanza.Type(n.Attr("type")); n.Is(element.NSClient, "presence") && aboutSubscription(t) {
		sender = sess.account.jid // RFC 6121 section 3.1.2
	}
	defaults := stanza.Defaults{To: sess.account.jid.Address(), Lang: sess.conn.lang}
	st, err := defaults.Of(stamp(n, sender, sess.conn.lang))
	var drop stanza.Drop
	switch {
	case errors.As(err, &drop) && drop == stanza.DropNotStanza:
		return refuse(stream.UnsupportedStanzaType, "%.200q is no stanza", n.Name())
	case err != nil || beyond != "":
		s.judge(st, err, beyond, s.opts.MaxClientBytes)
	case st.Kind == stanza.Presence:
		sess.takePresence(st, n.Attr("to") != "")
	case st.Kind == stanza.IQ && st.To.JID == sess.account.jid && st.IsRequest():
		sess.serve(st)
	default:
		s.route(st)
	}
	return nil
}

// stamp returns the stanza with the from of who sent it (RFC 6120 section 8.1.2.1), and
// with the language of their stream if it says none.
func stamp(n element.Node, from jid.JID, lang string) element.Node {
	b := element.New(n.Space(), n.Local()).Attr("from", from.String())
	for a := range n.Attrs() {
		if !a.Is("", "from") {
			b.AttrNS(a.Space(), a.Local(), a.Value())
		}
	}
	if lang != "" && n.AttrNode(element.NSXML, "lang").IsZero() {
		b.AttrNS(element.NSXML, "lang", lang)
	}
	for child := range n.Nodes() {
		b.Add(child)
	}
	return b.Node()
}

// sentTo returns the stanza with another to.
func sentTo(st stanza.Stanza, to jid.JID) stanza.Stanza {
	b := element.New(st.Node.Space(), st.Node.Local())
	for a := range st.Node.Attrs() {
		if !a.Is("", "to") {
			b.AttrNS(a.Space(), a.Local(), a.Value())
		}
	}
	b.Attr("to", to.String())
	for child := range st.Node.Nodes() {
		b.Add(child)
	}
	st.Node, st.To = b.Node(), to.Address()
	return st
}

// of is the view of a stanza that the server makes itself.
func of(out stanza.Out) stanza.Stanza {
	st, _ := stanza.Of(out.Node())
	return st
}
