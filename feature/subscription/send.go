package subscription

import (
	"context"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// LinkUp tells all subscribers that we are there, on the first link of a domain:
// whoever ran before us may have left without a word. Further ones the framework
// sees to.
func (f *Feature) LinkUp(ctx context.Context, link component.Sender) error {
	domain := component.LinkOf(link).Domain()
	f.mu.Lock()
	told := f.told[domain]
	f.mu.Unlock()
	if told {
		return nil
	}
	if err := f.tell(ctx, link, jid.JID{}, domain); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.told == nil {
		f.told = make(map[string]bool)
	}
	f.told[domain] = true
	return nil
}

// LinkDown does nothing: who comes back is told again by the framework.
func (f *Feature) LinkDown() {}

// Broadcast sends the presence of an address, as it is now, to all its subscribers:
// for when it has changed.
func (f *Feature) Broadcast(ctx context.Context, served jid.JID) error {
	if f.host == nil {
		return errNotUsed
	}
	return f.tell(ctx, f.host, served.Bare(), "")
}

// batch is how many stanzas are sent at once.
const batch = 64

// tell sends presence to the subscribers of one address or, if that is zero, of all
// that are of the domain; "" is any.
func (f *Feature) tell(ctx context.Context, by component.Sender, served jid.JID, domain string) error {
	var outs []stanza.Out
	for s, err := range f.store().All(ctx, served) {
		if err != nil {
			return err
		}
		if domain != "" && s.Served.Domain() != domain {
			continue
		}
		now, err := f.now(ctx, s)
		if err != nil {
			return err
		}
		if outs = append(outs, now...); len(outs) >= batch {
			if err := by.Send(ctx, outs...); err != nil {
				return err
			}
			outs = nil
		}
	}
	if len(outs) == 0 {
		return nil
	}
	return by.Send(ctx, outs...)
}

// Approve lets a contact see our presence, and tells him: for a request that was
// left for Later.
func (f *Feature) Approve(ctx context.Context, s Subscription) error {
	if f.host == nil {
		return errNotUsed
	}
	s = s.bare()
	if err := f.store().Add(ctx, s); err != nil {
		return err
	}
	now, err := f.now(ctx, s)
	if err != nil {
		return err
	}
	return f.host.Send(ctx, append([]stanza.Out{s.presence(stanza.TypeSubscribed)}, now...)...)
}

// Cancel ends a contact's subscription, or denies a request that was left for
// Later, and tells him (section 3.2).
func (f *Feature) Cancel(ctx context.Context, s Subscription) error {
	if f.host == nil {
		return errNotUsed
	}
	s = s.bare()
	has, err := f.store().Has(ctx, s)
	if err != nil {
		return err
	}
	outs := []stanza.Out{s.presence(stanza.TypeUnsubscribed)}
	if has {
		if err := f.store().Remove(ctx, s); err != nil {
			return err
		}
		gone, err := f.gone(ctx, s)
		if err != nil {
			return err
		}
		outs = append(gone, outs...)
	}
	return f.host.Send(ctx, outs...)
}

func (s Subscription) bare() Subscription { return Subscription{s.Served.Bare(), s.Contact.Bare()} }

func (s Subscription) presence(t stanza.Type) stanza.Out {
	return stanza.Out{Kind: stanza.Presence, Type: t, From: s.Served.Address(), To: s.Contact.Address()}
}
