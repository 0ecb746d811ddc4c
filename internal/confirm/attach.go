package confirm

import (
	"context"
	"errors"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

var errReplaced = errors.New("confirm: another link has come")

// Attach makes link the one that stanzas go out on, in place of the one before,
// which must be down. First it sends what was not confirmed, in the order in which
// it was sent, so somebody must read from the link already. An error is that of
// the link, or of ctx: what is left is for the next link.
func (r *Ring) Attach(ctx context.Context, link Link) error {
	if r == nil {
		return nil
	}
	r.Prepare(link)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	a := r.at
	before := r.stats.Repeated
	err := r.repeat(ctx, a)
	if n := r.stats.Repeated - before; n > 0 {
		r.opts.Log.Info("sent again what the server had not confirmed", "stanzas", n)
	}
	if r.at != a {
		return errReplaced
	}
	r.repeating = false
	r.up = err == nil
	r.news()
	return err
}

// Prepare is the beginning of Attach, which does it if nobody has before: nothing new
// passes what is to be sent again. What the server may or may not have taken over the
// link before is told, if it is not to be sent again; see Options.Report.
func (r *Ring) Prepare(link Link) {
	if r == nil {
		return
	}
	if unknown := r.prepare(link); len(unknown) > 0 {
		r.opts.Log.Warn("the server may or may not have taken stanzas, which are not sent again", "stanzas", len(unknown))
		if r.opts.Unknown != nil {
			r.opts.Unknown(unknown)
		}
	}
}

// prepare does so, and returns what is to be told.
func (r *Ring) prepare(link Link) (unknown []stanza.Out) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || r.repeating && r.at.link == link {
		return nil
	}
	r.at = &attachment{r, link}
	r.up, r.repeating, r.warned, r.given = false, true, false, 0
	r.log.filter(func(n *record, words []byte) bool {
		switch {
		case !n.given: // the server never got it
			return true
		case n.wanted && !r.opts.Report:
			n.given, n.repeat, n.last = false, true, 0
			return true
		case !n.asked:
			unknown = append(unknown, parse(words, n.wanted))
		}
		r.gone(n, &r.stats.Unknown)
		return false
	})
	r.expire()
	r.news()
	return unknown
}

// parse returns the stanza that was written as words.
func parse(words []byte, wanted bool) stanza.Out {
	n := len(words) // what a link has taken is within all limits
	p := element.Parser{Fragments: true, Space: element.NSClient, Limits: element.Limits{
		Bytes: n, Depth: n, Attrs: n, Elements: n, Name: n,
	}}
	p.Feed(words)
	ev, err := p.Next()
	if err != nil {
		return stanza.Out{} // words were written by an element.Writer
	}
	s, _ := stanza.Of(ev.Node) // a client's have no from, which is no harm
	o := s.Copy()
	o.Once = !wanted && Wanted(&o)
	return o
}

// Unsettle is for when the server does not say what it has taken over the link before,
// and never will: the numbers that stanzas have do not belong to the next session.
func (r *Ring) Unsettle() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for n := range r.log.all() {
		n.last = 0
	}
}

// Settle takes what the server says of the link before, one that counts: it has taken
// all up to the number handled, and never got what was sent behind. That goes out on
// the next link as if it had not been sent. Questions among it are given up unless
// the session goes on: nobody waits for their answers any more.
func (r *Ring) Settle(handled uint64, goesOn bool) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log.filter(func(n *record, _ []byte) bool {
		switch {
		case n.last == 0:
		case n.last <= handled:
			r.gone(n, &r.stats.Confirmed)
			return false
		case n.asked && !goesOn:
			r.gone(n, &r.stats.Unknown)
			return false
		default:
			n.given, n.last = false, 0
		}
		return true
	})
	r.news()
}
