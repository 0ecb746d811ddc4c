package stream

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/pipe"
	"github.com/emp-framework/emp/stanza"
)

// TestF03WriteTimeout: a server that takes nothing ends the link; one that is
// slow does not.
func TestF03WriteTimeout(t *testing.T) {
	bubble("stuck", t, func(t *testing.T) {
		link, _ := dial(t)
		r := reader(link)
		began := time.Now()
		link.Send(t.Context(), filling(pipe.Size+1))
		<-link.Down()
		if waited := time.Since(began); waited != 30*time.Second {
			t.Errorf("after %v", waited)
		}
		<-r.done
		for _, err := range []error{r.err, link.Send(t.Context(), filling(200))} {
			if !errors.Is(err, os.ErrDeadlineExceeded) || Misconfigured(err) || !strings.HasPrefix(err.Error(), "stream: writing: the server took less than ") {
				t.Errorf("got %v", err)
			}
		}
		link.Abort()
	})
	bubble("slow", t, func(t *testing.T) {
		link, srv := dial(t)
		stop := make(chan struct{})
		go func() {
			for b := make([]byte, 4<<10); ; time.Sleep(time.Second) { // 64 KiB in 16 s
				if _, err := srv.Read(b); err != nil {
					close(stop)
					return
				}
			}
		}()
		for range 4 {
			if err := link.Send(context.Background(), filling(pipe.Size)); err != nil {
				t.Error(err)
			}
		}
		link.Abort()
		<-stop
	})
}

// TestF03SlowServer: a server that reads slowly but steadily holds no sender, whatever
// its ctx and the size of what it sends; and nothing is lost or twice on the way from the
// sender, who begins to write, to the goroutine that goes on.
func TestF03SlowServer(t *testing.T) {
	bubble("", t, func(t *testing.T) {
		link, srv := dial(t)
		began := time.Now()
		var want element.Writer
		want.Space = element.NSClient
		for i := range 3 {
			o := stanza.NewMessage(alice, strings.Repeat(string(rune('a'+i)), pipe.Size+1000))
			if err := link.Send(context.Background(), o); err != nil {
				t.Error(err)
			}
			o.From = link.Local().Address()
			o.AppendTo(&want)
		}
		if held := time.Since(began); held > senderTurn {
			t.Errorf("three Sends took %v", held)
		}
		got := make([]byte, 0, want.Len())
		for b := make([]byte, 1000); len(got) < want.Len(); time.Sleep(100 * time.Millisecond) {
			n, err := srv.Read(b[:min(len(b), want.Len()-len(got))])
			if err != nil {
				t.Fatalf("after %d bytes: %v", len(got), err)
			}
			got = append(got, b[:n]...)
		}
		if !bytes.Equal(got, want.Bytes()) {
			t.Error("the server got something else than was sent")
		}
		link.Abort()
	})
}

// TestBusy: a lone stanza is written by its sender, one that follows at once by a
// goroutine, which then takes many. The connection is full, so that it shows who writes.
func TestBusy(t *testing.T) {
	for name, tc := range map[string]struct{ pause, want time.Duration }{
		"lone": {recently, senderTurn},
		"busy": {recently - 1, 0},
	} {
		bubble(name, t, func(t *testing.T) {
			link, _ := dial(t)
			link.Send(t.Context(), filling(pipe.Size))
			time.Sleep(tc.pause)
			began := time.Now()
			link.Send(t.Context(), filling(200))
			if got := time.Since(began); got != tc.want {
				t.Errorf("the second Send took %v, want %v", got, tc.want)
			}
			link.Abort()
		})
	}
}

// TestCork: what is sent while a link is corked is written with Uncork, with one write;
// or when it is much, or the link is closed.
func TestCork(t *testing.T) {
	bubble("", t, func(t *testing.T) {
		link, srv := dial(t)
		r := reader(link)
		conn := &counting{Conn: link.out.conn}
		link.out.conn = conn
		for range 2 {
			link.Cork()
			for range 10 {
				link.Send(t.Context(), filling(200))
			}
			if conn.writes != 0 {
				t.Errorf("%d writes before Uncork", conn.writes)
			}
			link.Uncork()
			if conn.writes != 1 {
				t.Errorf("%d writes, want 1", conn.writes)
			}
			io.ReadFull(srv, make([]byte, 10*200))
			time.Sleep(time.Second)
			conn.writes = 0
		}
		link.Uncork() // nothing waits
		link.Cork()
		for range 100 {
			link.Send(t.Context(), filling(200))
		}
		if want := 100 * 200 / corkFor; conn.writes != want {
			t.Errorf("%d writes, want %d", conn.writes, want)
		}
		go io.Copy(io.Discard, srv)
		closing, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		link.Close(closing)
		<-r.done
	})
}

