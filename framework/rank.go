package framework

import (
	"slices"

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
