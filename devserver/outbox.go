package devserver

import (
	"bytes"
	"errors"
	"sync"

	"github.com/emp-framework/emp/element"
)

// An outbox is the queue of what goes out over a connection, and bounded: who adds
// to it never waits, so nobody who does not read can make others wait. One
// goroutine writes.
type outbox struct {
	limit int

	mu     sync.Mutex
	more   sync.Cond // there is something to write, or nothing will be any more
	queue  []byte
	closed bool
}

func (o *outbox) init(limit int) {
	o.limit = limit
	o.more.L = &o.mu
}

var (
	errFull = errors.New("devserver: the queue of the receiver is full")
	errGone = errors.New("devserver: the receiver is gone")
)

// maxOut bounds what a stanza may grow to in writing (see element.Writer), so that
// what is written is nothing that the receiver's parser does not take.
var maxOut = element.Limits{Bytes: 1 << 20, Depth: 1000, Elements: 10_000, Attrs: 256}

// add queues a stanza, or says why it cannot be sent.
func (o *outbox) add(n element.Node) error {
	w := element.Writer{Space: element.NSClient, Limits: maxOut}
	w.Node(n)
	if err := w.Err(); err != nil {
		return err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case o.closed:
		return errGone
	case len(o.queue)+w.Len() > o.limit:
		return errFull
	}
	o.queue = append(append(o.queue, w.Bytes()...), padding(w.Bytes())...)
	o.more.Signal()
	return nil
}

// raw queues what is no stanza.
func (o *outbox) raw(words string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed {
		o.queue = append(o.queue, words...)
	}
	o.more.Signal()
}

// bigTag is how long a tag may be that needs nothing behind it.
const bigTag = 1 << 10

// padding returns white space as long as the longest tag in b, if that is long:
// clients that parse with expat would not look at it before more has come (its
// answer to CVE-2023-52425), and perhaps nothing more comes.
func padding(b []byte) []byte {
	longest := 0
	for {
		from := bytes.IndexByte(b, '<')
		if from < 0 {
			break
		}
		b = b[from:]
		n := bytes.IndexByte(b, '>') + 1 // the Writer escapes it elsewhere
		longest = max(longest, n)
		b = b[n:]
	}
	if longest <= bigTag {
		return nil
	}
	return bytes.Repeat([]byte{' '}, longest)
}

// finish queues the last words, and lets nothing more in.
func (o *outbox) finish(last string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if !o.closed {
		o.closed = true
		o.queue = append(o.queue, last...)
	}
	o.more.Signal()
}

// next waits for something to write; it is empty behind the last.
func (o *outbox) next() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.queue) == 0 && !o.closed {
		o.more.Wait()
	}
	b := o.queue
	o.queue = nil
	return b
}