// A counting connection counts the calls of Write.
type counting struct {
	net.Conn
	writes int
}

func (c *counting) Write(b []byte) (int, error) {
	c.writes++
	return c.Conn.Write(b)
}

// TestF03TurnsOfSenders: where a write cannot be taken up again once it is broken off,
// senders do not write; also not where Dial has made TLS part of something else.
func TestF03TurnsOfSenders(t *testing.T) {
	plain, _ := pipe.New()
	encrypted := tls.Client(plain, new(tls.Config))
	for _, tc := range []struct {
		conn net.Conn
		want time.Duration
	}{{plain, senderTurn}, {encrypted, 0}, {struct{ *tls.Conn }{encrypted}, 0}} {
		var o outbox
		if o.init(tc.conn, &Options{WriteTimeout: time.Second}, nil, nil); o.turn != tc.want {
			t.Errorf("%T: a turn of %v, want %v", tc.conn, o.turn, tc.want)
		}
	}
}

// TestQueueFull: Send waits for room, as long as its ctx, and leaves nothing behind.
func TestQueueFull(t *testing.T) {
	bubble("", t, func(t *testing.T) {
		link, srv := dial(t, func(o *Options) { o.QueueBytes = 1000 })
		go link.Send(context.Background(), filling(pipe.Size+1)) // fills the connection, and writes
		synctest.Wait()
		if err := link.Send(context.Background(), filling(1000)); err != nil { // fills the queue
			t.Fatal(err)
		}
		began := time.Now()
		err := link.Send(within(t, time.Second), filling(200))
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		sent := make(chan error)
		go func() { sent <- link.Send(context.Background(), filling(300)) }()
		synctest.Wait()
		io.CopyN(io.Discard, srv, pipe.Size+1+1000)
		if err := <-sent; err != nil {
			t.Error(err)
		}
		io.CopyN(io.Discard, srv, 300)
		link.Abort()
		srv.ends("")
	})
}

