// Package disco answers service discovery (XEP-0030): what the application is
// and can do at each of its addresses, and what addresses lie below that.
//
// In:  the application's Catalog, computed from its routes and mounted features.
// Out: answers to disco#info and disco#items. Nothing is kept by hand: a route
// for a namespace is a feature, an address written out is an item.
//
//	app.Use(&disco.Feature{Name: "Weather reports"})
package disco

import (
	"context"
	"errors"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// The namespaces of service discovery (XEP-0030 section 8).
const (
	NS      = "http://jabber.org/protocol/disco#info"
	NSItems = "http://jabber.org/protocol/disco#items"
)

// A Feature answers service discovery for an application that uses it: it is for
// App.Use, which also tells it what there is, and not for Router.Mount alone. The
// zero Feature is of use.
//
// Its routes stand behind those of the application, so an address that wants to
// say something else has a route of its own for disco#info.
type Feature struct {
	// Category and Type say what the application is where no other feature says
	// it: a pair of the registrar's list (XEP-0030 section 12.1). Default:
	// component and generic.
	Category, Type string
	// Name is what people call it; "" for none.
	Name string

	host component.Host
}

// Routes writes the feature's routes. They need no order: nothing of the
// application's waits for them.
func (f *Feature) Routes(r *router.Router) {
	r.Namespace("info", NS)
	r.Namespace("items", NSItems)
	r.Get("info:query").To(f.info).Concurrent()
	r.Get("items:query").To(f.items).Concurrent()
}

// Start keeps the host: its Catalog changes with its routes.
func (f *Feature) Start(_ context.Context, host component.Host) error {
	if (f.Category == "") != (f.Type == "") {
		return errors.New("disco: Category and Type are a pair: give both, or neither")
	}
	f.host = host
	return nil
}

// errNotUsed is for the log of an application that has mounted the feature by hand.
var errNotUsed = errors.New("disco: the Feature is mounted, but was not given to App.Use, which tells it what there is")

// info says what is at the address (section 3). The application has no nodes
// (section 3.2), so of one it knows nothing.
func (f *Feature) info(_ context.Context, req *component.Request) (component.Response, error) {
	if req.Payload.Attr("node") != "" {
		return nil, stanza.ItemNotFound
	}
	if f.host == nil {
		return nil, errNotUsed
	}
	return req.Result(Query(f.Info(req.To.JID, req.From.JID))), nil
}

// Info returns what the Feature says is at one of the application's addresses, to
// who asks from another: what the Catalog says, and what the application is where
// no other feature says it. It is for features that say the same in other ways, as
// entity capabilities do. Before Start it returns the identity alone.
func (f *Feature) Info(at, from jid.JID) component.Offer {
	var offer component.Offer
	if f.host != nil {
		offer = f.host.Catalog().Offer(at, from)
	}
	if len(offer.Identities) == 0 {
		offer.Identities = []component.Identity{f.identity()}
	}
	return offer
}

// Query returns the payload of an answer to disco#info that says offer.
func Query(offer component.Offer) *element.Builder {
	query := element.New(NS, "query")
	for _, id := range offer.Identities {
		e := query.NewChild("identity").Attr("category", id.Category).Attr("type", id.Type)
		if id.Name != "" {
			e.Attr("name", id.Name)
		}
		if id.Lang != "" {
			e.AttrNS(element.NSXML, "lang", id.Lang)
		}
	}
	for _, feature := range offer.Features {
		query.NewChild("feature").Attr("var", feature)
	}
	return query
}

func (f *Feature) identity() component.Identity {
	id := component.Identity{Category: f.Category, Type: f.Type, Name: f.Name}
	if id.Category == "" {
		id.Category, id.Type = "component", "generic"
	}
	return id
}

// items says what lies below the address (section 4).
func (f *Feature) items(_ context.Context, req *component.Request) (component.Response, error) {
	if req.Payload.Attr("node") != "" {
		return nil, stanza.ItemNotFound
	}
	if f.host == nil {
		return nil, errNotUsed
	}
	query := element.New(NSItems, "query")
	for _, item := range f.host.Catalog().Items(req.To.JID, req.From.JID) {
		query.NewChild("item").Attr("jid", item.String())
	}
	return req.Result(query), nil
}
