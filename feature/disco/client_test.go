package disco_test

import (
	"context"
	"errors"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/feature/disco"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A clientLink is the link of bot@localhost for the Resource report, which the server has
// given another name.
type clientLink struct{ component.Sender }

func (clientLink) Local() jid.JID { return jid.MustParse("bot@localhost/report-1") }
func (clientLink) At() jid.JID    { return jid.MustParse("localhost/report") }

// TestClient: what a Resource of the routes has is told by the link that is for it, at
// whatever address that is; and to whom it is to be told.
func TestClient(t *testing.T) {
	f := &disco.Feature{Name: "Weather", Only: func(from jid.JID) bool { return from.Local() == "friend" }}
	table, err := router.Compile(newApp(f).Routes, f.Routes)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Start(t.Context(), host{catalog: table.Catalog()}); err != nil {
		t.Fatal(err)
	}
	ask := func(from, ns string) (component.Response, error) {
		s, err := stanza.ParseString("<iq type='get' id='1' from='" + from + "' to='bot@localhost/report-1'><query xmlns='" + ns + "'/></iq>")
		if err != nil {
			t.Fatal(err)
		}
		m := router.Match{At: clientLink{}.At()}
		e, err := table.Match(&s, &m)
		if err != nil || e == nil {
			t.Fatalf("no route: %v", err)
		}
		req := m.Request(s, e)
		req.Via = clientLink{}
		return e.Action(context.Background(), req)
	}
	for ns, want := range map[string]string{
		disco.NS: "<query xmlns='" + disco.NS + "'><identity category='client' type='bot' name='Weather'/>" +
			"<feature var='" + disco.NS + "'/><feature var='" + disco.NSItems + "'/><feature var='urn:example:weather'/><feature var='urn:xmpp:ping'/></query>",
		disco.NSItems: "<query xmlns='" + disco.NSItems + "'/>",
	} {
		res, err := ask("friend@localhost/a", ns)
		if err != nil || len(res) != 1 || res[0].Payload[0].XML() != want {
			t.Errorf("got %v, %v\nwant %s", res, err, want)
		}
		if res, err := ask("stranger@localhost/a", ns); !errors.Is(err, stanza.ServiceUnavailable) {
			t.Errorf("a stranger gets %v, %v", res, err)
		}
	}
}
