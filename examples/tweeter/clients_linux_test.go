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
	"github.com/emp-framework/emp/emptest"
	"github.com/emp-framework/emp/feature/caps"
	"github.com/emp-framework/emp/feature/commands"
	"github.com/emp-framework/emp/internal/xmpptest"
)

// TestClients: people with libraries that others have written log in to the development
// server (STARTTLS, SCRAM), add tweeter and one another to their contacts, and tweet
// by chat and by ad-hoc command.
func TestClients(t *testing.T) {
	for name, login := range map[string]func(testing.TB, *xmpptest.Server, string) *xmpptest.Client{
		"slixmpp": xmpptest.Login, "@xmpp/client": xmpptest.LoginXMPPJS,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
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
			emptest.Server{ComponentAddr: srv.ComponentAddr(), Secret: "secret"}.Stage(t, newApp(), new(emptest.Play))
			at := &xmpptest.Server{Name: "devserver", ClientAddr: srv.ClientAddr(), CAFile: ca, LoginTLS: true}
			talk(t, login(t, at, "alice/desk"), login(t, at, "bob/phone"))
		})
	}
}

// talk has alice join, and bob follow her as clients do. He hears what she tweets.
func talk(t *testing.T, alice, bob *xmpptest.Client) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	hears := func(c *xmpptest.Client, from, want string) {
		t.Helper()
		for {
			n := c.Receive(ctx) // roster pushes and presence come too
			if body := n.Child(element.NSClient, "body").Text(); body != "" {
				if n.Attr("from") != from || !strings.HasPrefix(body, want) {
					t.Errorf("%s got %s", c.JID, n.XML())
				}
				return
			}
		}
	}
	add := func(c *xmpptest.Client, contact string) {
		t.Helper()
		c.Ask(ctx, "<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>")
		c.Ask(ctx, "<iq type='set' id='add'><query xmlns='jabber:iq:roster'><item jid='"+contact+"'/></query></iq>")
		c.Send("<presence to='" + contact + "' type='subscribe'/>")
		for {
			n := c.Receive(ctx)
			if n.Is(element.NSClient, "presence") && n.Attr("from") == contact && n.Child(caps.NS, "c").Attr("ver") != "" {
				return // approved, and it is there
			}
		}
	}
	add(alice, domain)
	alice.Send("<message to='" + domain + "' type='chat'><body>join</body></message>")
	hears(alice, domain, "Welcome, alice!")
	add(bob, "alice@"+domain)
	alice.Send("<message to='" + domain + "' type='chat'><body>tweet for those who follow</body></message>")
	hears(alice, domain, "Tweeted, as number 1.")
	hears(bob, "alice@"+domain, "for those who follow")

	command := func(id, session, form string) element.Node {
		t.Helper()
		return alice.Ask(ctx, "<iq type='set' id='"+id+"' to='"+domain+"'><command xmlns='"+commands.NS+"' node='tweet'"+session+">"+form+"</command></iq>").Child(commands.NS, "command")
	}
	session := command("1", "", "").Attr("sessionid")
	done := command("2", " sessionid='"+session+"' action='complete'", "<x xmlns='jabber:x:data' type='submit'><field var='text'><value>by menu</value></field></x>")
	if note := done.Child(commands.NS, "note").Text(); done.Attr("status") != "completed" || !strings.HasPrefix(note, "Tweeted, as number 2") {
		t.Errorf("got %s", done.XML())
	}
	hears(bob, "alice@"+domain, "by menu")
}
