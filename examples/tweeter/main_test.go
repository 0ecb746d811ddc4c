package main

import (
	"os"
	"testing"

	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/leak"

	"github.com/emp-framework/emp/examples/tweeter/config"
)

// plays are conversations with tweeter, the same on every server.
const plays = "testdata/*.txtar"

// domain is that of the component on the servers of the tests.
const domain = "hackity.localhost"

func newApp() *framework.App {
	app := config.New(":memory:")
	app.Config = framework.Config{JID: domain}
	return app
}

// TestPlays performs the plays in memory, also those that some servers cannot do.
func TestPlays(t *testing.T) {
	emptest.Run(t, plays, newApp)
	emptest.Run(t, "testdata/memory/*.txtar", newApp)
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
