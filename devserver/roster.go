package devserver

import (
	"fmt"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

const nsRoster = "jabber:iq:roster"

// An item is a contact in a roster, or somebody who has asked to become one.
type item struct {
	subscription
	jid    jid.JID // bare
	name   string
	groups []string
	listed bool          // it is in the roster; else it has only asked (RFC 6121 section 3.1.3)
	asked  stanza.Stanza // the request, if pendingIn
}

// item returns that of a bare JID, or nil.
func (a *account) item(who jid.JID) *item {
	for _, it := range a.roster {
		if it.jid == who {
			return it
		}
	}
	return nil
}

// add returns the item of a bare JID, a new one if need be; nil if the roster is full.
func (a *account) add(who jid.JID) *item {
	if it := a.item(who); it != nil {
		return it
	}
	if len(a.roster) >= maxRoster {
		return nil
	}
	it := &item{jid: who.Clone()}
	a.roster = append(a.roster, it)
	return it
}

// tidy removes an item that holds nothing any more.
func (a *account) tidy(it *item) {
	if it.listed || it.pendingIn || it.from {
		return
	}
	for i, other := range a.roster {
		if other == it {
			a.roster = append(a.roster[:i:i], a.roster[i+1:]...)
			return
		}
	}
}

// node returns the item as the roster has it.
func (it *item) node() *element.Builder {
	b := element.New(nsRoster, "item").Attr("jid", it.jid.String()).Attr("subscription", it.subscription.String())
	if it.name != "" {
		b.Attr("name", it.name)
	}
	if it.pendingOut {
		b.Attr("ask", "subscribe")
	}
	for _, g := range it.groups {
		b.Add(element.Text(nsRoster, "group", g))
	}
	return b
}

// getRoster answers a request for the roster (RFC 6121 section 2.1.3), with nothing to who
// has that version of it (section 2.6.3).
func (sess *session) getRoster(st stanza.Stanza) {
	sess.interested = true
	ver := st.Payload.AttrNode("", "ver")
	if !ver.IsZero() && ver.Value() == sess.server.version(sess.account) {
		sess.server.route(of(st.Result()))
		return
	}
	query := element.New(nsRoster, "query")
	if !ver.IsZero() {
		query.Attr("ver", sess.server.version(sess.account))
	}
	for _, it := range sess.account.roster {
		if it.listed {
			query.Add(it.node())
		}
	}
	sess.server.route(of(st.Result(query)))
}

// setRoster changes the roster (RFC 6121 sections 2.3 to 2.5).
func (sess *session) setRoster(st stanza.Stanza) {
	s, a := sess.server, sess.account
	n := st.Payload.FirstElement()
	if !n.Is(nsRoster, "item") || !n.NextElement().IsZero() {
		s.bounce(st, stanza.BadRequest.With("a roster set has one item"))
		return
	}
	who, err := jid.Received(n.Attr("jid"))
	if err != nil || who.JID.Bare() == a.jid {
		s.bounce(st, stanza.BadRequest.With("the item's jid is no contact"))
		return
	}
	contact := who.JID.Bare()
	if n.Attr("subscription") == "remove" {
		it := a.item(contact)
		if it == nil || !it.listed {
			s.bounce(st, stanza.ItemNotFound.Fault())
			return
		}
		s.remove(a, it)
		s.route(of(st.Result()))
		return
	}
	groups, f := readGroups(n)
	if f.Condition != "" {
		s.bounce(st, f)
		return
	}
	it := a.add(contact)
	if it == nil {
		s.bounce(st, stanza.ResourceConstraint.With("a roster has %d items at most", maxRoster))
		return
	}
	it.listed, it.name, it.groups = true, n.Attr("name"), groups
	s.push(a, it.node())
	s.route(of(st.Result()))
}

const (
	maxGroups    = 32
	maxGroupName = 1023
)

// readGroups returns the groups of an item, or what is wrong with them (RFC 6121
// section 2.3.3).
func readGroups(n element.Node) (groups []string, f stanza.Fault) {
	if len(n.Attr("name")) > maxGroupName {
		return nil, stanza.NotAcceptable.With("the name is too long")
	}
	seen := make(map[string]bool)
	for g := range n.ChildrenNamed(nsRoster, "group") {
		name := g.Text()
		switch {
		case seen[name]:
			return nil, stanza.BadRequest.With("a group twice")
		case name == "" || len(name) > maxGroupName || len(groups) == maxGroups:
			return nil, stanza.NotAcceptable.With("a group without a name, or too many, or too long")
		}
		seen[name] = true
		groups = append(groups, name)
	}
	return groups, f
}

// remove takes a contact out of a roster, with the subscriptions both ways (RFC 6121
// section 2.5.2).
func (s *Server) remove(a *account, it *item) {
	was := it.subscription
	it.subscription, it.listed = subscription{}, false
	a.tidy(it)
	s.push(a, element.New(nsRoster, "item").Attr("jid", it.jid.String()).Attr("subscription", "remove"))
	if was.to || was.pendingOut {
		s.ask(a, it.jid, stanza.TypeUnsubscribe)
	}
	if was.from {
		s.show(a, it.jid, true)
	}
	if was.from || was.pendingIn {
		s.ask(a, it.jid, stanza.TypeUnsubscribed)
	}
}

// version is that of a roster. Rosters begin anew with the server, so its name is in it.
func (s *Server) version(a *account) string { return fmt.Sprintf("%s-%d", s.run, a.changes) }

// push tells the clients that have asked for the roster of a change (RFC 6121 section
// 2.1.6).
func (s *Server) push(a *account, n *element.Builder) {
	a.changes++
	for _, sess := range a.sessions {
		if sess.interested {
			out := stanza.NewIQ(stanza.TypeSet, sess.jid, element.New(nsRoster, "query").Attr("ver", s.version(a)).Add(n))
			s.send(sess.conn, of(stanza.Out{Kind: out.Kind, Type: out.Type, ID: out.ID, From: a.jid.Address(), To: out.To, Payload: out.Payload}))
		}
	}
}
