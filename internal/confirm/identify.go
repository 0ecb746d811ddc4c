package confirm

import (
	"sync"

	"github.com/emp-framework/emp/stanza"
)

// A batch is copies of stanzas, for who sent them has his own.
type batch struct{ outs []stanza.Out }

var batches = sync.Pool{New: func() any { return new(batch) }}

// identified returns copies of outs with an origin-id for each message that has none;
// nil if no message wants one. The caller ends their use with done.
func identified(outs []stanza.Out) *batch {
	var b *batch
	for i := range outs {
		if !wantsOriginID(&outs[i]) {
			continue
		}
		if b == nil {
			b = batches.Get().(*batch)
			b.outs = append(b.outs, outs...)
		}
		b.outs[i].Identify()
	}
	return b
}

func (b *batch) done() {
	clear(b.outs)
	b.outs = b.outs[:0]
	batches.Put(b)
}
