package faulttest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// TestF10Contract: random requests for actions that behave in every way there is,
// over links that break in every way, the last of each application while it stops.
// Each request that was read is answered, and with one answer: copies come on later
// links alone, and say the same. What was not read is what lies behind the last that
// was: of each link the answers are those to the first so many requests.
//
// EMP_TEST_IQS says how many requests there are, for the long run of
// docs/reliability.md.
func TestF10Contract(t *testing.T) {
	const apps, links = 4, 6
	requests := times(t, "EMP_TEST_IQS", 120_000/raceSlows)
	for i := range apps {
		t.Run(fmt.Sprint("app ", i), func(t *testing.T) {
			seed := rand.Uint64()
			t.Logf("seed %d", seed)
			synctest.Test(t, func(t *testing.T) { contract(t, seed, links, requests/apps/links) })
		})
	}
}

// contract plays one application: so many links with so many requests each.
func contract(t *testing.T, seed uint64, links, each int) {
	net := make(memory)
	app := net.app(func(a *framework.App) {
		a.Log = slog.New(slog.DiscardHandler) // which would be long
		a.Config.SelfTest = framework.On
		a.Config.Timeout = time.Second
		a.Routes = to(func(ctx context.Context, req *request) (response, error) { return misbehave(ctx, req, seed) })
	})
	s := run(t, app)
	b := &book{t: t, each: each, said: make([]string, links*each), on: make([]int, links*each)}
	rnd := rand.New(rand.NewPCG(seed, 1<<63))
	for link := range links {
		v := &server{peer: net.accept(t), book: b, link: link, replies: make(chan string, 1<<16), over: make(chan struct{})}
		go v.hear()
		faults := []func(){
			func() { v.Reset() },
			func() { v.Close() },
			func() { v.CloseWrite() },
			func() { v.Write([]byte("<iq type='get' id='half")); v.Reset() },
		}
		fault := faults[rnd.IntN(len(faults))]
		if link == links-1 {
			fault = s.stop
		}
		v.play(rnd, fault)
	}
	err := <-s.done
	s.done <- err
	time.Sleep(time.Minute) // for the actions that the stop did not wait for
	synctest.Wait()
	stats := s.Stats()
	if s.balanced(); stats.Held != 0 || stats.Running != 0 {
		t.Errorf("something is left: %+v", stats)
	}
	answered := 0
	for link := range links {
		answered += b.check(link)
	}
	dropped := 0
	for _, n := range stats.Dropped { // answers to questions that were over
		dropped += n
	}
	if answered+stats.Unsent != stats.Read-dropped {
		t.Errorf("%d requests were answered and %d could not be, of %d read: %+v", answered, stats.Unsent, stats.Read-dropped, stats)
	}
	t.Logf("%d requests written, %d read, %d answered, %d copies, %d behind our closing tag; %v",
		b.written, stats.Read-dropped, answered, b.copies, stats.Unsent, b.kinds)
}

// misbehave does one of all that actions do, as its request's id has it.
func misbehave(ctx context.Context, req *request, seed uint64) (response, error) {
	id, _ := strconv.ParseUint(req.ID, 10, 64)
	rnd := rand.New(rand.NewPCG(seed, id))
	switch rnd.IntN(12) {
	case 0:
		return req.Result(), nil
	case 1:
		return req.Result(), stanza.ItemNotFound
	case 2:
		return nil, errors.New("failed")
	case 3:
		panic("oops")
	case 4:
		runtime.Goexit()
	case 5:
		return append(req.Result(), req.Result()...), nil
	case 6:
		return nil, req.Send(ctx, req.Result()...)
	case 7:
		if rnd.IntN(10) == 0 { // deaf to its deadline
			time.Sleep(time.Duration(rnd.IntN(20_000)) * time.Millisecond)
		}
	case 8:
		<-ctx.Done()
		return req.Result(), ctx.Err()
	case 9:
		_, err := req.Ask(ctx, stanza.NewIQ(stanza.TypeGet, jid.MustParse("friend@localhost"), element.New("urn:q", "q")))
		return nil, err
	case 10:
		time.Sleep(time.Duration(rnd.IntN(1200)) * time.Millisecond)
	}
	return nil, nil
}

