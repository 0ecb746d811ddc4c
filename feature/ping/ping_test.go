package ping_test

import (
	"testing"

	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/feature/ping"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

func TestPing(t *testing.T) {
	app := &framework.App{Name: "pinged", Routes: func(r *router.Router) { r.Mount(ping.Feature{}) }}
	for in, want := range map[string]string{
		"<iq type='get' id='1' from='a@b/c' to='app.localhost'><ping xmlns='urn:xmpp:ping'/></iq>":     "<iq xmlns='jabber:client' from='app.localhost' to='a@b/c' type='result' id='1'/>",
		"<iq type='get' id='1' from='a@b/c' to='x@app.localhost/y'><ping xmlns='urn:xmpp:ping'/></iq>": "<iq xmlns='jabber:client' from='x@app.localhost/y' to='a@b/c' type='result' id='1'/>",
	} {
		got := emptest.Do(t, app, in)
		if len(got) != 1 || got[0].Node.XML() != want {
			t.Errorf("%s\n got %v\nwant %s", in, got, want)
		}
	}
	got := emptest.Do(t, app, "<iq type='set' id='1' from='a@b/c' to='app.localhost'><ping xmlns='urn:xmpp:ping'/></iq>")
	if len(got) != 1 || got[0].Type != "error" {
		t.Errorf("a set got %v", got)
	}
}
