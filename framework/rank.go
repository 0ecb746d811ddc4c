package framework

import (
	"slices"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// ranked gives a client's presence for all contacts the priority of its link: of
// several at one account, one alone is to get what is sent to the bare JID.
func (e *endpoint) ranked(outs []stanza.Out) []stanza.Out {
	copied := false
	for i, o := range outs {
		if o.Kind != stanza.Presence || o.Type != stanza.TypeAvailable || !o.To.JID.IsZero() || (o.Priority < 0) == (e.priority < 0) {
			continue
		}
		if !copied {
			outs, copied = slices.Clone(outs), true
		}
		outs[i].Priority = e.priority
	}
	return outs
}

// unsigned takes a client's own address out of what it sends, for the server puts it in.
// What is kept for the next link would be refused there if the server gives that one
// another resource.
func (l *liveLink) unsigned(outs []stanza.Out) []stanza.Out {
	own := l.Local()
	copied := false
	for i := range outs {
		if outs[i].From.JID != own {
			continue
		}
		if !copied {
			outs, copied = slices.Clone(outs), true
		}
		outs[i].From = jid.Address{}
	}
	return outs
}