// A book is what a server knows of requests and answers: ids count through the
// links.
type book struct {
	t    testing.TB
	each int // requests of a link at most

	mu      sync.Mutex
	written int
	said    []string // the answer to each, "" for none
	on      []int    // the link that it came on last
	copies  int
	kinds   tally
}

// note takes an answer that came on a link.
func (b *book) note(link int, n element.Node) {
	what := n.Attr("type")
	if e := n.Child(element.NSClient, "error"); !e.IsZero() {
		what = e.FirstElement().Local()
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	id, err := strconv.Atoi(n.Attr("id"))
	switch {
	case err != nil || id >= len(b.said):
		b.t.Errorf("an answer to nothing: %v", n)
		return
	case b.said[id] == "":
		if b.kinds == nil {
			b.kinds = make(tally)
		}
		b.kinds[what]++
	case b.said[id] != what || b.on[id] == link:
		b.t.Errorf("request %d got %s on link %d, and then %s on link %d", id, b.said[id], b.on[id], what, link)
	default:
		b.copies++
	}
	b.said[id], b.on[id] = what, link
}

// check returns how many of a link's requests were answered: the first so many.
func (b *book) check(link int) (answered int) {
	all := b.said[link*b.each : (link+1)*b.each]
	for answered < len(all) && all[answered] != "" {
		answered++
	}
	for i, what := range all[answered:] {
		if what != "" {
			b.t.Errorf("link %d: request %d got no answer, but %d behind it got %s", link, answered, i, what)
			break
		}
	}
	return answered
}

// A server is the server's part of one link.
type server struct {
	*peer
	*book
	link    int
	replies chan string   // to what the application asks
	over    chan struct{} // closed when nothing more comes from it
}

// play writes requests, and after some of them has the fault happen.
func (v *server) play(rnd *rand.Rand, fault func()) {
	at := v.each - 1 - rnd.IntN(v.each/4)
	for i := range v.each {
		if i == at {
			go fault()
		}
		id := strconv.Itoa(v.link*v.each + i)
		if !v.write(iq("u"+strconv.Itoa(rnd.IntN(1000)), id, "q")) {
			break
		}
		v.mu.Lock()
		v.written++
		v.mu.Unlock()
		if rnd.IntN(100) == 0 {
			time.Sleep(time.Duration(rnd.IntN(100)) * time.Millisecond)
		}
	}
	for {
		select {
		case r := <-v.replies:
			v.Write([]byte(r))
		case <-v.over:
			v.Close()
			return
		}
	}
}

// write writes what is to be replied, and xml behind it. false is that the
// connection is no more.
func (v *server) write(xml string) bool {
	for {
		select {
		case r := <-v.replies:
			if _, err := v.Write([]byte(r)); err != nil {
				return false
			}
		default:
			_, err := v.Write([]byte(xml))
			return err == nil
		}
	}
}

// hear takes what the application sends.
func (v *server) hear() {
	defer close(v.over)
	for {
		ev, err := v.p.Read(v)
		if err != nil {
			return
		}
		n := ev.Node
		switch {
		case ev.Kind == element.EventClose:
			v.replies <- "</stream:stream>"
		case n.Local() == "error": // of the stream
		case n.Attr("type") != "get":
			v.note(v.link, n)
		case n.Attr("from") == n.Attr("to"):
			v.replies <- fmt.Sprintf("<iq type='get' id='%s' from='%s' to='%[2]s'><ping xmlns='urn:xmpp:ping'/></iq>", n.Attr("id"), n.Attr("to"))
		default:
			v.replies <- fmt.Sprintf("<iq type='result' id='%s' from='%s' to='%s'/>", n.Attr("id"), n.Attr("to"), n.Attr("from"))
		}
	}
}
