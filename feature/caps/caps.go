// Package caps tells contacts in each presence what the application can do, as a
// hash (XEP-0115): who knows the hash need not ask.
//
// In:  what service discovery says, from the Catalog; available presence on its way
// out. Out: the hash in it, and what it stands for to who asks.
//
//	found := &disco.Feature{Name: "Weather reports"}
//	app.Use(found, &caps.Feature{Disco: found})
package caps

import (
	"context"
	"crypto/sha1" // the hash that XEP-0115 section 5.4 has everybody know
	"encoding/base64"
	"errors"
	"slices"
	"strings"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/feature/disco"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// NS is the namespace of entity capabilities (XEP-0115 section 10).
const NS = "http://jabber.org/protocol/caps"

// DefaultNode is the Node of who gives none.
const DefaultNode = "https://github.com/emp-framework/emp"

// A Feature puts the hash of what service discovery says into the available presence
// of an application that uses it: it is for App.Use. When the routes are replaced, the
// framework sends the presence again, with the hash of then.
type Feature struct {
	// Disco is what answers service discovery: the hash is of what it says. Required.
	Disco *disco.Feature
	// Node is a URI that names the software (section 4). Default: DefaultNode.
	Node string
}

// Routes writes the route of questions for what a hash stands for, in front of
// others for discovery, which know nothing of nodes.
func (f *Feature) Routes(r *router.Router) {
	r.Namespace("info", disco.NS)
	r.First(func(r *router.Router) {
		r.Get("info:query[starts-with(@node, $node)]").Var("node", f.node()+"#").To(f.info).Concurrent()
	})
}

// Offers says that there are hashes (section 6.3).
func (f *Feature) Offers() component.Offer { return component.Offer{Features: []string{NS}} }

// Start checks the Feature.
func (f *Feature) Start(context.Context, component.Host) error {
	if f.Disco == nil {
		return errors.New("caps: Disco is missing: give the disco.Feature that the application uses")
	}
	return nil
}

func (f *Feature) node() string {
	if f.Node == "" {
		return DefaultNode
	}
	return f.Node
}

// Announce is what goes into presence: the hash of what its receiver would hear from
// its sender. It makes the Feature a component.Announcer.
func (f *Feature) Announce(link component.Sender, presence stanza.Out) []element.Part {
	from := presence.From
	if from.IsZero() {
		from = component.LinkOf(link).Address()
	}
	// As if the receiver asked already.
	req := &component.Request{Stanza: stanza.Stanza{To: from, From: presence.To}, Via: link}
	return []element.Part{element.New(NS, "c").Attr("hash", "sha-1").Attr("node", f.node()).Attr("ver", Hash(f.offer(req, presence.To.JID)))}
}

// offer is what discovery says at the address that was asked, to from.
func (f *Feature) offer(req *component.Request, from jid.JID) component.Offer {
	if req.Link().Local() != "" { // that of an external component has no local part
		return f.Disco.ClientInfo(req.At(), from)
	}
	return f.Disco.Info(req.At(), from)
}

// info says what a hash stands for (section 6.2), if it is one that holds: for who
// asks, or for all contacts of a client, who get the same presence.
func (f *Feature) info(_ context.Context, req *component.Request) (component.Response, error) {
	if f.Disco == nil {
		return nil, errors.New("caps: Disco is missing")
	}
	if f.Disco.Only != nil && !f.Disco.Only(req.From.JID) {
		return nil, stanza.ServiceUnavailable
	}
	node := req.Payload.Attr("node")
	for _, from := range []jid.JID{req.From.JID, req.From.JID.Bare(), {}} {
		if offer := f.offer(req, from); node == f.node()+"#"+Hash(offer) {
			return req.Result(disco.Query(offer).Attr("node", node)), nil
		}
	}
	return nil, stanza.ItemNotFound
}

// Hash returns the verification string of an offer (section 5.1): SHA-1 in base64.
func Hash(offer component.Offer) string {
	identities := make([]string, len(offer.Identities))
	for i, id := range offer.Identities {
		identities[i] = id.Category + "/" + id.Type + "/" + id.Lang + "/" + id.Name
	}
	slices.Sort(identities)
	features := slices.Sorted(slices.Values(offer.Features))
	var b strings.Builder
	for _, s := range append(identities, features...) {
		b.WriteString(s)
		b.WriteByte('<')
	}
	sum := sha1.Sum([]byte(b.String()))
	return base64.StdEncoding.EncodeToString(sum[:])
}
