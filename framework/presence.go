package framework

import (
	"sync"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// presences remembers which available presence the application has sent to
// whom. A server keeps nothing of it for a component and tells nobody when it
// leaves (RFC 6121 sections 4.5.2 and 4.6; requirement P06): after a reconnect
// it has to be sent again, at the end unavailable presence in its place.
type presences struct {
	mu   sync.Mutex
	sent map[presenceKey]stanza.Out
}

type presenceKey struct{ from, to jid.JID }

// maxPresences bounds what is remembered. What goes beyond is sent and not
// remembered: those contacts have to ask (a probe) after a reconnect.
const maxPresences = 1 << 16

// said notes what went out.
func (p *presences) said(outs []stanza.Out) {
	for i := range outs {
		o := &outs[i]
		if o.Kind != stanza.Presence {
			continue
		}
		key := presenceKey{o.From.JID, o.To.JID}
		p.mu.Lock()
		switch o.Type {
		case stanza.TypeAvailable:
			if p.sent == nil {
				p.sent = make(map[presenceKey]stanza.Out)
			}
			if _, known := p.sent[key]; known || len(p.sent) < maxPresences {
				p.sent[key] = *o
			}
		case stanza.TypeUnavailable:
			delete(p.sent, key)
		}
		p.mu.Unlock()
	}
}

// heard notes that a contact is not there to be told any more.
func (p *presences) heard(s *stanza.Stanza) {
	if s.Kind != stanza.Presence || s.Type != stanza.TypeError {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.sent, presenceKey{s.To.JID, s.From.JID})
}

// all returns what is in force, in no order.
func (p *presences) all() []stanza.Out {
	p.mu.Lock()
	defer p.mu.Unlock()
	outs := make([]stanza.Out, 0, len(p.sent))
	for _, o := range p.sent {
		outs = append(outs, o)
	}
	return outs
}

// farewells returns the unavailable presence that ends what is in force.
func (p *presences) farewells() []stanza.Out {
	outs := p.all()
	for i, o := range outs {
		outs[i] = stanza.Out{Kind: stanza.Presence, Type: stanza.TypeUnavailable, From: o.From, To: o.To}
	}
	return outs
}
