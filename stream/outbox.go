package stream

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/emp-framework/emp/element"
)

// An outbox is the queue of what goes out. Whoever adds to it while nobody
// writes, writes, and goes on until it is empty: what others add meanwhile goes
// out with the next write. So a lone stanza costs no change of goroutine, and
// under load one write takes many.
type outbox struct {
	conn    net.Conn
	limit   int           // bytes that may wait
	timeout time.Duration // to write one chunk
	broke   func(error)   // told when writing failed

	mu      sync.Mutex
	filling element.Writer // what waits
	spare   element.Writer // what is being written, or empty
	writing bool
	last    string        // to be written behind all that waits
	err     error         // why nothing more may be added
	emptied chan struct{} // closed and replaced when what waited is taken; nil while nobody waits
}

// chunk is what one write deadline is for: a server that takes less than this
// in that time is stuck.
const chunk = 64 << 10

// keepWriter is how large a buffer may be to be kept for the next use.
const keepWriter = 256 << 10

func (o *outbox) init(conn net.Conn, opts *Options, broke func(error)) {
	o.conn, o.limit, o.timeout, o.broke = conn, opts.QueueBytes, opts.WriteTimeout, broke
	o.filling = element.Writer{Space: element.NSClient, Limits: element.Limits{
		Bytes: opts.MaxSend, Depth: maxSendDepth, Elements: maxSendElements, Attrs: maxSendAttrs,
	}}
	o.spare = o.filling
}

// begin waits until there is room, or ctx ends, and returns the Writer to put
// something into. commit or abandon must follow at once: the outbox is locked.
func (o *outbox) begin(ctx context.Context) (*element.Writer, error) {
	o.mu.Lock()
	for o.err == nil && o.filling.Len() >= o.limit {
		emptied := o.waiting()
		o.mu.Unlock()
		select {
		case <-emptied:
		case <-ctx.Done():
			return nil, fmt.Errorf("stream: waiting for the server to take what is queued: %w", context.Cause(ctx))
		}
		o.mu.Lock()
	}
	if o.err != nil {
		defer o.mu.Unlock()
		return nil, o.err
	}
	return &o.filling, nil
}

// cancel ends what begin began, with nothing put into the Writer.
func (o *outbox) cancel() { o.mu.Unlock() }

// commit ends what begin began, and writes the queue if nobody does.
func (o *outbox) commit() { o.flush() }

// flush writes until nothing waits, unless somebody else does. It is called
// with the mutex held and returns without. A failure is told to broke.
func (o *outbox) flush() {
	if o.writing {
		o.mu.Unlock()
		return
	}
	o.writing = true
	var failed error
	for failed == nil && (o.filling.Len() > 0 || o.last != "") {
		var last string
		if o.filling.Len() == 0 {
			last, o.last = o.last, ""
		}
		o.filling, o.spare = o.spare, o.filling
		o.wake()
		o.mu.Unlock()
		if last == "" {
			failed = o.write(o.spare.Bytes())
		} else {
			failed = o.write([]byte(last))
		}
		o.mu.Lock()
		o.spare.Reset()
		if cap(o.spare.Bytes()) > keepWriter {
			o.spare = element.Writer{Space: o.spare.Space, Limits: o.spare.Limits}
		}
	}
	o.writing = false
	if failed != nil {
		o.filling.Reset()
		o.last = ""
		if o.err == nil {
			o.err = failed
		}
	}
	o.wake()
	o.mu.Unlock()
	if failed != nil {
		o.broke(failed)
	}
}

// wake lets those look again who wait for room or for the last write.
func (o *outbox) wake() {
	if o.emptied != nil {
		close(o.emptied)
		o.emptied = nil
	}
}

func (o *outbox) write(b []byte) error {
	for len(b) > 0 {
		n := min(len(b), chunk)
		if err := o.conn.SetWriteDeadline(time.Now().Add(o.timeout)); err != nil {
			return err
		}
		if _, err := o.conn.Write(b[:n]); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// end writes last behind all that waits, and lets nothing more in: add returns
// why from now on. It returns when all is written, or cannot be, or ctx ends.
// Only the first call does something.
func (o *outbox) end(ctx context.Context, last string, why error) error {
	o.mu.Lock()
	if o.err != nil {
		o.mu.Unlock()
		return nil
	}
	o.err, o.last = why, last
	if !o.writing {
		o.flush()
		return nil
	}
	for o.writing {
		emptied := o.waiting()
		o.mu.Unlock()
		select {
		case <-emptied:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		o.mu.Lock()
	}
	o.mu.Unlock()
	return nil
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
	o.wake()
}
