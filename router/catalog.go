package router

import (
	"slices"
	"strings"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/jid"
)

// An offer is what a mounted feature says of itself, and where it is mounted.
type offer struct {
	address address
	sender  sender
	component.Offer
}

// Catalog returns what the table serves.
func (t *Table) Catalog() component.Catalog {
	c := &catalog{offers: t.offers}
	for _, e := range t.entries {
		s := served{Entry: e}
		for _, t := range e.tests {
			s.namespaces = append(s.namespaces, t.Payloads(t.atDocument)...)
		}
		s.namespaces = sorted(s.namespaces)
		c.entries = append(c.entries, s)
	}
	return c
}

// A catalog is a component.Catalog of a table.
type catalog struct {
	entries []served
	offers  []offer
}

// served is a route with the namespaces of the payloads that it looks for.
type served struct {
	*Entry
	namespaces []string
}

func (c *catalog) Offer(at, from jid.JID) component.Offer {
	var sum component.Offer
	for _, o := range c.offers {
		if o.address.covers(at) && o.sender.match(from) {
			sum.Features = append(sum.Features, o.Features...)
			sum.Identities = append(sum.Identities, o.Identities...)
		}
	}
	for _, e := range c.entries {
		if !e.Errors && e.address.covers(at) && e.sender.match(from) {
			sum.Features = append(sum.Features, e.namespaces...)
		}
	}
	sum.Features = sorted(sum.Features)
	slices.SortFunc(sum.Identities, func(a, b component.Identity) int {
		return slices.Compare([]string{a.Category, a.Type, a.Lang, a.Name}, []string{b.Category, b.Type, b.Lang, b.Name})
	})
	sum.Identities = slices.Compact(sum.Identities)
	return sum
}

func (c *catalog) Items(at, from jid.JID) []jid.JID {
	var items []jid.JID
	for _, e := range c.entries {
		if e.Errors || !e.sender.match(from) {
			continue
		}
		if item, ok := e.address.below(at); ok {
			items = append(items, item)
		}
	}
	slices.SortFunc(items, func(a, b jid.JID) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(items)
}

func (c *catalog) Addresses() []string {
	var all []string
	for _, e := range c.entries {
		all = append(all, e.Address)
	}
	return sorted(all)
}

func (c *catalog) Routes() []component.RouteInfo {
	all := make([]component.RouteInfo, 0, len(c.entries))
	for _, e := range c.entries {
		all = append(all, component.RouteInfo{
			Name: e.Name, Method: e.call, Kind: e.Kind, Type: e.Type, Errors: e.Errors,
			Expr: e.Expr, Where: slices.Clone(e.Where), Address: e.Address, Sender: e.Sender,
			Namespaces: slices.Clone(e.namespaces), Key: e.Key(), Action: e.Func, File: e.File, Line: e.Line,
			Guarded: e.Guard != nil, Concurrent: e.Concurrent, Transient: e.Transient,
		})
	}
	return all
}

// covers reports whether j is such an address.
func (a *address) covers(j jid.JID) bool {
	_, ok := a.match(j, nil)
	return ok
}

// below returns the address right below at that a writes out, if it does.
func (a *address) below(at jid.JID) (item jid.JID, ok bool) {
	upper := *a
	var err error
	switch {
	case at.Resource() != "":
		return item, false
	case a.local.is == partText && at.Local() == "":
		upper.local, upper.resource = part0, part{}
		item, err = at.WithLocal(a.local.text)
	case a.resource.is == partText:
		upper.resource = part{}
		item, err = at.WithResource(a.resource.text)
	default:
		return item, false
	}
	return item, err == nil && upper.covers(at)
}

// sorted sorts the texts, each once.
func sorted(all []string) []string {
	slices.Sort(all)
	return slices.Compact(all)
}
