package roster

import (
	"context"
	"fmt"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// Set has the server keep a contact, new or known, with that name and in these groups
// and no others (RFC 6121 sections 2.3 and 2.4). Who sees whose presence does not change
// by it; that is for [stanza.NewPresence] with TypeSubscribe and its like.
//
// nil means that the server has done so. Items has it when the server's push has come,
// which may be a moment later; Changed is told then. The error is a [stanza.Fault] if
// the server refuses, as it does a group that is empty or named twice. Set waits while no
// link is up, until ctx ends.
func (f *Feature) Set(ctx context.Context, contact jid.JID, name string, groups ...string) error {
	item := element.New(NS, "item").Attr("jid", contact.Bare().String())
	if name != "" {
		item.Attr("name", name)
	}
	for _, g := range groups {
		item.Add(element.Text(NS, "group", g))
	}
	return f.ask(ctx, contact, item)
}

// Remove has the server forget a contact, and with it end what subscriptions there are
// (RFC 6121 section 2.5); see Set. The error for one that it does not have is
// [stanza.ItemNotFound].
func (f *Feature) Remove(ctx context.Context, contact jid.JID) error {
	return f.ask(ctx, contact, element.New(NS, "item").Attr("jid", contact.Bare().String()).Attr("subscription", string(Removed)))
}

func (f *Feature) ask(ctx context.Context, contact jid.JID, item *element.Builder) error {
	if f.host == nil {
		return errNotUsed
	}
	if contact.IsZero() {
		return fmt.Errorf("roster: a contact has to have an address: %w", stanza.JIDMalformed)
	}
	select {
	case <-f.known:
	case <-ctx.Done():
		return fmt.Errorf("roster: no client's link has come up: %w", context.Cause(ctx))
	}
	f.mu.Lock()
	account := f.account
	f.mu.Unlock()
	q := stanza.NewIQ(stanza.TypeSet, jid.JID{}, element.New(NS, "query").Add(item))
	q.From = account.Address() // which says over which link
	if _, err := f.host.Ask(ctx, q); err != nil {
		return fmt.Errorf("roster: changing %s: %w", contact.Bare(), err)
	}
	return nil
}
