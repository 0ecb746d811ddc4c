package framework

import (
	"fmt"
	"slices"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// ranked gives a client's presence for all contacts the priority of its link, unless it
// says one itself. Of several links at one account one alone is to get what is sent to
// the bare JID, so another that wants some of it is refused.
func (e *endpoint) ranked(outs []stanza.Out) ([]stanza.Out, error) {
	copied := false
	for i, o := range outs {
		if o.Kind != stanza.Presence || o.Type != stanza.TypeAvailable || !o.To.JID.IsZero() {
			continue
		}
		if o.Priority > 0 && !e.main {
			return nil, fmt.Errorf("framework: presence of priority %d from %s, which would share with another link what is sent to the account: leave the priority out, or name the resource that is to have it in jid", o.Priority, e.name)
		}
		if o.Priority != 0 || e.priority == 0 {
			continue
		}
		if !copied {
			outs, copied = slices.Clone(outs), true
		}
		outs[i].Priority = e.priority
	}
	return outs, nil
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
