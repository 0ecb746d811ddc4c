package main

import (
	"os"
	"testing"

	"github.com/emp-framework/emp/devserver"
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

// TestPlays performs the plays in memory.
func TestPlays(t *testing.T) { emptest.Run(t, plays, newApp) }

// TestDevserver performs the plays on the development server, with clients that log in.
func TestDevserver(t *testing.T) {
	srv := devserver.New(devserver.Options{Components: map[string]string{domain: "secret"}})
	if err := srv.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	emptest.RunOn(t, plays, func(t *testing.T, p *emptest.Play) emptest.Stage {
		return emptest.Server{
			ComponentAddr: srv.ComponentAddr(), Secret: "secret",
			ClientAddr: srv.ClientAddr(), CAs: srv.CAs(),
			Password: func(string) string { return devserver.DefaultPassword },
		}.Stage(t, newApp(), p)
	})
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
