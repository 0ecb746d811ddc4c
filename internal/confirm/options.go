package confirm

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A Link is what a Ring needs of a connection to a server. What SendKept holds while it
// calls its Keeper none of MaxSend, Err and Local may wait for: the Ring calls them locked,
// and a Keeper locks the Ring.
type Link interface {
	// Send queues stanzas behind those queued before, all or none.
	Send(ctx context.Context, outs ...stanza.Out) error
	// SendKept is Send, and gives k what it queues before anything else can be
	// queued. If k does not take it nothing is queued.
	SendKept(ctx context.Context, k Keeper, outs ...stanza.Out) error
	// Render gives k what SendKept would queue, and queues nothing, on a link that is
	// down too. The error is the one with which SendKept would refuse the stanzas for
	// what they are, or that of k.
	Render(k Keeper, outs ...stanza.Out) error
	// Resend is Send for words that a Keeper has taken, of this link or an earlier
	// one, in which a stanza ends at each of ends. It returns the number of the last on
	// a link that counts, else 0.
	Resend(ctx context.Context, words []byte, ends []int) (last uint64, err error)
	// MaxSend is how many bytes a stanza may have.
	MaxSend() int
	// Counts reports whether the server counts what it has taken (XEP-0198), and after
	// a reconnect may say how far it got; see [Ring.Settle]. All that is sent over such
	// a link is kept until it is confirmed, Wanted or not, while there is room.
	Counts() bool
	// Confirm asks the server to confirm all that was queued before, and does not wait. It
	// calls done once, perhaps before it returns: with nil when the server has processed
	// that, since a ping came back, or since it says so itself; else with why that is not
	// known, within timeout. The error is ErrUnread if the answer may lie where nobody
	// reads, else context.DeadlineExceeded if there was none in time.
	Confirm(timeout time.Duration, done func(error))
	// Down is closed when the link is of no use any more, and Err then says why.
	Down() <-chan struct{}
	Err() error
	// Local is our address, which a copy that comes late names as who kept it.
	Local() jid.JID
}

// A Keeper takes stanzas as they are written: the words behind mark, in which one ends
// at each of ends, and the number of the last on a link that counts, else 0. They are
// valid only during the call, which must return at once. With an error it has not taken
// them: the link then returns that. Before, it says of each whether it is written with
// an origin-id, for who sent it has his own; outs stay without.
type Keeper = interface {
	Identifies(o *stanza.Out) bool
	Keep(outs []stanza.Out, words []byte, mark int, ends []int, last uint64) error
}

// ErrUnread is the error of a Link's Confirm whose answer may have come, but nobody has
// read what comes: it says nothing about the server.
var ErrUnread = errors.New("confirm: nobody reads the link")

// Options are the bounds of a Ring; a zero field stands for its default.
type Options struct {
	Stanzas int // that are kept at once; default 16384
	Bytes   int // of memory that they hold, about; default 32 MiB

	Age       time.Duration // after which a stanza is given up; default 10 min
	AnswerAge time.Duration // the same for answers to iqs, since nobody waits any longer; default 1 min

	Batch   int           // stanzas after which a barrier follows at once if none is under way; see far; default 64
	Delay   time.Duration // after which one follows if none is under way; default 200 ms
	Timeout time.Duration // for a barrier to come back; default 30 s

	// Report has what the server may or may not have taken over a link that is gone
	// told to Unknown, in order, instead of sent again. Without, that is told only of
	// what is not Wanted, and so not sent again; nil: nobody is told.
	Report  bool
	Unknown func(outs []stanza.Out)

	Log *slog.Logger // default none

	// Await is called when somebody begins to wait for a barrier to come back, and
	// what it returns when he does no more. Meanwhile the link must be read from, else
	// it need not be. Default: it is read from in any case.
	Await func() (over func())
}

func (o Options) withDefaults() Options {
	for _, n := range []struct {
		field *int
		value int
	}{{&o.Stanzas, 16384}, {&o.Bytes, 32 << 20}, {&o.Batch, 64}} {
		if *n.field <= 0 {
			*n.field = n.value
		}
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{{&o.Age, 10 * time.Minute}, {&o.AnswerAge, time.Minute}, {&o.Delay, 200 * time.Millisecond}, {&o.Timeout, 30 * time.Second}} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	if o.Await == nil {
		o.Await = func() func() { return func() {} }
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Stats counts what a Ring has done. Of all that it took nothing is missing:
// Taken = Kept + Confirmed + Aged + Refused + Unknown.
type Stats struct {
	Taken     int // stanzas that it was given to keep, and kept
	Kept      int // that are neither confirmed nor given up
	Confirmed int // that the server has taken for sure
	Aged      int // given up since they were too old
	Refused   int // that are too large for a later link; see Link.MaxSend
	Unknown   int // given up, since the server may have taken them; see Options.Report

	Unkept     int // answers that were sent without being kept, as there was no room
	Repeated   int // sends beyond the first
	Barriers   int // that came back
	Unanswered int // barriers that did not, on a link that was up
}
