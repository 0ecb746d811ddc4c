package roster

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
)

// An Item is one contact (RFC 6121 section 2.1.2).
type Item struct {
	JID          jid.JID
	Name         string   // what the account calls it; mostly ""
	Groups       []string // that the account has put it in, in the server's order
	Subscription Subscription
	Asked        bool // we have asked to see its presence, and wait for its word (ask='subscribe')
	Approved     bool // it may subscribe when it asks (RFC 6121 section 3.4)
}

// Subscription says who of the two sees the other's presence (RFC 6121 section
// 2.1.2.5).
type Subscription string

const (
	None Subscription = "none" // neither
	To   Subscription = "to"   // we see the contact's
	From Subscription = "from" // the contact sees ours
	Both Subscription = "both" // both
	// Removed is what a Store is told of a contact that is gone. No contact of Items
	// has it.
	Removed Subscription = "remove"
)

// SeesUs reports whether the contact sees our presence.
func (s Subscription) SeesUs() bool { return s == From || s == Both }

// WeSee reports whether we see the contact's presence.
func (s Subscription) WeSee() bool { return s == To || s == Both }

func (i Item) equal(other Item) bool {
	return i.JID == other.JID && i.Name == other.Name && i.Subscription == other.Subscription &&
		i.Asked == other.Asked && i.Approved == other.Approved && slices.Equal(i.Groups, other.Groups)
}

// size is how much memory an item takes, about.
func (i Item) size() int {
	const own = 256 // of the Item and its place in the map
	size := own + 2*len(i.JID.String()) + len(i.Name)
	for _, g := range i.Groups {
		size += 16 + len(g)
	}
	return size
}

// readItem reads an <item/>. Nothing of it keeps the stanza alive.
func readItem(n element.Node) (Item, error) {
	address, err := jid.Received(strings.Clone(n.Attr("jid"))) // as the server has it, by whatever table
	if err != nil {
		return Item{}, fmt.Errorf("roster: the address of a contact: %w", err)
	}
	item := Item{
		JID:          address.JID.Clone(),
		Name:         strings.Clone(n.Attr("name")),
		Subscription: Subscription(strings.Clone(n.Attr("subscription"))),
		Asked:        n.Attr("ask") == "subscribe",
		Approved:     n.Attr("approved") == "true" || n.Attr("approved") == "1",
	}
	switch item.Subscription {
	case To, From, Both, Removed:
	default:
		item.Subscription = None // what is not known does not count
	}
	for g := range n.ChildrenNamed(NS, "group") {
		item.Groups = append(item.Groups, strings.Clone(g.Text()))
	}
	return item, nil
}

// Bounds of what is kept. A stanza of the default limits brings half of that.
const (
	maxItems = 20_000
	maxBytes = 8 << 20
)

// errTooLarge: the server's roster is more than is kept.
var errTooLarge = errors.New("roster: the server has more contacts than are kept: 20,000, or 8 MiB")

// contents is a roster: its contacts, and the server's name for this state of it.
type contents struct {
	version string
	items   map[jid.JID]Item
	bytes   int
}

func (c *contents) put(item Item) error {
	old, had := c.items[item.JID]
	bytes := c.bytes + item.size()
	if had {
		bytes -= old.size()
	}
	if !had && len(c.items) >= maxItems || bytes > maxBytes {
		return errTooLarge
	}
	if c.items == nil {
		c.items = make(map[jid.JID]Item)
	}
	c.items[item.JID], c.bytes = item, bytes
	return nil
}

func (c *contents) remove(contact jid.JID) {
	if old, ok := c.items[contact]; ok {
		delete(c.items, contact)
		c.bytes -= old.size()
	}
}

func (c *contents) sorted() []Item {
	all := make([]Item, 0, len(c.items))
	for _, item := range c.items {
		all = append(all, item)
	}
	slices.SortFunc(all, func(a, b Item) int { return strings.Compare(a.JID.String(), b.JID.String()) })
	return all
}

// changesTo returns what makes other of c.
func (c *contents) changesTo(other *contents) (changes []change) {
	for contact, was := range c.items {
		if now := other.items[contact]; !was.equal(now) {
			changes = append(changes, change{was, now})
		}
	}
	for contact, now := range other.items {
		if _, had := c.items[contact]; !had {
			changes = append(changes, change{Item{}, now})
		}
	}
	return changes
}
