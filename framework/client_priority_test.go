package framework_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// TestClientPriority: what the operator says of the first link's presence holds, and what
// an author says too, unless two links were to have what is sent to the account.
func TestClientPriority(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	server := newClientScript(t)
	conf := server.config()
	conf.Priority = -5
	app := runApp(t, &framework.App{Config: conf, Dial: server.Dial, Routes: func(r *router.Router) {
		for _, name := range []string{"hack", "news"} {
			r.Resource(name, func(r *router.Router) { r.Message("[body]").To(nothing) })
		}
	}})
	<-app.Ready()
	clients := make(map[string]*scriptedClient)
	for range 2 {
		c := server.accept()
		clients[c.jid] = c
	}
	presence := func(from, want string) {
		t.Helper()
		for { // what is sent twice for a priority that is none is none of ours
			n := clients[from].next()
			if n.Local() != "presence" {
				continue
			}
			if got := n.Child("jabber:client", "priority").Text(); got != want {
				t.Errorf("%s has priority %q, not %q", from, got, want)
			}
			return
		}
	}
	presence("bot@localhost/hack", "-5")
	presence("bot@localhost/news", "-1")
	for _, c := range []struct {
		from     string
		priority int8
		want     string
	}{
		{"bot@localhost/hack", 0, "-5"},
		{"bot@localhost/hack", 7, "7"},
		{"bot@localhost/hack", -7, "-7"},
		{"bot@localhost/news", 0, "-1"},
		{"bot@localhost/news", -7, "-7"},
	} {
		if err := app.Send(ctx, stanza.Out{Kind: stanza.Presence, From: jid.MustParse(c.from).Address(), Priority: c.priority}); err != nil {
			t.Error(err)
			continue
		}
		presence(c.from, c.want)
	}
	err := app.Send(ctx, stanza.Out{Kind: stanza.Presence, From: jid.MustParse("bot@localhost/news").Address(), Priority: 1})
	if err == nil || !strings.Contains(err.Error(), "share with another link what is sent to the account") {
		t.Errorf("two links that are to have it: %v", err)
	}
}
