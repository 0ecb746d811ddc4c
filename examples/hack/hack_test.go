package main

import (
	"testing"

	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/stages"
)

func newApp() *framework.App {
	app := App("alice@localhost")
	app.Config.JID = "hackity.localhost"
	return app
}

// plays are those of the example, and componentPlays those for all addresses of a
// domain, which only a component has.
const plays, componentPlays = "testdata/*.txtar", "testdata/component/*.txtar"

// TestPlays runs the plays in memory, or where the flag -emp.stage says: the application
// as a component, and the same as a client.
func TestPlays(t *testing.T) {
	t.Run("component", func(t *testing.T) {
		emptest.Run(t, plays, newApp, elsewhere...)
		emptest.Run(t, componentPlays, newApp, elsewhere...)
	})
	t.Run("client", func(t *testing.T) { emptest.Run(t, plays, newClient, elsewhere...) })
}

// newClient is the application with an account.
func newClient() *framework.App {
	app := newApp()
	app.Config = framework.Config{Mode: framework.Client, JID: "bot@localhost"}
	return app
}

// elsewhere is where -emp.stage may have the plays run, beside the memory. An application
// that is not in EMP's own repository writes what package stages has: see docs/testing.md.
var elsewhere = append([]emptest.Elsewhere{stages.Devserver}, stages.Real...)

// TestElsewhere runs the plays on all servers, the application as a component, and as a
// client over STARTTLS and direct TLS.
func TestElsewhere(t *testing.T) {
	for _, e := range elsewhere {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			srv := e.Start(t)
			srv.Name = e.Name
			on := func(name, pattern string, app func() *framework.App) {
				t.Run(name, func(t *testing.T) {
					emptest.RunOn(t, pattern, func(t *testing.T, p *emptest.Play) emptest.Stage { return srv.Stage(t, app(), p) })
				})
			}
			on("component", plays, newApp)
			on("component alone", componentPlays, newApp)
			on("client", plays, newClient)
			on("client direct", plays, func() *framework.App {
				app := newClient()
				app.Config.TLS.Mode = framework.DirectTLS
				return app
			})
		})
	}
}

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
