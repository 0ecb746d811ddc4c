package dispatch

import (
	"log/slog"
	"time"

	"github.com/emp-framework/emp/router"
)

// Options are the bounds of a Dispatcher. A zero field stands for its default.
type Options struct {
	// Table is the routes. nil is a table without any.
	Table *router.Table
	// Log gets what operators should know; default slog.Default(). It never
	// gets the content of stanzas, only kinds, ids, routes, our own addresses and
	// the bare ones of others.
	Log *slog.Logger

	// Workers is how many actions run at once, those that wait for the answer
	// to a question not counted; default 256.
	Workers int
	// Stanzas and Bytes bound what is held in total: default 16384 and 32 MiB.
	// Bytes are those of memory, estimated from size and content of a stanza.
	Stanzas, Bytes int
	// PairStanzas and PairBytes bound what is held of one pair, the running
	// one included: default 128 and 4 MiB. One stanza is always let in.
	PairStanzas, PairBytes int
	// Asks is how many questions may be open at once; default 10000.
	Asks int

	// Rate, if above 0, is how many stanzas a second each sender may send, by
	// bare JID, over time; Burst how many at once, default twice the Rate, at
	// least 1. Those beyond get policy-violation of type wait; presence is
	// dropped as ever. All occupants of a room are one sender, and so are all
	// users behind a gateway that speaks for its domain alone. 65,536 senders
	// are told apart at once. Default: no limit.
	Rate  float64
	Burst int

	// Timeout is how long an action may run; default 30 s.
	Timeout time.Duration
	// Patience is how long an iq get or set waits for its turn before it is
	// refused, since whoever asked will not wait for ever; default 30 s.
	// Messages and presences wait as long as it takes.
	Patience time.Duration
	// Grace is how long an action may go on beyond Timeout, its context done
	// and its stanza answered, before it counts as stuck; default 5 s.
	Grace time.Duration
	// Stuck is how many stuck actions are replaced by fresh workers, and from
	// which number on Ready reports an error, which the log tells too; default:
	// Workers.
	Stuck int
}

func (o Options) withDefaults() Options {
	set(&o.Workers, 256)
	set(&o.Stanzas, 16384)
	set(&o.Bytes, 32<<20)
	set(&o.PairStanzas, 128)
	set(&o.PairBytes, 4<<20)
	set(&o.Asks, 10000)
	set(&o.Timeout, 30*time.Second)
	set(&o.Patience, 30*time.Second)
	set(&o.Grace, 5*time.Second)
	set(&o.Stuck, o.Workers)
	set(&o.Burst, max(1, int(min(2*o.Rate, 1<<20))))
	if o.Table == nil {
		o.Table = new(router.Table)
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// set gives an option that was left out its default.
func set[T int | time.Duration](option *T, value T) {
	if *option <= 0 {
		*option = value
	}
}
