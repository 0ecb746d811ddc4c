package main

import (
	"os"
	"testing"

	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/leak"
	"github.com/emp-framework/emp/internal/stages"

	"github.com/emp-framework/emp/examples/tweeter/config"
)

// plays are conversations with tweeter, the same on every server.
const plays = "testdata/*.txtar"

// domain is that of the component on the servers of the tests.
const domain = stages.Component

func newApp() *framework.App {
	app := config.New(":memory:")
	app.Config = framework.Config{JID: domain}
	return app
}

// TestPlays performs the plays in memory.
func TestPlays(t *testing.T) { emptest.Run(t, plays, newApp) }

// TestElsewhere performs the plays on the development server, Prosody and ejabberd, with
// clients that log in: on the latter two that is slixmpp.
func TestElsewhere(t *testing.T) {
	for _, e := range append([]emptest.Elsewhere{stages.Devserver}, stages.Real...) {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			srv := e.Start(t)
			srv.Name = e.Name
			emptest.RunOn(t, plays, func(t *testing.T, p *emptest.Play) emptest.Stage { return srv.Stage(t, newApp(), p) })
		})
	}
}

// asApp is the variable that makes the test's program the application, for tests that
// kill it.
const asApp = "TWEETER_TEST_APP"

func TestMain(m *testing.M) {
	if os.Getenv(asApp) != "" {
		os.Exit(framework.Execute(config.App(), nil))
	}
	os.Exit(leak.Main(m))
}
