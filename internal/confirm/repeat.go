package confirm

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// batchSize is how many stanzas are sent again with one call of the link, of not more
// than batchBytes unless it is one.
const (
	batchSize  = 64
	batchBytes = 64 << 10
)

// A resending is some of what is kept, on its way to a new link.
type resending struct {
	words    []byte
	ends     []int
	seqs     []uint64
	repeated int // of them, for a further time
}

// repeat gives the link what it has not got yet. What comes meanwhile is held as well,
// and so goes out behind. There is a barrier behind each Batch: with one behind all of it,
// a connection that breaks before the server has taken that much, again and again, would
// have it sent all over each time.
func (r *Ring) repeat(ctx context.Context, a *attachment) error {
	var b resending
	for !r.closed && r.at == a && r.collect(&b) {
		r.fresh += len(b.ends)
		r.mu.Unlock()
		last, err := a.link.Resend(ctx, b.words, b.ends)
		r.mu.Lock()
		if r.at != a {
			return nil
		}
		if err != nil {
			r.mark(&b, false, 0)
			return fmt.Errorf("confirm: sending again: %w", err)
		}
		r.mark(&b, true, last)
		r.given = b.seqs[len(b.seqs)-1]
		r.stats.Repeated += b.repeated
		if r.due(); r.enough.Load() {
			r.mu.Unlock()
			r.ask(a, nil)
			r.mu.Lock()
		}
	}
	return nil
}

// collect fills b with what is to be sent next, and reports whether there is anything.
// It counts as given from here on: if yet another link comes meanwhile, this one may
// have sent it. What is too large for the link is given up.
func (r *Ring) collect(b *resending) bool {
	*b = resending{words: b.words[:0], ends: b.ends[:0], seqs: b.seqs[:0]}
	most, refused := r.at.link.MaxSend(), 0
	for n, words := range r.log.all() {
		if n.given {
			continue
		}
		if len(words) > most {
			refused++
			continue
		}
		if n.repeat {
			words = r.late(n, words, most)
		}
		if len(b.ends) == batchSize || len(b.ends) > 0 && len(b.words)+len(words) > batchBytes {
			break
		}
		n.given = true
		b.words = append(b.words, words...)
		b.ends = append(b.ends, len(b.words))
		b.seqs = append(b.seqs, n.seq)
		if n.repeat {
			b.repeated++
		}
	}
	if refused > 0 {
		r.refuse(most)
	}
	return len(b.ends) > 0
}

// refuse gives up what the link has not got and is too large for it.
func (r *Ring) refuse(most int) {
	r.log.filter(func(n *record, words []byte) bool {
		if n.given || len(words) <= most {
			return true
		}
		r.opts.Log.Error("a stanza cannot be sent on the new link", "error", fmt.Errorf("confirm: it has %d bytes, and the server takes %d", len(words), most))
		r.gone(n, &r.stats.Refused)
		return false
	})
	r.news()
}

// mark notes whether the link has got what b is, and the number of the last of it on a
// link that counts. Some may be too old by now, and gone.
func (r *Ring) mark(b *resending, given bool, last uint64) {
	for n := range r.log.all() {
		i, found := slices.BinarySearch(b.seqs, n.seq)
		if i == len(b.seqs) {
			return
		}
		if !found {
			continue
		}
		n.given = given
		if last > 0 {
			n.last = last - uint64(len(b.seqs)-1-i)
		}
	}
}

// late returns the words of a copy that goes out for a further time with a stamp that
// says when the first was sent (XEP-0203), or who reads it takes it for new. What says
// so already stays as it is, and iqs, which nobody shows, and what would be too large.
func (r *Ring) late(n *record, words []byte, most int) []byte {
	if n.iq {
		return words
	}
	us := r.at.link.Local()
	o := parse(words, n.wanted)
	if delayedBy(&o, us) {
		return words
	}
	w := element.Writer{Space: element.NSClient}
	stamp := stanza.Delay{Stamp: time.Now().Add(n.since - r.now()), From: us.Address()}
	if err := o.Add(stamp).AppendTo(&w); err != nil || w.Len() > most {
		return words
	}
	return w.Bytes()
}

// delayedBy reports whether o says that we, or somebody who is not named, kept it.
func delayedBy(o *stanza.Out, us jid.JID) bool {
	for _, n := range o.Payload {
		if from := n.Attr("from"); n.Is(stanza.NSDelay, "delay") && (from == "" || from == us.String()) {
			return true
		}
	}
	return false
}
