// Package receipts says that messages have arrived, and asks whether those that
// the application sends have (XEP-0184).
//
// In:  messages that ask for a receipt, and receipts for our own messages.
// Out: a receipt beside what the action answers; a call for each that comes.
//
//	f := &receipts.Feature{Received: store.Delivered}
//	r.Use(f.Acknowledge)
//	r.Mount(f)
package receipts

import (
	"context"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// NS is the namespace of delivery receipts (XEP-0184 section 9).
const NS = "urn:xmpp:receipts"

// A Feature is two halves of one thing: Acknowledge is middleware for the routes
// of messages, and what is mounted takes the receipts that come.
type Feature struct {
	// Received is called for each receipt, with the Stanza that it came in and
	// the id of the message that has arrived. Anybody can write a receipt: compare
	// its sender with whom the message went to. nil: receipts are taken and
	// forgotten.
	Received func(ctx context.Context, by stanza.Stanza, id string) error
}

// Routes writes the route of receipts. It keeps order, so that a receipt comes
// behind what its sender said before.
func (f *Feature) Routes(r *router.Router) {
	r.Namespace("r", NS)
	r.Message("[@type!='groupchat' or not(@type)][r:received/@id={id}]").To(f.received)
}

func (f *Feature) received(ctx context.Context, req *component.Request) (component.Response, error) {
	if f.Received == nil {
		return nil, nil
	}
	return nil, f.Received(ctx, req.Stanza, req.Arg("id"))
}

// Acknowledge is middleware: where the action has no error, and the message asks
// for a receipt and has an id to name in it, the receipt goes out in front of
// what the action answers. Messages of rooms get none (XEP-0184 section 5.3),
// receipts neither.
//
// A receipt tells the sender that we are there (section 8). Where that is not
// everybody's business, narrow it: r.Use(f.Acknowledge).If(knows).
func (*Feature) Acknowledge(next component.Action) component.Action {
	return component.After(func(_ context.Context, req *component.Request, res component.Response) (component.Response, error) {
		if !due(&req.Stanza) {
			return res, nil
		}
		receipt := req.Stanza.Reply("", element.New(NS, "received").Attr("id", req.ID))
		return append(component.Response{receipt}, res...), nil
	})(next)
}

func due(s *stanza.Stanza) bool {
	return s.Kind == stanza.Message && s.Type != stanza.TypeGroupchat && s.Type != stanza.TypeError && s.ID != "" &&
		!s.Node.Child(NS, "request").IsZero() && s.Node.Child(NS, "received").IsZero()
}

// Request returns the message out with a request for a receipt, and with an id
// to know it by: out.ID, a fresh one if out has none. An application that asks
// mounts the Feature, or the receipts reach what other route takes them. An action
// asks for one to its reply by
//
//	return component.Response{receipts.Request(req.Stanza.Reply("It is done."))}, nil
func Request(out stanza.Out) stanza.Out {
	if out.ID == "" {
		out.ID = stanza.NewID()
	}
	return out.Add(element.New(NS, "request"))
}
