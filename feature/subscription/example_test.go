package subscription_test

import (
	"context"
	"time"

	"github.com/emp-framework/emp/boot"
	"github.com/emp-framework/emp/feature/subscription"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// An application that everybody may subscribe to, and that tells all subscribers
// something each hour.
func Example() {
	app := &framework.App{Name: "cuckoo"}
	var store subscription.Memory // or one that outlasts the process
	app.Use(
		&subscription.Feature{Store: &store, Decide: subscription.ApproveAll},
		boot.Every("cuckoo", time.Hour, func(ctx context.Context) error {
			for s, err := range store.All(ctx, jid.JID{}) {
				if err != nil {
					return err
				}
				news := stanza.NewMessage(s.Contact, "Cuckoo!")
				news.From = s.Served.Address() // the address that the contact subscribed to
				if err := app.Send(ctx, news); err != nil {
					return err
				}
			}
			return nil
		}),
	)
	framework.Main(app)
}
