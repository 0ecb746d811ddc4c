package component

import (
	"context"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A Catalog is what an application serves: computed from its routes and from
// what its features say of themselves, never kept by hand. It is what service
// discovery (XEP-0030), entity capabilities (XEP-0115) and documentation are
// made of. It never changes: when the routes are replaced there is another one
// (see [CatalogWatcher]).
type Catalog interface {
	// Offer returns what is offered at one of the application's addresses to who
	// asks from another: the namespaces of payloads that routes there look for,
	// and what the features say that are mounted there. Its lists are sorted and
	// name nothing twice. Routes for errors, and those for other senders, do not
	// count.
	Offer(at, from jid.JID) Offer
	// Items returns the addresses right below at that routes write out: of a
	// domain its resources and its accounts, of an account its resources. They
	// are sorted; those that routes capture are not among them, for nobody can
	// list them.
	Items(at, from jid.JID) []jid.JID
	// Addresses returns the patterns of the addresses served, in the form that
	// router.Router.At reads, sorted and none twice; "" for routes that serve
	// any address.
	Addresses() []string
	// Routes returns the routes in the order in which they are tried.
	Routes() []RouteInfo
}

// An Offer is what an entity says of itself in service discovery (XEP-0030
// section 3.1).
type Offer struct {
	Identities []Identity
	Features   []string // namespaces, mostly
}

// An Identity is what an entity is (XEP-0030 section 3.1): a category and a type
// of the XMPP registrar's list, as in "component" and "generic", and perhaps a
// name for people, in the language Lang.
type Identity struct{ Category, Type, Name, Lang string }

// An Offerer is a feature or plugin that has more to say of itself than its
// routes do. What it offers is offered where it is mounted.
type Offerer interface {
	Offers() Offer
}

// A RouteInfo says of a route what can be said.
type RouteInfo struct {
	Name       string
	Method     string      // of router.Router that wrote it: "Get"
	Kind       stanza.Kind // of the stanzas it takes, 0 for any
	Type       stanza.Type // of the iqs it takes, "" for any
	Errors     bool        // it takes stanzas of type error and no others
	Expr       string      // as it was written
	Where      []string    // further expressions
	Address    string      // pattern of the addresses it serves, "" for any
	Sender     string      // whom it serves, "" for anybody
	Namespaces []string    // of the payloads it looks for, sorted
	Key        string      // by what the table finds it, in words
	Action     string      // the function that answers: "components.Tweets.Show"
	File       string      // where it was written
	Line       int         // there
	Guarded    bool        // it has an If
	Concurrent bool        // its stanzas need not keep their order
	Transient  bool        // nothing of a request is used when its action has returned
}

// A CatalogWatcher is a plugin that wants to know when the routes have been
// replaced. It is told once for each time, in their order, when the new routes
// are in force; of the routes that the application starts with it learns from
// Host.Catalog. Who replaces them in a plugin's Start has those told too that are
// started later. ctx ends after half a minute, as whoever replaces the routes waits
// for the watcher. An error is logged.
type CatalogWatcher interface {
	CatalogChanged(ctx context.Context, now Catalog) error
}
