package devserver_test

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
)

// An application that runs where no server is installed: in development it brings its
// own along, unless its configuration names one.
func ExampleStep() {
	framework.Main(&framework.App{Name: "echo", Config: framework.Config{JID: "echo.localhost", Secret: framework.NewSecret("secret")},
		Embed: func(c *framework.Config) boot.Step {
			return devserver.Step(
				devserver.Options{Components: map[string]string{c.JID: c.Secret.Reveal()}},
				func(s *devserver.Server) { c.Server = s.ComponentAddr() },
			)
		},
	})
}

// A server for a test, and what it can be told to do.
func ExampleServer() {
	ctx := context.Background()
	srv := devserver.New(devserver.Options{
		Accounts:   map[string]string{"alice": "wonderland"},
		Components: map[string]string{"echo.localhost": "secret"},
		Log:        slog.New(slog.DiscardHandler),
	})
	if err := srv.Start(ctx); err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	// What is to be tested connects to srv.ComponentAddr() or srv.ClientAddr(), then:
	srv.Stall() // the server hangs
	srv.Resume()
	srv.Refuse(true) // it takes no new connections
	srv.Refuse(false)
	fmt.Println("connections cut:", srv.Cut(jid.JID{}))
	fmt.Println("restarted:", srv.Restart(ctx))
	// Output:
	// connections cut: 0
	// restarted: <nil>
}
