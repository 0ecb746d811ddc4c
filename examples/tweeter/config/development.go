package config

import (
	"context"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
)

// embedded is a step for where no setting says which server to connect to: in
// development it brings one along, inside of the program, which says who can log in
// there. In production the default server is the one.
func embedded(c *framework.Config) boot.Step {
	if c.Environment == framework.Production {
		return boot.Step{Name: "server", Run: func(context.Context) error { return nil }}
	}
	secret := c.Secret.Reveal()
	if c.Mode != framework.Client {
		options := devserver.Options{Components: map[string]string{c.JID: secret}}
		return devserver.Step(options, func(s *devserver.Server) { c.Server = s.ComponentAddr() })
	}
	account := jid.MustParse(c.JID)
	options := devserver.Options{
		Domain:     account.Domain(),
		Accounts:   map[string]string{account.Local(): secret, "alice": devserver.DefaultPassword},
		AllowPlain: true, // inside of the program there is nothing to encrypt
	}
	return devserver.Step(options, func(s *devserver.Server) { c.Server, c.TLS.Mode = s.ClientAddr(), framework.Off })
}
