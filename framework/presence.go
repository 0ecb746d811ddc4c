package framework

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// presences remembers which available presence the application has sent to
// whom. A server keeps nothing of it for a component and tells nobody when it
// leaves (RFC 6121 sections 4.5.2 and 4.6; requirement P06): after a reconnect
// it has to be sent again, at the end unavailable presence in its place.
type presences struct {
	domain jid.JID // the sender that a stanza without one gets
	client bool    // there is no other sender than the link itself

	mu    sync.Mutex
	sent  map[presenceKey]presence
	bytes int // of what is in sent
	count int // of all that was ever noted
}

type presence struct {
	stanza.Out
	number int // when it was noted
}

// A presenceKey is from whom to whom. Of a client's presence the sender is left out,
// for it is the link, whatever address that has; without a to it is for all contacts.
type presenceKey struct{ from, to jid.JID }

func (p *presences) key(from, to jid.JID) presenceKey {
	switch {
	case p.client:
		from = jid.JID{}
	case from.IsZero():
		from = p.domain
	}
	return presenceKey{from, to}
}

// broadcast reports whether a client's presence for all contacts is in force.
func (p *presences) broadcast() bool {
	_, ok := p.get(presenceKey{})
	return ok
}

// maxPresences and maxPresenceBytes bound what is remembered. What goes beyond
// is sent and not remembered: those contacts have to ask (a probe) after a
// reconnect.
const (
	maxPresences     = 1 << 16
	maxPresenceBytes = 16 << 20
)

func anyPresence(outs []stanza.Out) bool {
	for i := range outs {
		if outs[i].Kind == stanza.Presence {
			return true
		}
	}
	return false
}

// send sends stanzas, and notes what presence goes out with them: before, so
// that who finds nothing noted after he has sent something knows that nothing
// was sent before either.
func (p *presences) send(outs []stanza.Out, send func() error) error {
	undo := p.note(outs)
	err := send()
	if err != nil {
		p.restore(undo)
	}
	return err
}

// repeat sends what is in force on a new link: for whoever got it we have been
// offline since. An action that runs already may change or take back some of it
// meanwhile, and what that sent has to be what the contact sees last.
func (p *presences) repeat(ctx context.Context, send func(context.Context, ...stanza.Out) error) error {
	for _, key := range p.keys() {
		now, inForce := p.get(key)
		if !inForce {
			continue
		}
		for {
			o := now.Out
			if !inForce {
				o = farewell(key)
			}
			if err := send(ctx, o); err != nil {
				return err
			}
			last := now.number
			if now, inForce = p.get(key); now.number == last {
				break
			}
		}
	}
	return nil
}

// get returns what is in force; its number is 0 if nothing is.
func (p *presences) get(key presenceKey) (presence, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	o, ok := p.sent[key]
	return o, ok
}

// A change is what was in force before something was noted.
type change struct {
	key presenceKey
	old presence
	had bool
}

// note notes what goes out, and returns what it changed.
func (p *presences) note(outs []stanza.Out) (undo []change) {
	for i := range outs {
		o := &outs[i]
		if o.Kind != stanza.Presence || o.Type != stanza.TypeAvailable && o.Type != stanza.TypeUnavailable {
			continue
		}
		key := p.key(o.From.JID, o.To.JID)
		p.mu.Lock()
		old, had := p.sent[key]
		undo = append(undo, change{key, old, had})
		p.forget(key)
		if o.Type == stanza.TypeAvailable {
			p.count++
			now := o.Clone() // it outlives the stanza that it may be an answer to
			if p.client {
				now.From = jid.Address{}
			}
			p.keep(p.key(now.From.JID, now.To.JID), presence{now, p.count})
		}
		p.mu.Unlock()
	}
	return undo
}

// restore takes back what note did, since it was not sent.
func (p *presences) restore(undo []change) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range slices.Backward(undo) {
		p.forget(c.key)
		if c.had {
			p.keep(p.key(c.old.From.JID, c.old.To.JID), c.old) // the key of c is of what was not sent
		}
	}
}

// keep remembers a presence of which nothing is known. It is called locked.
func (p *presences) keep(key presenceKey, o presence) {
	size := presenceSize(&o.Out)
	if len(p.sent) >= maxPresences || p.bytes+size > maxPresenceBytes {
		return
	}
	if p.sent == nil {
		p.sent = make(map[presenceKey]presence)
	}
	p.sent[key] = o
	p.bytes += size
}

func (p *presences) forget(key presenceKey) {
	if o, ok := p.sent[key]; ok {
		delete(p.sent, key)
		p.bytes -= presenceSize(&o.Out)
	}
}

// presenceSize is how much memory a presence keeps alive, about.
func presenceSize(o *stanza.Out) int {
	const own = 512 // of the Out, its key and their place in the map
	size := own + len(o.Status) + len(o.ID) + len(o.Lang) + len(o.From.String()) + len(o.To.String())
	for _, n := range o.Payload {
		size += n.Size()
	}
	return size
}

// heard notes that a contact is not there to be told any more.
func (p *presences) heard(s *stanza.Stanza) {
	if s.Kind != stanza.Presence || s.Type != stanza.TypeError {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.forget(p.key(s.To.JID, s.From.JID))
}

// keys returns from whom to whom presence is in force, in no order.
func (p *presences) keys() []presenceKey {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Keys(p.sent))
}

// farewells returns the unavailable presence that ends what is in force.
func (p *presences) farewells() []stanza.Out {
	keys := p.keys()
	outs := make([]stanza.Out, len(keys))
	for i, key := range keys {
		outs[i] = farewell(key)
	}
	return outs
}

func farewell(key presenceKey) stanza.Out {
	return stanza.Out{Kind: stanza.Presence, Type: stanza.TypeUnavailable, From: key.from.Address(), To: key.to.Address()}
}
