package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/devserver"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/feature/commands"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/internal/xmpptest"
)

// TestSlixmpp: people with slixmpp log in to the development server (STARTTLS, SCRAM),
// add tweeter and one another to their contacts, and tweet by chat and by ad-hoc
// command.
func TestSlixmpp(t *testing.T) {
	srv := devserver.New(devserver.Options{
		Components: map[string]string{domain: "secret"},
		Accounts:   map[string]string{"alice": xmpptest.Password, "bob": xmpptest.Password},
		Log:        slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	if err := srv.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { srv.Close() })
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, srv.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	run(t, framework.Config{JID: domain, Server: srv.ComponentAddr(), Secret: framework.NewSecret("secret")})
	at := &xmpptest.Server{Name: "devserver", ClientAddr: srv.ClientAddr(), CAFile: ca, LoginTLS: true}
	following(t, at)

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	alice := xmpptest.Login(t, at, "alice/menu")
	alice.Ask(ctx, "<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>")
	alice.Send("<presence to='" + domain + "' type='subscribe'/>")
	for {
		if n := alice.Receive(ctx); n.Is(element.NSClient, "presence") && n.Attr("from") == domain && n.Attr("type") == "" {
			break // tweeter is there
		}
	}
	command := func(id, session, form string) element.Node {
		t.Helper()
		return alice.Ask(ctx, "<iq type='set' id='"+id+"' to='"+domain+"'><command xmlns='"+commands.NS+"' node='tweet'"+session+">"+form+"</command></iq>").Child(commands.NS, "command")
	}
	session := command("1", "", "").Attr("sessionid")
	done := command("2", " sessionid='"+session+"' action='complete'", "<x xmlns='jabber:x:data' type='submit'><field var='text'><value>by menu</value></field></x>")
	if note := done.Child(commands.NS, "note").Text(); done.Attr("status") != "completed" || !strings.HasPrefix(note, "Tweeted, as number 2") {
		t.Errorf("got %s", done.XML())
	}
}
