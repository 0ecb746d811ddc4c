package main

import (
	"testing"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/framework"
)

func newApp() *framework.App {
	app := App("alice@localhost")
	app.Config.JID = "hackity.localhost"
	return app
}

// plays are those of the example, and componentPlays those for all addresses of a
// domain, which only a component has.
const plays, componentPlays = "testdata/*.txtar", "testdata/component/*.txtar"

// TestPlays runs the plays in memory, or where the flag -emp.stage says.
func TestPlays(t *testing.T) {
	emptest.Run(t, plays, newApp, elsewhere...)
	emptest.Run(t, componentPlays, newApp, elsewhere...)
}

// elsewhere is where -emp.stage may have the plays run, beside the memory.
var elsewhere = []emptest.Elsewhere{{Name: "devserver", Start: func(t *testing.T) emptest.Server {
	srv := devserver.New(devserver.Options{Components: map[string]string{"hackity.localhost": "secret"}})
	if err := srv.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	return emptest.Server{
		ComponentAddr: srv.ComponentAddr(), Secret: "secret",
		ClientAddr: srv.ClientAddr(), CAs: srv.CAs(),
		Password: func(string) string { return devserver.DefaultPassword },
	}
}}}

// TestDevice: a full JID is one device of a person's.
func TestDevice(t *testing.T) {
	app := App("alice@localhost/desk")
	for from, answers := range map[string]int{
		"alice@localhost/desk":  1,
		"ALICE@localhost/desk":  1, // compared as addresses (RFC 7622), not as texts
		"alice@localhost/phone": 0,
		"alice@localhost":       0,
	} {
		got := emptest.Do(t, app, "<message from='"+from+"' to='app.localhost/hack'><body>hi</body></message>")
		if len(got) != answers {
			t.Errorf("%s got %v", from, got)
		}
	}
}
