package commands

import (
	"context"
	"sync"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/feature/forms"
	"github.com/emp-framework/emp/router"
)

const (
	nsInfo  = "http://jabber.org/protocol/disco#info"
	nsItems = "http://jabber.org/protocol/disco#items"
)

// A Feature offers commands at the addresses of the scope that it is mounted in.
// One of them asks several times of a person what it needs to know, so the Feature
// keeps sessions: in memory, within bounds, for a time.
type Feature struct {
	Commands []*Command

	// Expiry is how long a person may take for a stage. Default: 10 minutes.
	Expiry time.Duration
	// Sessions is how many commands may be under way, PerPerson for how many of them
	// one person may be asked, at all devices; of more the oldest is forgotten.
	// Default: 1,000 and 8.
	Sessions, PerPerson int

	mu   sync.Mutex
	open map[string]*session
}

// Routes writes the feature's routes: of the commands themselves, and of the nodes
// that discovery knows them by. Those stand in front of others for discovery, which
// know nothing of nodes.
func (f *Feature) Routes(r *router.Router) {
	r.Namespace("c", NS)
	r.Namespace("info", nsInfo)
	r.Namespace("items", nsItems)
	r.First(func(r *router.Router) {
		r.Get("items:query[@node=$node]").Var("node", NS).To(f.list).Concurrent()
		r.Get("info:query[@node=$node]").Var("node", NS).To(f.about).Concurrent()
		for _, c := range f.Commands {
			r.Get("info:query[@node=$node]").Var("node", c.Name).To(f.aboutOne(c)).Concurrent()
		}
	})
	r.Set("c:command").To(f.execute)
}

// Offers says what no route shows: that there are forms.
func (f *Feature) Offers() component.Offer { return component.Offer{Features: []string{forms.NS}} }

// list lists the commands that are for who asks (XEP-0050 section 2.2).
func (f *Feature) list(ctx context.Context, req *component.Request) (component.Response, error) {
	query := element.New(nsItems, "query").Attr("node", NS)
	for _, c := range f.Commands {
		if c.allows(ctx, req) {
			query.NewChild("item").Attr("jid", req.To.String()).Attr("node", c.Name).Attr("name", c.Title)
		}
	}
	return req.Result(query), nil
}

func (f *Feature) about(_ context.Context, req *component.Request) (component.Response, error) {
	return req.Result(info(NS, "command-list", "Commands")), nil
}

// aboutOne says what a command's node is (section 2.3).
func (f *Feature) aboutOne(c *Command) component.Action {
	return func(ctx context.Context, req *component.Request) (component.Response, error) {
		if !c.allows(ctx, req) {
			return nil, errUnknown
		}
		return req.Result(info(c.Name, "command-node", c.Title)), nil
	}
}

func info(node, typ, name string) *element.Builder {
	query := element.New(nsInfo, "query").Attr("node", node)
	query.NewChild("identity").Attr("category", "automation").Attr("type", typ).Attr("name", name)
	query.NewChild("feature").Attr("var", NS)
	query.NewChild("feature").Attr("var", forms.NS)
	return query
}

// find returns the command of that name, if it is for who asks.
func (f *Feature) find(ctx context.Context, req *component.Request, name string) *Command {
	for _, c := range f.Commands {
		if c.Name == name && c.allows(ctx, req) {
			return c
		}
	}
	return nil
}
