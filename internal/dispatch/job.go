package dispatch

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A job is one stanza that has a route: waiting, ready or running. What its reader ran
// by itself leaves its job to the next stanza, which finds it in the processor's cache.
type job struct {
	*delivery
	table  *router.Table
	read   element.Node // the whole stanza: an action may put another into its request
	answer []stanza.Out // room for an answer: ours, where the action left it to us, or lent to it
	taken  atomic.Bool  // what was lent is
	clean  bool         // the action returned, and all of what it returned is on its way
	// left is set by who reads on: the reader that runs the action, when that has
	// returned, or before that whoever hands reading on.
	left  atomic.Bool
	spare atomic.Bool // the stack of who runs it; see fewAsks

	// All below is guarded by the dispatcher's mutex.
	alone     bool // it need not, or need no longer, keep its lane's order
	slot      bool // it holds one
	isStuck   bool
	abandoned bool          // Drain did not wait for it
	asks      int32         // questions it has open
	entry     *router.Entry // the route, once its guard has said yes
	first     *router.Entry // the one that was found
	hold      hold
	lane      *lane
	links     [2]links
	due       time.Duration // what it waits for in a timeline
}

// A delivery is what an action is given of its job: the request, the Sender that this
// has as Via, and a context; see limit. All that may be kept for as long as anybody likes,
// unless the route is Transient.
type delivery struct {
	req   component.Request // for the route that matched first
	in    *input            // that read it, and whose goroutine may run it
	since time.Duration     // when the action began
	state atomic.Int32
	watch atomic.Pointer[watch]
	job   *job // nil when the action is over; guarded by the dispatcher's mutex
}

// job makes the job of a stanza that the input has just matched.
func (in *input) job(s *stanza.Stanza, table *router.Table, e *router.Entry, bytes int) *job {
	var j *job
	if last := len(in.spare) - 1; last >= 0 {
		j, in.spare = in.spare[last], in.spare[:last]
	} else {
		j = new(job)
	}
	if j.delivery == nil {
		j.delivery = new(delivery) // with the request, for one allocation is less than two
	}
	v := j.delivery
	v.in, v.job = in, j
	in.match.Fill(&v.req, s, e)
	v.req.Via = v
	if e.Transient {
		j.answer = slices.Grow(j.answer, 1)
		v.req.Lend(j.answer, &j.taken)
	}
	j.table, j.entry, j.first, j.read = table, e, e, s.Node
	// The lane of a route with a guard is left when the guard has said yes:
	// the route behind it may be one that keeps the order.
	j.alone = e.Concurrent && e.Guard == nil
	j.hold.bytes = weigh(s, bytes)
	return j
}

// recycle keeps a job for the next stanza. Nobody but the reader has known of it: it was
// in no list, and no answer to it is on its way. What it was delivered as goes with it,
// and the stanza back to its link, where the route says that nothing of it was kept, and
// nobody has derived a context from its own.
func (in *input) recycle(j *job) {
	v, read, answer := j.delivery, j.read, j.answer[:0]
	lent := j.entry.Transient
	again := j.clean && lent && v.watch.Load() == nil
	if lent && !again {
		answer = nil // what has gone wrong may have it still
	}
	*j = job{answer: answer}
	if again { // else the request is the action's
		v.req.Node = read
		in.src.Reuse(&v.req.Stanza)
		*v = delivery{}
		j.delivery = v
	}
	in.spare = append(in.spare, j)
}

// Send is req.Send: the link's, but for answers.
func (v *delivery) Send(ctx context.Context, outs ...stanza.Out) error {
	return sendOwn(ctx, v.in.via, outs)
}

// Local is for component.LinkOf.
func (v *delivery) Local() jid.JID { return component.LinkOf(v.in.via) }

// At is for component.Request.At.
func (v *delivery) At() jid.JID { return placeOf(v.in.via) }
