package stream

import (
	"sync"
	"sync/atomic"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// MaxAsks is how many answers a Pending awaits at once.
const MaxAsks = 65536

// A Pending is a table of the questions that wait for their answers. An answer
// counts if it comes from whom was asked, with the id of the question, as an
// iq result or error; the sender cannot be forged, the id has 128 random bits.
// Links share one where the server may bring the answer to a question of one
// on another: several connections for one component, those of a session one after
// another. The zero Pending is ready for use.
type Pending struct {
	mu   sync.Mutex
	asks map[askKey]*ask
	open atomic.Int32
}

type askKey struct {
	from jid.JID // who is to answer
	id   string
}

// An ask is one question.
type ask struct {
	key   askKey
	owner any // the link that it ends with; nil: none
	echo  bool
	tell  func(answer) // called once, unless the question is dropped; it must return at once
}

type answer struct {
	stanza stanza.Stanza
	err    error
}

// Open returns how many answers are awaited.
func (p *Pending) Open() int { return int(p.open.Load()) }

// add registers a question, the answer to which tell gets. One that echoes waits for the
// question itself to come back.
func (p *Pending) add(owner any, to jid.JID, id string, echo bool, tell func(answer)) (*ask, error) {
	a := &ask{key: askKey{to, id}, owner: owner, echo: echo, tell: tell}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.asks) >= MaxAsks {
		return nil, ErrTooManyAsks
	}
	if p.asks == nil {
		p.asks = make(map[askKey]*ask)
	}
	if p.asks[a.key] != nil {
		return nil, errSameID
	}
	p.asks[a.key] = a
	p.open.Add(1)
	return a, nil
}

// settle gives s, an iq, with err for what is wrong with it, to the question that it
// answers, and reports whether there is one.
func (p *Pending) settle(s *stanza.Stanza, err error) bool {
	if p.open.Load() == 0 { // else it costs a lock and a hash
		return false
	}
	p.mu.Lock()
	a := p.asks[askKey{s.From.JID, s.ID}]
	if a == nil || !s.IsAnswer() && !(a.echo && s.Type == stanza.TypeGet) {
		p.mu.Unlock()
		return false
	}
	p.remove(a)
	p.mu.Unlock()
	a.tell(answer{*s, err})
	return true
}

// give has a question end with the link owner.
func (p *Pending) give(a *ask, owner any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a.owner = owner
}

// drop forgets a question that nobody waits for any more, and reports whether it was
// still open: if so its tell is not called.
func (p *Pending) drop(a *ask) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.remove(a)
}

func (p *Pending) remove(a *ask) bool {
	if p.asks[a.key] != a {
		return false
	}
	delete(p.asks, a.key)
	p.open.Add(-1)
	return true
}

// interrupt tells all who asked over the link owner that it is gone.
func (p *Pending) interrupt(owner any) {
	var gone []*ask
	p.mu.Lock()
	for _, a := range p.asks {
		if a.owner == owner {
			p.remove(a)
			gone = append(gone, a)
		}
	}
	p.mu.Unlock()
	for _, a := range gone {
		a.tell(answer{err: ErrInterrupted})
	}
}
