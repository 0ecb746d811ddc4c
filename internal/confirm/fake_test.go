package confirm

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A world is a server that sees links come and go, and remembers what it took.
type world struct {
	t         testing.TB
	mu        sync.Mutex
	got       []stanza.Out         // in the order taken
	returned  map[string]time.Time // when Send of an id has returned
	confirmed map[string]bool      // ids covered by a barrier that came back
}

func newWorld(t testing.TB) *world {
	return &world{t: t, returned: make(map[string]time.Time), confirmed: make(map[string]bool)}
}

var (
	errCut     = errors.New("fake: cut")
	errRefused = errors.New("fake: refused")
)

// A fakeLink is a queue to the world, which takes one item each tick.
type fakeLink struct {
	w     *world
	tick  func() time.Duration
	cutAt int         // it is cut when so many items were taken; 0: never
	most  int         // bytes of a stanza; 0: any
	lose  func() bool // whether a barrier never comes back

	mu    sync.Mutex
	queue []item
	taken int
	news  chan struct{}
	down  chan struct{}
	once  sync.Once
}

type item struct {
	out  stanza.Out
	at   time.Time   // when it was queued
	pong chan []item // of a barrier: gets what it covers
}

func (w *world) link(tick func() time.Duration, cutAt int) *fakeLink {
	l := &fakeLink{w: w, tick: tick, cutAt: cutAt, news: make(chan struct{}, 1), down: make(chan struct{})}
	go l.serve()
	return l
}

func (l *fakeLink) cut()                  { l.once.Do(func() { close(l.down) }) }
func (l *fakeLink) Down() <-chan struct{} { return l.down }
func (l *fakeLink) Local() jid.JID        { return bot }

func (l *fakeLink) Err() error {
	select {
	case <-l.down:
		return errCut
	default:
		return nil
	}
}

func (l *fakeLink) Counts() bool { return false }

func (l *fakeLink) MaxSend() int {
	if l.most > 0 {
		return l.most
	}
	return 1 << 20
}

func (l *fakeLink) Render(k Keeper, outs ...stanza.Out) error {
	return render(k, 0, identified(k, outs))
}

// identified returns the stanzas as they are written for k.
func identified(k Keeper, outs []stanza.Out) []stanza.Out {
	outs = slices.Clone(outs)
	for i := range outs {
		if k != nil && k.Identifies(&outs[i]) {
			outs[i].Identify()
		}
	}
	return outs
}

// render gives k the stanzas, the last of which has a number.
func render(k Keeper, last uint64, outs []stanza.Out) error {
	w := element.Writer{Space: element.NSClient}
	w.Text(" ") // of somebody else
	mark := w.Len()
	var ends []int
	for _, o := range outs {
		if o.Body == "bad" {
			return errRefused
		}
		if err := o.AppendTo(&w); err != nil {
			return err
		}
		ends = append(ends, w.Len())
	}
	if k == nil {
		return nil
	}
	return k.Keep(outs, w.Bytes(), mark, ends, last)
}

func (l *fakeLink) Send(ctx context.Context, outs ...stanza.Out) error {
	return l.SendKept(ctx, nil, outs...)
}

func (l *fakeLink) SendKept(ctx context.Context, k Keeper, outs ...stanza.Out) error {
	return l.send(ctx, k, 0, outs)
}

func (l *fakeLink) send(ctx context.Context, k Keeper, last uint64, outs []stanza.Out) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := l.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	outs = identified(k, outs)
	if err := render(k, last, outs); err != nil {
		return err
	}
	for _, o := range outs {
		l.w.mu.Lock()
		if l.w.confirmed[o.ID] {
			l.w.t.Errorf("%s is sent again though a barrier covered it", o.ID)
		}
		l.w.mu.Unlock()
		l.queue = append(l.queue, item{out: o, at: time.Now()})
	}
	tell(l.news)
	return nil
}

func (l *fakeLink) Resend(ctx context.Context, words []byte, ends []int) (uint64, error) {
	return 0, l.Send(ctx, l.w.parse(words, ends)...)
}

// parse returns the stanzas that were written as words.
func (w *world) parse(words []byte, ends []int) (outs []stanza.Out) {
	from := 0
	for _, end := range ends {
		n, err := element.ParseIn(element.NSClient, words[from:end])
		if err != nil {
			w.t.Errorf("%q: %v", words[from:end], err)
		}
		s, _ := stanza.Of(n)
		outs = append(outs, s.Copy())
		from = end
	}
	if from != len(words) {
		w.t.Errorf("something behind the last stanza: %q", words[from:])
	}
	return outs
}

func (l *fakeLink) Confirm(timeout time.Duration, done func(error)) {
	pong := make(chan []item, 1)
	began := time.Now()
	l.mu.Lock()
	l.queue = append(l.queue, item{pong: pong})
	l.mu.Unlock()
	tell(l.news)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		defer cancel()
		done(l.await(ctx, pong, began))
	}()
}

// await waits for a barrier to come back.
func (l *fakeLink) await(ctx context.Context, pong chan []item, began time.Time) error {
	select {
	case covers := <-pong:
		l.w.mu.Lock()
		defer l.w.mu.Unlock()
		for _, it := range covers {
			// At the same instant the Ring may not have known yet. Time passes
			// here only while all wait.
			if at, ok := l.w.returned[it.out.ID]; ok && at.Before(began) && it.at.Before(began) {
				l.w.confirmed[it.out.ID] = true
			}
		}
		return nil
	case <-l.down:
		return errCut
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// tell sends to a channel that holds one.
func tell(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// serve takes what is queued, one by one.
func (l *fakeLink) serve() {
	var before []item
	for {
		l.mu.Lock()
		empty := len(l.queue) == 0
		l.mu.Unlock()
		if empty {
			select {
			case <-l.news:
			case <-l.down:
				return
			}
			continue
		}
		select {
		case <-time.After(l.tick()):
		case <-l.down:
			return
		}
		l.mu.Lock()
		it := l.queue[0]
		l.queue = l.queue[1:]
		l.taken++
		cut := l.taken == l.cutAt
		l.mu.Unlock()
		l.w.mu.Lock()
		switch {
		case it.pong == nil:
			l.w.got = append(l.w.got, it.out)
			before = append(before, it)
		case l.lose != nil && l.lose(), cut: // the pong does not arrive
		default:
			it.pong <- before
			before = nil
		}
		l.w.mu.Unlock()
		if cut {
			l.cut()
			return
		}
	}
}

func steady(d time.Duration) func() time.Duration { return func() time.Duration { return d } }

var (
	alice = jid.MustParse("alice@localhost")
	bot   = jid.MustParse("bot.localhost")
)

func message(to jid.JID, id string) stanza.Out {
	o := stanza.NewMessage(to, "x")
	o.ID = id
	return o
}

// send sends on r, which has to take it, and notes that it did.
func (w *world) send(r *Ring, via Link, outs ...stanza.Out) {
	if err := r.Send(context.Background(), via, outs...); err != nil {
		w.t.Error(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, o := range outs {
		w.returned[o.ID] = time.Now()
	}
}

// ids is what the world took, in order.
func (w *world) ids() (ids []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, o := range w.got {
		ids = append(ids, o.ID)
	}
	return ids
}
