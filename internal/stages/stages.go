// Package stages has the servers that the plays of this module's tests are performed
// through beside the memory: emptest.Run takes them. For tests only.
//
// In:  nothing. Out: servers that end with their test, each with the component
// hackity.localhost and the accounts alice, bob and bot.
package stages

import (
	"log/slog"
	"testing"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/emptest"
)

// Component is the domain of an app that is a component, and Account the bare JID of one
// that is a client.
const (
	Component = "hackity.localhost"
	Account   = "bot@localhost"
)

const secret, password = "hack", "pw"

// Devserver is the development server, on the network.
var Devserver = emptest.Elsewhere{Name: "devserver", Start: func(t *testing.T) emptest.Server {
	t.Helper()
	srv := devserver.New(devserver.Options{
		Components: map[string]string{Component: secret},
		Accounts:   map[string]string{"alice": password, "bob": password, "bot": password},
		Log:        slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err := srv.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	return emptest.Server{
		ComponentAddr: srv.ComponentAddr(), Secret: secret,
		ClientAddr: srv.ClientAddr(), CA: srv.CAPEM(), Password: func(string) string { return password },
	}
}}
