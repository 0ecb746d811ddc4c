package router

import (
	"errors"
	"slices"

	"github.com/emp-framework/emp/jid"
)

// Resources returns the resources that routes are for (see [Router.Resource]), each
// once, in the order of the routes: for a client, what to bind.
func (t *Table) Resources() []string {
	var all []string
	for _, e := range t.entries {
		if r := e.address.resource; r.is == partText && e.address.local.is != partText && !slices.Contains(all, r.text) {
			all = append(all, r.text)
		}
	}
	return all
}

// Reachable returns an error that names all routes which no stanza can reach in an
// application that is at these addresses and no others, as a client is: those in an
// At for users, say. They are addresses as of Match.At, as localhost/tweets: one for
// each of Resources.
func (t *Table) Reachable(at ...jid.JID) error {
	var errs []error
	for _, e := range t.entries {
		if !slices.ContainsFunc(at, e.address.covers) {
			errs = append(errs, &Error{e.File, e.Line, e.call, e.Expr, -1, "it is for " + e.address.describe() + ", and the application is a client, which is never there",
				"a client is at its resources alone: write the route into a Resource, or run the application as a component"})
		}
	}
	return errors.Join(errs...)
}
