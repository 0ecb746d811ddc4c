// Command hack answers a message to the resource hack of its component, sent by
// one person, with "Hackity Hack!". What anybody else sends, and what is sent
// elsewhere, gets what the RFCs say.
//
//	EMP_SERVER=127.0.0.1:5347 EMP_JID=hackity.localhost EMP_SECRET=hack go run ./examples/hack
package main

import (
	"context"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

func main() { framework.Main(App("alice@localhost")) }

// App returns the application that answers the sender: a bare JID, for a person
// at any device, or a full one.
func App(sender string) *framework.App {
	return &framework.App{
		Name:  "hack",
		Short: "answers messages of " + sender + " with Hackity Hack!",
		Routes: func(r *router.Router) {
			r.Resource("hack", func(r *router.Router) {
				r.From(sender, func(r *router.Router) {
					r.Message("[body]").To(Hack)
				})
			})
		},
	}
}

// Hack is the action.
func Hack(_ context.Context, req *component.Request) (component.Response, error) {
	return req.Reply("Hackity Hack!"), nil
}
