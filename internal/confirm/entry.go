package confirm

import (
	"time"

	"github.com/emp-framework/emp/stanza"
)

// An entry is what one call of Send was given. Its fields are guarded by the Ring,
// but for outs, which do not change while it is in use.
type entry struct {
	prev, next *entry
	in         *queue // nil: none, it is done with

	outs  []stanza.Out
	one   [1]stanza.Out // what outs is for a single stanza
	bytes int
	seq   uint64        // entries in the order of Send
	since time.Duration // when it came, by the Ring's clock
	dies  time.Duration // when it is too old

	last   uint64 // the number of the last of outs, of a link that counts; 0: none
	link   int    // the number of the link it was given to; 0: none yet
	taken  bool   // by that link, into its queue
	repeat bool   // an earlier link may have sent it
	asked  bool   // it is a question that somebody waits for the answer of
	uses   int    // by those who send outs just now
}

// A queue is a list of entries in the order of their seq.
type queue struct{ first, last *entry }

func (q *queue) push(e *entry) {
	e.prev, e.next, e.in = q.last, nil, q
	if q.last != nil {
		q.last.next = e
	} else {
		q.first = e
	}
	q.last = e
}

func (q *queue) remove(e *entry) {
	if e.prev != nil {
		e.prev.next = e.next
	} else {
		q.first = e.next
	}
	if e.next != nil {
		e.next.prev = e.prev
	} else {
		q.last = e.prev
	}
	e.prev, e.next, e.in = nil, nil, nil
}

// prepend puts all of p before what is in q, and empties p.
func (q *queue) prepend(p *queue) {
	if p.first == nil {
		return
	}
	for e := p.first; e != nil; e = e.next {
		e.in = q
	}
	p.last.next = q.first
	if q.first != nil {
		q.first.prev = p.last
	} else {
		q.last = p.last
	}
	q.first = p.first
	*p = queue{}
}
