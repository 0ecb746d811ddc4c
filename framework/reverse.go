package framework

import (
	"errors"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

var errNotYet = errors.New("framework: Reverse before the routes are compiled: see App.Ready and component.Starter")

// Reverse makes a stanza to the application itself that the route of that name
// takes, with these captures, by the routes as they are now; see
// [router.Table.Reverse]. Its To is the address to give to others:
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
	to, err := jid.Parse(a.conf.JID)
	if err != nil {
		return stanza.Out{}, err
	}
	return table.Reverse(route, to, args...)
}
