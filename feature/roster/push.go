package roster

import (
	"context"
	"strings"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// push takes what the server says of a change (RFC 6121 section 2.1.6). Its result, which
// the server waits for, is the empty one.
func (f *Feature) push(ctx context.Context, req *component.Request) (component.Response, error) {
	if f.turn == nil {
		return nil, errNotUsed
	}
	if !f.genuine(req) {
		return nil, stanza.ServiceUnavailable
	}
	n := req.Payload.FirstElement()
	if !n.Is(NS, "item") || !n.NextElement().IsZero() {
		return nil, stanza.BadRequest.With("a push has one item")
	}
	item, err := readItem(n)
	if err != nil {
		return nil, stanza.JIDMalformed
	}
	if err := f.begin(ctx); err != nil {
		return nil, err
	}
	defer f.end()
	return nil, f.follow(ctx, req.Link(), item, strings.Clone(req.Payload.Attr("ver")))
}

// genuine reports whether a push is from the account of the link that it came on, as one
// without a from is; others are counted. A server lets anybody send us one that says
// anything else.
func (f *Feature) genuine(req *component.Request) bool {
	link := req.Link()
	if link.Local() != "" && req.From.JID == link.Bare() {
		return true
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.forged++
	return false
}

// follow does to the roster what was done to the server's.
func (f *Feature) follow(ctx context.Context, link jid.JID, item Item, version string) error {
	f.mu.Lock()
	if link != f.source { // another account's, or one of our links that knows no more than the one we follow
		f.mu.Unlock()
		return nil
	}
	was, had := f.roster.items[item.JID]
	now := item
	if item.Subscription == Removed {
		now = Item{}
		f.roster.remove(item.JID)
	} else if err := f.roster.put(item); err != nil {
		f.mu.Unlock()
		return err
	}
	f.roster.version = version
	f.mu.Unlock()
	err := f.keep(ctx, version, item)
	if (had || item.Subscription != Removed) && !was.equal(now) {
		f.tell(ctx, []change{{was, now}})
	}
	return err
}
