package stream

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"github.com/emp-framework/emp/element"
)

// An outbox is the queue of what goes out. Whoever adds to it while nobody
// writes, writes: what others add meanwhile goes out with the next write. So a lone
// stanza costs no change of goroutine, and under load one write takes many. A
// goroutine goes on with what is left after a turn: what others have added, or what
// a server that reads slowly has not taken yet, for nobody's Send shall take as long
// as that.
type outbox struct {
	conn    net.Conn
	limit   int                   // bytes that may wait
	timeout time.Duration         // to write one chunk
	turn    time.Duration         // that a sender writes for at most; 0: senders do not write
	most    int                   // bytes that wait for uncork
	start   func(func()) bool     // runs a function beside, unless all is over
	broke   func(error)           // told when writing failed
	words   func(*element.Writer) // puts what is to be said beside stanzas, when nudge has asked for it
	cuts    *recordEnds           // where TLS may cut what waits into records; nil: there is no TLS

	mu      sync.Mutex
	filling element.Writer // what waits
	spare   element.Writer // what is being written, or empty
	ends    []int          // room for those of what is added
	left    []byte         // of that, what is not written yet
	spent   time.Duration  // of the time to write it, by a turn that was too short
	writing bool
	corked  bool          // what waits may go on doing so; see Cork
	last    string        // to be written behind all that waits
	due     bool          // words has something
	owed    int           // bytes that have to follow what waits; see pad
	err     error         // why nothing more may be added
	failed  error         // why writing failed
	late    bool          // writing is to fail at once
	wrote   time.Time     // when the last round was over
	sent    Counts        // of what goes out
	emptied chan struct{} // closed and replaced when what waited is taken; nil while nobody waits
}

// chunk is what one write deadline is for: a server that takes less than this
// in that time is stuck.
const chunk = 64 << 10

// senderTurn is how long a sender writes before a goroutine goes on with it: a
// server that keeps up takes what is written into the kernel's buffers at once.
const senderTurn = 20 * time.Millisecond

// corkFor is how many bytes wait for uncork at most: beyond, a write costs little
// beside what it takes, and the server may as well begin with them.
const corkFor = 16 << 10

// keepWriter is how large a buffer may be to be kept for the next use.
const keepWriter = 256 << 10

func (o *outbox) init(conn net.Conn, opts *Options, start func(func()) bool, broke func(error)) {
	o.conn, o.limit, o.timeout, o.start, o.broke = conn, opts.QueueBytes, opts.WriteTimeout, start, broke
	// A write of TLS that is broken off cannot go on, whoever has wrapped its connection.
	o.turn, o.cuts = 0, nil
	if _, encrypted := conn.(interface{ ConnectionState() tls.ConnectionState }); encrypted {
		o.cuts = new(recordEnds)
	} else {
		o.turn = min(senderTurn, o.timeout/2)
	}
	o.most = min(corkFor, o.limit)
	o.filling = newWriter(opts)
	o.spare = o.filling
}

// newWriter returns a Writer that refuses what servers would end the stream for.
func newWriter(opts *Options) element.Writer {
	return element.Writer{Space: element.NSClient, Limits: element.Limits{
		Bytes: opts.MaxSend, Depth: maxSendDepth, Elements: maxSendElements, Attrs: maxSendAttrs,
	}}
}

// limitStanzas has stanzas refused that are beyond the limits of opts, which the
// server named only when the connection was there.
func (o *outbox) limitStanzas(opts *Options) {
	o.mu.Lock()
	defer o.mu.Unlock()
	limits := newWriter(opts).Limits
	o.filling.Limits, o.spare.Limits = limits, limits
}

// begin waits until there is room, or ctx ends, and returns the Writer to put
// something into. commit or cancel must follow at once: the outbox is locked.
func (o *outbox) begin(ctx context.Context) (*element.Writer, error) {
	w, err := o.enter()
	for err == nil && w.Len() >= o.limit {
		emptied := o.waiting()
		o.mu.Unlock()
		select {
		case <-emptied:
		case <-ctx.Done():
			return nil, fmt.Errorf("stream: waiting for the server to take what is queued: %w", context.Cause(ctx))
		}
		w, err = o.enter()
	}
	return w, err
}

// enter is begin for what is small, and must not wait: whoever sends it has a bound of
// his own.
func (o *outbox) enter() (*element.Writer, error) {
	o.mu.Lock()
	if o.err != nil {
		defer o.mu.Unlock()
		return nil, o.err
	}
	return &o.filling, nil
}

// cancel ends what begin began, with nothing put into the Writer.
func (o *outbox) cancel() { o.mu.Unlock() }

// commit ends what begin began, with stanzas behind mark that end at each of ends, and
// writes the queue if nobody does.
func (o *outbox) commit(mark int, ends []int) {
	o.sent.Sent += len(ends)
	o.sent.SentBytes += int64(o.filling.Len() - mark)
	o.owe(mark)
	o.cuts.note(ends...)
	o.cuts.note(o.filling.Len())
	o.kick()
	o.mu.Unlock()
}

// nudge has words said, behind what is queued by then. It never waits for room.
func (o *outbox) nudge() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		o.due = true
		o.kick()
	}
}

// kick writes the queue if nobody does, and it need not wait for uncork.
func (o *outbox) kick() {
	if !o.writing && (!o.corked || o.filling.Len() >= o.most) {
		o.writing = true
		if (o.turn == 0 || o.busy() || o.round(o.turn)) && !o.start(o.rest) {
			o.stop(nil)
		}
	}
}

// cork lets what is added wait for uncork, or until it is much.
func (o *outbox) cork() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.corked = true
}

