package confirm

import (
	"time"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// late has the stanzas of e, copies that go out for a further time, say when the first
// was sent (XEP-0203), or whoever reads them takes them for new. Those that say so
// already stay as they are, and iqs, which nobody shows.
func (r *Ring) late(e *entry, outs []stanza.Out, us jid.JID) {
	if !e.repeat {
		return
	}
	delay := stanza.Delay{Stamp: time.Now().Add(e.since - r.now()), From: us.Address()}
	for i := range outs {
		if o := &outs[i]; o.Kind != stanza.IQ && !delayedBy(o, us) {
			*o = o.Add(delay)
		}
	}
}

// delayedBy reports whether o says that we, or somebody who is not named, kept it.
func delayedBy(o *stanza.Out, us jid.JID) bool {
	for _, n := range o.Payload {
		if from := n.Attr("from"); n.Is(stanza.NSDelay, "delay") && (from == "" || from == us.String()) {
			return true
		}
	}
	return false
}
