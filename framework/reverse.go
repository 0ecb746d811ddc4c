package framework

import (
	"errors"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

var errNotYet = errors.New("framework: Reverse before the routes are compiled: see App.Ready and component.Starter")

// Reverse makes a stanza to the application itself that the route of that name
// takes, with these captures, by the routes as they are now; see
// [router.Table.Reverse]. Its To is the address to give to others, of a client the one
// that its server gave the link last:
//
//	out, err := app.Reverse("tweet", "id", "7")
//	link := "xmpp:" + out.To.String()
func (a *App) Reverse(route string, args ...string) (stanza.Out, error) {
	a.swap.Lock()
	table := a.table
	a.swap.Unlock()
	if table == nil {
		return stanza.Out{}, errNotYet
	}
	own, err := jid.Parse(a.conf.JID)
	if err != nil {
		return stanza.Out{}, err
	}
	at := own
	if a.conf.isClient() { // the routes know it without its local part: see endpoint.at
		if at, err = own.WithLocal(""); err != nil {
			return stanza.Out{}, err
		}
	}
	out, err := table.Reverse(route, at, args...)
	if err != nil || !a.conf.isClient() {
		return out, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, e := range a.ends {
		if e.conf == &a.conf && e.at() == out.To.JID {
			out.To = e.address().Address()
			return out, nil
		}
	}
	to, err := out.To.JID.WithLocal(own.Local()) // before there are links
	out.To = to.Address()
	return out, err
}
