package roster_test

import (
	"context"
	"log/slog"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/feature/disco"
	"github.com/emp-framework/emp/feature/roster"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A client that lets subscribe whom it has in its roster, tells nobody else that it is
// there, and answers only whom it knows.
func Example() {
	contacts := &roster.Feature{
		Changed: func(_ context.Context, was, now roster.Item) {
			slog.Info("a contact has changed", "was", was, "now", now)
		},
	}
	app := &framework.App{
		Config: framework.Config{Mode: framework.Client, JID: "bot@example.org", SecretFile: "bot.secret"},
		Routes: func(r *router.Router) {
			r.Presence("[@type='subscribe']").To(func(_ context.Context, req *component.Request) (component.Response, error) {
				if _, known := contacts.Item(req.From.JID); !known {
					return req.ReplyPresence(stanza.TypeUnsubscribed), nil
				}
				return req.ReplyPresence(stanza.TypeSubscribed), nil
			})
			r.Group(func(r *router.Router) {
				r.Use(component.Before(func(_ context.Context, req *component.Request) error {
					if !contacts.MaySee(req.From.JID) {
						return stanza.ServiceUnavailable
					}
					return nil
				}))
				r.Message("[body]").To(func(_ context.Context, req *component.Request) (component.Response, error) {
					return req.Reply("Hackity Hack!"), nil
				})
			})
		},
	}
	app.Use(contacts, &disco.Feature{Only: contacts.MaySee})
	// framework.Main(app)
}