// TestEndWakesSenders: who waits for room learns at once that none will come.
func TestEndWakesSenders(t *testing.T) {
	bubble("", t, func(t *testing.T) {
		link, srv := dial(t, func(o *Options) { o.QueueBytes = 1000 })
		go link.Send(context.Background(), filling(pipe.Size+1))
		synctest.Wait()
		link.Send(context.Background(), filling(1000))
		began := time.Now()
		sent := make(chan error)
		go func() { sent <- link.Send(context.Background(), filling(200)) }()
		synctest.Wait()
		srv.say(streamError(Conflict))
		go read(link)
		if err := <-sent; !errors.Is(err, Conflict) || time.Since(began) != 0 {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		link.Abort()
	})
}

// TestSendOnlyOwn: who happens to write need not write what others add.
func TestSendOnlyOwn(t *testing.T) {
	bubble("", t, func(t *testing.T) {
		link, srv := dial(t)
		done := make(chan error)
		go func() { done <- link.Send(context.Background(), filling(pipe.Size+1)) }()
		synctest.Wait()
		link.Send(context.Background(), filling(pipe.Size+1)) // is queued
		io.CopyN(io.Discard, srv, pipe.Size+1)
		if err := <-done; err != nil { // though the second is not written yet
			t.Error(err)
		}
		io.CopyN(io.Discard, srv, pipe.Size+1)
		link.Abort()
	})
}

// TestF21Padding: a long tag is followed by as much as it is long, once.
func TestF21Padding(t *testing.T) {
	long := func(n int) stanza.Out {
		return stanza.NewMessage(alice, "").Add(element.New("urn:x", "b").Attr("c", strings.Repeat("x", n-len("<b xmlns='urn:x' c=''/>"))))
	}
	const around = "</message>"
	for name, tc := range map[string]struct {
		outs []stanza.Out
		want int // blanks at the end
	}{
		"short":             {[]stanza.Out{long(1024)}, 0},
		"long":              {[]stanza.Out{long(1025)}, 1025 - len(around)},
		"very long":         {[]stanza.Out{long(12345)}, 12345 - len(around)},
		"text is no tag":    {[]stanza.Out{filling(5000)}, 0},
		"something follows": {[]stanza.Out{long(3000), filling(1000)}, 3000 - len(around) - 1000},
		"enough follows":    {[]stanza.Out{long(3000), filling(5000)}, 0},
		"the longer counts": {[]stanza.Out{long(5000), long(2000)}, 5000 - 2*len(around) - 2000 - len("<message from='comp.localhost' to='alice@localhost/r'>")},
	} {
		bubble(name, t, func(t *testing.T) {
			for _, oneByOne := range []bool{false, true} {
				link, srv := dial(t)
				var w element.Writer
				w.Space = element.NSClient
				if oneByOne { // as if somebody wrote meanwhile
					link.out.writing = true
				}
				for _, o := range tc.outs {
					o.From = link.Local().Address()
					o.AppendTo(&w)
					if oneByOne {
						link.Send(t.Context(), o)
					}
				}
				if oneByOne {
					link.out.rest()
				} else {
					link.Send(t.Context(), tc.outs...)
				}
				link.Send(t.Context(), stanza.NewMessage(alice, ""))
				srv.hear(string(w.Bytes()) + strings.Repeat(" ", max(0, tc.want)) + "<message from='comp.localhost' to='alice@localhost/r'/>")
				link.Abort()
			}
		})
	}
}

// TestOrder: whoever sends what and however it is cut, what arrives is whole
// stanzas, those of one Send together, those of one sender in order.
func TestOrder(t *testing.T) {
	for seed := range uint64(5) {
		ours, its := net.Pipe() // every write waits: many rounds
		opts := Options{QueueBytes: 2000}.with("comp.localhost", ours)
		go func() {
			io.ReadFull(its, make([]byte, len(ourHeader)))
			io.WriteString(its, header)
			io.ReadFull(its, make([]byte, len(digest)))
			io.WriteString(its, "<handshake/>")
		}()
		link, err := DialComponent(t.Context(), opts)
		if err != nil {
			t.Fatal(err)
		}
		const senders, sends = 8, 60
		var all sync.WaitGroup
		for s := range senders {
			all.Go(func() {
				rnd := rand.New(rand.NewPCG(seed, uint64(s)))
				for n := range sends {
					var outs []stanza.Out
					for k := range 1 + rnd.IntN(3) {
						o := stanza.NewMessage(alice, strings.Repeat("x", rnd.IntN(1200)))
						o.ID, o.Thread = fmt.Sprintf("%d/%d/%d", s, n, k), "more"
						outs = append(outs, o)
					}
					outs[len(outs)-1].Thread = "last"
					ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
					bad := rnd.IntN(5) == 0
					if bad {
						outs = append(outs, stanza.Out{Kind: stanza.Message})
					}
					if err := link.Send(ctx, outs...); (err != nil) != bad {
						t.Error(err)
					}
					cancel()
				}
			})
		}
		go func() { all.Wait(); link.Abort() }()
		p := element.NewParser()
		p.Feed([]byte(header))
		p.Next()
		var next [senders]int
		within, count := "", 0
		for {
			ev, err := p.Read(its)
			if err != nil {
				if !errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(err.Error(), "inside") {
					t.Fatal(err)
				}
				break
			}
			var s, n, k int
			fmt.Sscanf(ev.Node.Attr("id"), "%d/%d/%d", &s, &n, &k)
			group := fmt.Sprint(s, n)
			if within != "" && (group != within || k == 0) || within == "" && k != 0 || n < next[s] {
				t.Fatalf("%s came in the midst of %s, or behind %d", ev.Node.Attr("id"), within, next[s])
			}
			next[s], within = n, group
			if ev.Node.Child(element.NSClient, "thread").Text() == "last" {
				within, next[s] = "", n+1
			}
			count++
		}
		if count < senders*sends/2 || within != "" {
			t.Errorf("%d stanzas came", count)
		}
	}
}