// uncork writes what waits, if nobody does.
func (o *outbox) uncork() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.corked = false
	if !o.writing && (o.filling.Len() > 0 || o.due) {
		o.writing = true
		if (o.turn == 0 || o.round(o.turn)) && !o.start(o.rest) {
			o.stop(nil)
		}
	}
}

// busy reports whether something was written just now. Then more is on its way, most
// times: a worker with a queue of stanzas sends one answer after the other. The
// goroutine that writes comes to it when the worker has done what there is to do, or
// waits: one write for many answers instead of one for each. In BenchmarkPing of
// framework, batches of 256, that is 0.01 to 0.03 writes a stanza instead of 1.
func (o *outbox) busy() bool { return time.Since(o.wrote) < recently }

// recently is less than it takes a server to answer, or a lone stanza would pay for
// a goroutine, and a few times what a write costs, which is what there is to save.
const recently = 10 * time.Microsecond

// idle is for how long nothing was written, by a stream that began then.
func (o *outbox) idle(began time.Time) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.wrote.After(began) {
		began = o.wrote
	}
	return time.Since(began)
}

// rest writes until nothing waits.
func (o *outbox) rest() {
	o.mu.Lock()
	defer o.mu.Unlock()
	for o.round(0) {
	}
}

// round writes what waits now, for as long as turn if that is not 0, and reports
// whether there is more to write. If not, nobody writes any more. It is called with
// the mutex held by the one who writes, and lets go of it while it does. A failure is
// told to broke, unless hurry is why.
func (o *outbox) round(turn time.Duration) (more bool) {
	if o.due {
		o.due = false
		o.words(&o.filling)
		o.cuts.note(o.filling.Len())
	}
	switch {
	case len(o.left) > 0: // of the turn before
	case o.filling.Len() > 0:
		o.pad()
		o.filling, o.spare = o.spare, o.filling
		o.left = o.spare.Bytes()
		o.cuts.take()
		o.wake()
	default:
		o.left, o.last = []byte(o.last), ""
		o.cuts.take()
	}
	b := o.left
	o.mu.Unlock()
	n, failed := o.write(b, turn)
	o.mu.Lock()
	o.left, o.wrote = b[n:], time.Now()
	if turn > 0 && !o.late && errors.Is(failed, os.ErrDeadlineExceeded) {
		o.spent = turn
		return true
	}
	if len(o.left) == 0 {
		o.spare.Reset()
		if cap(o.spare.Bytes()) > keepWriter {
			o.spare = element.Writer{Space: o.spare.Space, Limits: o.spare.Limits}
		}
	}
	if failed == nil && (o.filling.Len() > 0 || o.last != "" || o.due) {
		return true
	}
	o.stop(failed)
	if failed != nil && !o.late { // else that is known: see end
		o.mu.Unlock()
		o.broke(failed)
		o.mu.Lock()
	}
	return false
}

// stop ends writing. What still waits then is lost.
func (o *outbox) stop(failed error) {
	o.writing, o.due = false, false
	o.filling.Reset()
	o.cuts.clear()
	o.left, o.last = nil, ""
	if failed != nil {
		o.failed = failed
		if o.err == nil {
			o.err = failed
		}
	}
	o.wake()
}

// wake lets those look again who wait for room or for the last write.
func (o *outbox) wake() {
	if o.emptied != nil {
		close(o.emptied)
		o.emptied = nil
	}
}

var errWriting = errors.New("stream: writing")

// write writes b, and returns how much of it. Without a turn each chunk has its own
// time, else all of b that of the turn.
func (o *outbox) write(b []byte, turn time.Duration) (written int, err error) {
	size, limit := chunk, o.timeout
	if turn > 0 {
		size, limit = len(b), turn
	}
	for written < len(b) {
		end := o.cuts.next(len(b), written, min(written+size, len(b)))
		if err := o.setDeadline(limit); err != nil {
			return written, fmt.Errorf("%w: %w", errWriting, err)
		}
		n, err := o.conn.Write(b[written:end])
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return written + n, fmt.Errorf("%w: the server took less than %d bytes in %v: %w", errWriting, end-written, limit, err)
		case err != nil:
			return written + n, fmt.Errorf("%w: %w", errWriting, err)
		}
		written = end
	}
	return written, nil
}

// setDeadline sets that of the next write, unless hurry has set one.
func (o *outbox) setDeadline(limit time.Duration) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.late {
		return o.conn.SetWriteDeadline(past)
	}
	limit -= o.spent
	o.spent = 0
	return o.conn.SetWriteDeadline(time.Now().Add(limit))
}

// hurry has writing end at once.
func (o *outbox) hurry() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.late = true
	o.conn.SetWriteDeadline(past)
}

// end writes last behind all that waits, and lets nothing more in: begin
// returns why from now on. It returns when all is written; else, or when ctx
// ends, it returns an error. Only the first call does something.
func (o *outbox) end(ctx context.Context, last string, why error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return nil
	}
	o.err, o.last = why, last
	o.wake() // those who wait for room
	stop := context.AfterFunc(ctx, o.hurry)
	defer stop()
	if !o.writing {
		o.writing = true
		for o.round(0) {
		}
	}
	for o.writing {
		emptied := o.waiting()
		o.mu.Unlock()
		<-emptied
		o.mu.Lock()
	}
	if o.failed != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return o.failed
}

func (o *outbox) counts() Counts {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.sent
}

// waiting returns what wake closes.
func (o *outbox) waiting() <-chan struct{} {
	if o.emptied == nil {
		o.emptied = make(chan struct{})
	}
	return o.emptied
}

// abandon forgets what waits and lets nothing more in.
func (o *outbox) abandon() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err == nil {
		o.err = ErrClosed
	}
	o.last = ""
	o.filling.Reset()
	o.cuts.clear()
	o.wake()
}
