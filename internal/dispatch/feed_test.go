package dispatch_test

import (
	"io"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/internal/dispatch"
	"github.com/emp-framework/emp/stanza"
)

// An item is a stanza as it is read from a link.
type item struct {
	stanza stanza.Stanza
	bytes  int
	err    error
}

// A feed is a Source that a test fills.
type feed struct {
	batches chan []item
	batch   []item // what is read at once
	corked  bool
	before  func()   // each stanza is handed over, unless it is nil
	reused  []string // the ids of those that were given back; the reader's, until done is closed
	done    chan struct{}
}

// serve has a dispatcher read a feed.
func serve(d *dispatch.Dispatcher, via component.Sender) *feed {
	f := &feed{batches: make(chan []item), done: make(chan struct{})}
	d.Serve(via, f, func() { close(f.done) })
	return f
}

// put returns when all of it is let in or refused.
func (f *feed) put(batch ...item) {
	f.batches <- batch
	f.batches <- nil
}

// end returns when reading has ended.
func (f *feed) end() {
	close(f.batches)
	<-f.done
}

func (f *feed) Read() (int, error) {
	if f.corked {
		panic("it waits for more with answers kept back")
	}
	batch, ok := <-f.batches
	if f.batch = batch; !ok {
		return 0, io.EOF
	}
	return len(batch), nil
}

func (f *feed) At(i int) (*stanza.Stanza, int, error) {
	if f.before != nil {
		f.before()
	}
	return &f.batch[i].stanza, f.batch[i].bytes, f.batch[i].err
}

func (f *feed) Cork()   { f.corked = true }
func (f *feed) Uncork() { f.corked = false }

// Reuse notes what is given back.
func (f *feed) Reuse(s *stanza.Stanza) { f.reused = append(f.reused, s.Node.Attr("id")) }
