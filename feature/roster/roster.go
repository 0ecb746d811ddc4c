// Package roster keeps the contacts of a client's account (RFC 6121 section 2): it asks
// the server for them when a link has come up, follows what the server says of changes,
// and changes them.
//
// In:  the server's roster, whole or as what has changed since a version, and its
// pushes, from nobody but the account itself.
// Out: [Feature.Items] and [Feature.Item], [Feature.Changed] for each change, and the
// requests of [Feature.Set] and [Feature.Remove].
//
//	contacts := &roster.Feature{}
//	app.Use(contacts)
//	…
//	for _, c := range contacts.Items() { … }
//
// An external component has no roster; there the Feature does nothing, so that an
// application may be one or the other.
//
// Whom to let subscribe is not its matter: that is for routes of presence.
package roster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
)

const (
	// NS is the namespace of rosters (RFC 6121 section 2.1).
	NS = "jabber:iq:roster"
	// NSVersions is that of the stream feature by which a server says that it knows
	// versions of rosters (section 2.6.1).
	NSVersions = "urn:xmpp:features:rosterver"
)

// A Feature keeps the roster of one account. It is for App.Use, once; the zero Feature
// is of use. Its fields are set before, its methods may be called by any number of
// goroutines.
//
// Of several links of the account one is asked, and followed: that which came up first,
// and after any of them was down the one that came up next. While that is down, what
// Items returns may be behind. An application is ready when it has its roster, unless
// the server gave none: that is in the log, and tried again with the next link.
type Feature struct {
	// Account is the bare JID of the account, for an application that has several
	// (App.Links). Default: that of the client's link that comes up first.
	Account jid.JID
	// Store keeps the roster while the application does not run, so that a server
	// that knows versions sends what has changed since. Default: none; it is then
	// sent whole at each start, and not at each reconnect.
	Store Store
	// Changed is told of each change when it has happened: was is zero for a new
	// contact, now for one that is gone. It is called once at a time, in the order of
	// the changes, and what changes next waits for it. At the first roster that is
	// every contact that the Store did not have.
	Changed func(ctx context.Context, was, now Item)

	host  component.Host
	known chan struct{} // closed when account is known

	// Who changes the roster holds the token that is in turn else, from what the server
	// says to what Changed does about it. The first two are his alone.
	turn   chan struct{}
	opened bool // the Store was read
	stale  bool // the Store has missed a change

	mu      sync.Mutex // guards what follows, for a moment
	account jid.JID
	source  jid.JID // the link that is followed; zero: none yet
	current bool    // no link has gone down since it was chosen
	roster  contents
	forged  int
}

var (
	_ router.Mounter        = (*Feature)(nil)
	_ component.Starter     = (*Feature)(nil)
	_ component.LinkWatcher = (*Feature)(nil)
)

// Start implements component.Starter.
func (f *Feature) Start(_ context.Context, host component.Host) error {
	f.host, f.turn, f.known = host, make(chan struct{}, 1), make(chan struct{})
	f.turn <- struct{}{}
	if f.Account.IsZero() {
		return nil
	}
	if !f.Account.IsBare() || f.Account.Local() == "" {
		return fmt.Errorf("roster: Feature.Account %s is no account's bare JID", f.Account)
	}
	f.account = f.Account
	close(f.known)
	return nil
}

// Routes writes the route of the server's pushes.
func (f *Feature) Routes(r *router.Router) {
	r.Namespace("roster", NS)
	r.Set("roster:query").To(f.push)
}

// Items returns the contacts, sorted by address. Their Groups must not be changed.
func (f *Feature) Items() []Item {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.roster.sorted()
}

// Item returns the contact with that address, or with the bare one of it, and whether
// there is one.
func (f *Feature) Item(contact jid.JID) (Item, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	item, ok := f.roster.items[contact]
	if !ok {
		item, ok = f.roster.items[contact.Bare()]
	}
	return item, ok
}

// MaySee reports whether somebody may see the account's presence: a contact that is
// subscribed to it, the account itself, and its server. It is for features and routes
// that tell nobody else that the application is there; see disco.Feature.Only.
func (f *Feature) MaySee(who jid.JID) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	bare := who.Bare()
	if bare == f.account || bare.String() == f.account.Domain() {
		return !f.account.IsZero()
	}
	return f.roster.items[bare].Subscription.SeesUs()
}

// Forged returns how many pushes have come that were not from the account, which were
// refused.
func (f *Feature) Forged() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.forged
}

// errNotUsed is what comes of a Feature that is not in use.
var errNotUsed = errors.New("roster: the Feature was not given to App.Use")

// begin waits until nobody else changes the roster.
func (f *Feature) begin(ctx context.Context) error {
	select {
	case <-f.turn:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("roster: waiting for another change: %w", context.Cause(ctx))
	}
}

func (f *Feature) end() { f.turn <- struct{}{} }

// A change is what becomes of one contact.
type change struct{ was, now Item }

// tell tells of changes. It is called between begin and end.
func (f *Feature) tell(ctx context.Context, changes []change) {
	if f.Changed == nil {
		return
	}
	slices.SortFunc(changes, func(a, b change) int { return strings.Compare(a.of().String(), b.of().String()) })
	for _, c := range changes {
		f.Changed(ctx, c.was, c.now)
	}
}

// of returns whose change it is.
func (c change) of() jid.JID {
	if c.now.JID.IsZero() {
		return c.was.JID
	}
	return c.now.JID
}
