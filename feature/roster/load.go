package roster

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A Store keeps a roster of one account. Its methods are called one at a time.
type Store interface {
	// Load returns what is kept, and the version that it has; nothing at all is ""
	// and nil.
	Load(ctx context.Context) (version string, items []Item, err error)
	// Replace keeps these in the place of all that is kept.
	Replace(ctx context.Context, version string, items []Item) error
	// Change keeps one contact, or forgets it if its Subscription is Removed, and the
	// version that there is then.
	Change(ctx context.Context, version string, item Item) error
}

// LinkUp asks for the roster, if no link is followed, or goes on following one whose
// session was resumed: what has changed meanwhile comes as pushes. It implements
// component.LinkWatcher.
func (f *Feature) LinkUp(ctx context.Context, link component.Sender) error {
	local := component.LinkOf(link)
	if local.Local() == "" { // an external component
		return nil
	}
	if err := f.begin(ctx); err != nil {
		return err
	}
	defer f.end()
	if !f.chosen(local) || component.Resumed(link) && f.goesOn(local) {
		return nil
	}
	return errors.Join(f.open(ctx), f.load(ctx, link, local))
}

// LinkDown implements component.LinkWatcher. It may be the link that is followed: the
// next is asked in any case.
func (f *Feature) LinkDown() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.current = false
}

// chosen reports whether a link is to be asked.
func (f *Feature) chosen(local jid.JID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.account.IsZero() {
		f.account = local.Bare()
		close(f.known)
	}
	return local.Bare() == f.account && !f.current
}

// goesOn reports whether a link is still followed whose session has gone on.
func (f *Feature) goesOn(local jid.JID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.current = local == f.source
	return f.current
}

// open reads the Store, once.
func (f *Feature) open(ctx context.Context) error {
	if f.Store == nil || f.opened {
		return nil
	}
	version, items, err := f.Store.Load(ctx)
	f.opened, f.stale = true, err != nil
	if err != nil {
		return fmt.Errorf("roster: reading the store: %w", err)
	}
	kept := contents{version: version}
	for _, item := range items {
		if err := kept.put(item); err != nil {
			return fmt.Errorf("roster: reading the store: %w", err)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.roster = kept
	return nil
}

// load asks a link for the roster, and takes what comes.
func (f *Feature) load(ctx context.Context, link component.Sender, local jid.JID) error {
	f.mu.Lock()
	was := f.roster
	f.current = true // unless a link goes down meanwhile, perhaps this one
	// A push has the version of the whole, so without what came before it none counts.
	f.source = jid.JID{}
	f.mu.Unlock()
	query := element.New(NS, "query")
	versions := component.Offers(link, NSVersions)
	if versions {
		query.Attr("ver", was.version)
	}
	answer, err := link.Ask(ctx, stanza.NewIQ(stanza.TypeGet, jid.JID{}, query))
	now, same := was, versions && answer.Payload.IsZero() // what has changed comes as pushes
	if err == nil && !same {
		now, err = readRoster(answer.Payload)
	}
	f.mu.Lock()
	if err != nil {
		f.current = false
		f.mu.Unlock()
		return fmt.Errorf("roster: asking for the roster of %s: %w", local.Bare(), err)
	}
	f.source, f.roster = local, now
	f.mu.Unlock()
	if same {
		return nil
	}
	err = f.keepAll(ctx)
	f.tell(ctx, was.changesTo(&now))
	return err
}

// readRoster reads a <query/> with all contacts, or none at all.
func readRoster(query element.Node) (c contents, err error) {
	c.version = strings.Clone(query.Attr("ver"))
	for n := range query.ChildrenNamed(NS, "item") {
		item, err := readItem(n)
		if err != nil || item.Subscription == Removed {
			continue // one that cannot be used does not spoil the others
		}
		if err := c.put(item); err != nil {
			return contents{}, err
		}
	}
	return c, nil
}

// keepAll has the Store keep all that there is. It is called between begin and end.
func (f *Feature) keepAll(ctx context.Context) error {
	if f.Store == nil {
		return nil
	}
	f.mu.Lock()
	version, items := f.roster.version, f.roster.sorted()
	f.mu.Unlock()
	err := f.Store.Replace(ctx, version, items)
	if f.stale = err != nil; f.stale {
		return fmt.Errorf("roster: writing the store: %w", err)
	}
	return nil
}

// keep has the Store keep one contact. It is called between begin and end.
func (f *Feature) keep(ctx context.Context, version string, item Item) error {
	switch {
	case f.Store == nil:
		return nil
	case f.stale: // with the version of this change it would never learn of the one it has missed
		return f.keepAll(ctx)
	}
	err := f.Store.Change(ctx, version, item)
	if f.stale = err != nil; f.stale {
		return fmt.Errorf("roster: writing the store: %w", err)
	}
	return nil
}
