// Package subscription keeps who may see the presence of an application's addresses
// (RFC 6121 sections 3 and 4). Of the addresses of an external component nobody
// else does: it is their server.
//
// In:  requests to subscribe, to end that, and probes, from contacts.
// Out: the decision, our presence to who may see it, and again to all of them when
// the application starts.
//
//	app.Use(&subscription.Feature{Decide: subscription.ApproveAll})
//
// For an account that the application logs in to as a client the server does all
// that: this is for components.
package subscription

import (
	"context"
	"iter"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/jid"
)

// A Subscription is that a contact may see the presence of an address that the
// application serves. Both are bare.
type Subscription struct{ Served, Contact jid.JID }

// A Store keeps subscriptions. Any number of goroutines may use one. Its errors are
// those of actions: a stanza.Fault goes to the contact as it is.
type Store interface {
	// Add keeps s. That it is there already is no error.
	Add(ctx context.Context, s Subscription) error
	// Remove forgets s. That it is not there is no error.
	Remove(ctx context.Context, s Subscription) error
	// Has reports whether s is kept.
	Has(ctx context.Context, s Subscription) (bool, error)
	// All yields the subscriptions to one address or, if that is zero, to all. It
	// ends behind an error.
	All(ctx context.Context, served jid.JID) iter.Seq2[Subscription, error]
}

// A Decision is what becomes of a request to subscribe.
type Decision int

// The decisions.
const (
	Deny    Decision = iota // say no
	Approve                 // say yes, for good
	Later                   // say nothing now: see Feature.Approve and Feature.Cancel
)

// ApproveAll is for Feature.Decide: everybody may see the presence of every address in
// the Feature's scope.
func ApproveAll(context.Context, *component.Request) (Decision, error) { return Approve, nil }
