package dispatch

import (
	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/jid"
)

// What plugins are given of a link stands between them and it, and hands on what the link
// says of itself; so does what actions are given, a delivery.

// Local is for component.LinkOf.
func (o outside) Local() jid.JID { return component.LinkOf(o.via) }

// Offers is for component.Offers.
func (o outside) Offers(space string) bool { return component.Offers(o.via, space) }

// Resumed is for component.Resumed.
func (o outside) Resumed() bool { return component.Resumed(o.via) }
