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

// A Feature answers service discovery. Given to App.Use it does so at all addresses,
// and its routes stand behind those of the application, so an address that wants
// to say something else has a route of its own for disco#info. The zero Feature is
// of use.
type Feature struct {
	// Category and Type say what the application is where no other feature says
	// it: a pair of the registrar's list (XEP-0030 section 12.1). Default:
	// component and generic, of a client client and bot.
	Category, Type string
	// Name is what people call it; "" for none.
	Name string
	// Only says who is answered; nil: everybody. Others get service-unavailable, as
	// where nobody is. It is for clients: that their links are there is for those to
	// know who may see their presence, and an answer tells it (RFC 6120 section
	// 13.10.2). A roster.Feature knows who they are:
	//
	//	app.Use(contacts, &disco.Feature{Only: contacts.MaySee})
	//
	// Who may not ask finds a bot all the same if its routes answer him.
	Only func(from jid.JID) bool

	host component.Host
}

// Routes writes the feature's routes. They need no order: nothing of the
// application's waits for them.
func (f *Feature) Routes(r *router.Router) {
	r.Namespace("info", NS)
	r.Namespace("items", NSItems)
	r.Use(component.Before(f.may))
	r.Get("info:query").To(f.info).Concurrent()
	r.Get("items:query").To(f.items).Concurrent()
}

// may keeps out who is not to be answered.
func (f *Feature) may(_ context.Context, req *component.Request) error {
	switch {
	case f.host == nil:
		return errNotStarted
	case f.Only != nil && !f.Only(req.From.JID):
		return stanza.ServiceUnavailable
	}
	return nil
}

// Start keeps the host: its Catalog changes with its routes.
func (f *Feature) Start(_ context.Context, host component.Host) error {
	if (f.Category == "") != (f.Type == "") {
		return errors.New("disco: Category and Type are a pair: give both, or neither")
	}
	f.host = host
	return nil
}

// errNotStarted is for whoever runs routes without an application.
var errNotStarted = errors.New("disco: the Feature was not started, and does not know what there is")

// info says what is at the address (section 3). The application has no nodes
// (section 3.2), so of one it knows nothing.
func (f *Feature) info(_ context.Context, req *component.Request) (component.Response, error) {
	if req.Payload.Attr("node") != "" {
		return nil, stanza.ItemNotFound
	}
	say := f.Info
	if req.Link().Local() != "" { // that of an external component has no local part
		say = f.ClientInfo
	}
	return req.Result(Query(say(req.At(), req.From.JID))), nil
}

// Info returns what the Feature says is at one of the application's addresses, to
// who asks from another: what the Catalog says, and what the application is where
// no other feature says it. It is for features that say the same in other ways, as
// entity capabilities do. Before Start it returns the identity alone.
func (f *Feature) Info(at, from jid.JID) component.Offer {
	return f.say(at, from, component.Identity{Category: "component", Type: "generic"})
}

// ClientInfo is Info of a client's link, which routes know by the address at; see
// [component.Request.At].
func (f *Feature) ClientInfo(at, from jid.JID) component.Offer {
	return f.say(at, from, component.Identity{Category: "client", Type: "bot"})
}

// say is Info of what is usually such an entity.
func (f *Feature) say(at, from jid.JID, usual component.Identity) component.Offer {
	var offer component.Offer
	if f.host != nil {
		offer = f.host.Catalog().Offer(at, from)
	}
	if len(offer.Identities) == 0 {
		if f.Category != "" {
			usual.Category, usual.Type = f.Category, f.Type
		}
		usual.Name = f.Name
		offer.Identities = []component.Identity{usual}
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

// items says what lies below the address (section 4).
func (f *Feature) items(_ context.Context, req *component.Request) (component.Response, error) {
	if req.Payload.Attr("node") != "" {
		return nil, stanza.ItemNotFound
	}
	query := element.New(NSItems, "query")
	for _, item := range f.host.Catalog().Items(req.To.JID, req.From.JID) { // none of a client: what is at its account the server says
		query.NewChild("item").Attr("jid", item.String())
	}
	return req.Result(query), nil
}
