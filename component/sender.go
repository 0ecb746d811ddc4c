package component

import (
	"context"
	"errors"

	"github.com/emp-framework/emp/stanza"
)

// A Sender sends stanzas of the application's own accord: a link to a server,
// or the application, which chooses the link. Any number of goroutines may use
// one.
type Sender interface {
	// Send puts the stanzas, in this order, into the queue of what goes out. If
	// one of them cannot be sent none is, and the error says why. It waits
	// while the queue is full. A missing From is filled in.
	//
	// nil means taken by the sender. Messages but for errors, answers to iqs and
	// presence about subscriptions are sent at least once, also over the next
	// link if this one breaks, unless they get too old (10 minutes, answers 1), the
	// process ends, or, of answers, too much is kept already; see stanza.Out.Once. A message gets an origin-id
	// (XEP-0359), by which two copies are known as one; its payload must not be
	// changed any more. Other presence and iqs are sent at most once.
	Send(ctx context.Context, outs ...stanza.Out) error
	// Ask sends an iq get or set and waits for its answer, which only counts
	// from whom was asked. A missing ID is filled in. An answer of type error
	// comes as an error that is a stanza.Fault, beside the answer itself. ctx
	// bounds the wait; there is always a time limit.
	Ask(ctx context.Context, question stanza.Out) (stanza.Stanza, error)
}

// ErrNoLink is the error of Request.Send and Request.Ask for a Request that
// came over no link, as those that tests make.
var ErrNoLink = errors.New("component: the request came over no link: set Request.Via")

// Send sends stanzas at once, over the link that the request came on, before
// the action is done: progress, news to others. What the action has to answer
// it returns.
func (r *Request) Send(ctx context.Context, outs ...stanza.Out) error {
	if r.Via == nil {
		return ErrNoLink
	}
	return r.Via.Send(ctx, outs...)
}

// Ask sends an iq get or set over the link that the request came on, waits for
// its answer and returns it; see [Sender]. Further stanzas of the same sender
// wait meanwhile, those of others do not.
func (r *Request) Ask(ctx context.Context, question stanza.Out) (answer stanza.Stanza, err error) {
	if err = ErrNoLink; r.Via != nil { // so it is inlined, and who waits has a shallower stack
		answer, err = r.Via.Ask(ctx, question)
	}
	return answer, err
}
