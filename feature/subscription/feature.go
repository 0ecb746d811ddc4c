package subscription

import (
	"context"
	"errors"
	"sync"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A Feature manages the subscriptions of the addresses in the scope that it is
// mounted in. It is for App.Use, which has it tell all subscribers when the
// application starts; one that is to serve some addresses only is mounted there by
// a plugin that hands Start and LinkUp on.
//
// What it sends is remembered by the framework, which sends it again after a
// reconnect and takes it back when the application ends (RFC 6121 sections 4.5.2
// and 4.6).
type Feature struct {
	// Store keeps the subscriptions. Default: a Memory, which forgets them with the
	// process, so that contacts have to ask again.
	Store Store
	// Decide says what becomes of a request, of who has no subscription yet. nil:
	// all are denied. The error is a protocol reply, and there is no decision then.
	Decide func(ctx context.Context, req *component.Request) (Decision, error)
	// Presence returns the presence of an address as it is now: one of each resource
	// that is there, with its From and without a To; none if nobody is. nil: each
	// address is there, at no resource.
	Presence func(ctx context.Context, served jid.JID) ([]stanza.Out, error)

	host component.Host

	mu   sync.Mutex
	told map[string]bool // domains whose subscribers have been told that we are there
	own  Memory          // the Store, where none is given
}

// Routes writes the routes of requests. That somebody allows us to see his presence,
// or does not, answers nothing that the Feature has asked: such presence it
// leaves alone (section 3.1.6).
func (f *Feature) Routes(r *router.Router) {
	r.Presence("[@type='subscribe']").To(f.subscribe)
	r.Presence("[@type='unsubscribe']").To(f.unsubscribe)
	r.Presence("[@type='probe']").To(f.probe)
}

// Start keeps the host, to send by.
func (f *Feature) Start(_ context.Context, host component.Host) error {
	f.host = host
	return nil
}

func (f *Feature) store() Store {
	if f.Store == nil {
		return &f.own
	}
	return f.Store
}

// subscribe decides about a request. Who is subscribed already is told so at once
// (section 3.1.3): he asks since his server has lost it.
func (f *Feature) subscribe(ctx context.Context, req *component.Request) (component.Response, error) {
	s := of(req)
	has, err := f.store().Has(ctx, s)
	if err != nil {
		return nil, err
	}
	if !has {
		decision := Deny
		if f.Decide != nil {
			if decision, err = f.Decide(ctx, req); err != nil {
				return nil, err
			}
		}
		switch decision {
		case Deny:
			return req.ReplyPresence(stanza.TypeUnsubscribed), nil
		case Later:
			return nil, nil
		}
		if err := f.store().Add(ctx, s); err != nil {
			return nil, err
		}
	}
	now, err := f.now(ctx, s)
	return append(req.ReplyPresence(stanza.TypeSubscribed), now...), err
}

// unsubscribe ends a subscription: from now on we are offline for the contact
// (section 3.3.3).
func (f *Feature) unsubscribe(ctx context.Context, req *component.Request) (component.Response, error) {
	s := of(req)
	has, err := f.store().Has(ctx, s)
	if err != nil || !has {
		return nil, err
	}
	if err := f.store().Remove(ctx, s); err != nil {
		return nil, err
	}
	return f.gone(ctx, s)
}

// probe tells a subscriber our presence (section 4.3.2), and anybody else that he
// is none: his server takes him for one.
//
// The answer goes to the bare address, though servers probe for one device: the
// others know it already, and what is remembered of presence does not grow with each
// device that was ever there.
func (f *Feature) probe(ctx context.Context, req *component.Request) (component.Response, error) {
	s := of(req)
	has, err := f.store().Has(ctx, s)
	if err != nil {
		return nil, err
	}
	if !has {
		return req.ReplyPresence(stanza.TypeUnsubscribed), nil
	}
	now, err := f.now(ctx, s)
	if err != nil || req.To.JID.IsBare() {
		return now, err
	}
	// One resource was asked for: of that, whether it is there (section 4.3.2.1).
	there := stanza.TypeUnavailable
	for _, o := range now {
		if o.From.JID == req.To.JID {
			there = o.Type
		}
	}
	return component.Response{{Kind: stanza.Presence, Type: there, From: req.To, To: s.Contact.Address()}}, nil
}

// of is the subscription that a stanza is about.
func of(req *component.Request) Subscription {
	return Subscription{Served: req.To.JID.Bare().Clone(), Contact: req.From.JID.Bare().Clone()}
}

// now is our presence as the contact is to see it.
func (f *Feature) now(ctx context.Context, s Subscription) (component.Response, error) {
	if f.Presence == nil {
		return component.Response{{Kind: stanza.Presence, From: s.Served.Address(), To: s.Contact.Address()}}, nil
	}
	outs, err := f.Presence(ctx, s.Served)
	if err != nil {
		return nil, err
	}
	now := make(component.Response, len(outs))
	for i, o := range outs {
		o.To = s.Contact.Address()
		now[i] = o
	}
	return now, nil
}

// gone is what now is with all of it taken back.
func (f *Feature) gone(ctx context.Context, s Subscription) (component.Response, error) {
	now, err := f.now(ctx, s)
	for i, o := range now {
		now[i] = stanza.Out{Kind: stanza.Presence, Type: stanza.TypeUnavailable, From: o.From, To: o.To}
	}
	return now, err
}

var errNotUsed = errors.New("subscription: the Feature was not given to App.Use, or the application has not started")
