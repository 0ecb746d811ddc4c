package framework

import (
	"context"
	"fmt"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/command"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// inMemory is the far end of a console whose stanzas go to the application's routes, by
// way of a server in memory: nothing leaves the machine.
type inMemory struct {
	*console
	server *loopback
}

// you is who types.
const you = "you@console.invalid/console"

// memoryConsole prepares the application to be on a server in memory.
func (a *App) memoryConsole(flags map[string]string) (far, error) {
	_, given := flags["log-level"]
	conf := a.settle(flags)
	own, err := jid.Parse(or(conf.JID, "app.localhost"))
	if err != nil {
		return nil, fmt.Errorf("%s: console: %w", a.name(), err)
	}
	conf.Mode, conf.JID, conf.Server, conf.TLS, conf.AllowPlainPassword = Component, own.Domain(), "console.localhost", TLS{}, false
	conf.Secret, conf.SecretFile, conf.PidFile, conf.User, conf.Group, conf.Admin = NewSecret("in memory"), "", "", "", "", Admin{}
	if !given {
		conf.Log.Level = "warn"
	}
	server := &loopback{domain: conf.JID}
	a.Config, a.Links, a.Dial = conf, nil, server.Dial
	return &inMemory{server: server}, nil
}

func (m *inMemory) begin(ctx context.Context, c *console) error {
	m.console = c
	_, err := m.server.settle(ctx, c.app.Idle) // what it says of itself when it comes
	return err
}

func (m *inMemory) defaults() (from, to string) { return you, m.server.domain }

func (m *inMemory) help() string {
	return fmt.Sprintf(`A stanza without from is from %s, one without to is to %s.
Shown are the route that takes it, what the application sends, and the time it took.`, you, m.server.domain)
}

func (m *inMemory) take(ctx context.Context, n element.Node) error {
	s, err := stanza.Of(n)
	if err != nil {
		fmt.Fprintln(m, "no route is asked:", err)
	} else {
		m.route(&s, jid.JID{})
	}
	began := time.Now()
	if err := m.server.say(n.String()); err != nil {
		return err
	}
	sent, err := m.server.settle(ctx, m.app.Idle)
	if err != nil {
		return err
	}
	took := time.Since(began)
	for _, n := range sent {
		fmt.Fprintln(m, n)
	}
	if len(sent) == 0 {
		fmt.Fprint(m, "nothing is sent, ")
	}
	fmt.Fprintf(m, "after %s\n", command.Round(took))
	return nil
}
