package framework_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/framework"
	"github.com/emp-framework/emp/router"
)

// A wire is the server's end of the link of an application that runs as in
// production, over TCP, with some routes before the one for pings.
type wire struct {
	net.Conn
	t    testing.TB
	buf  []byte // what was read and not looked at
	fill []byte

	writes atomic.Int64 // by the application
}

// A counted connection counts the calls of Write.
type counted struct {
	net.Conn
	writes *atomic.Int64
}

func (c counted) Write(b []byte) (int, error) {
	c.writes.Add(1)
	return c.Conn.Write(b)
}

// newWire is one whose route for pings is as written for them.
func newWire(t testing.TB, written ...func(*router.Route) *router.Route) *wire {
	return newWireFor(t, func(r *router.Router) {
		r.Namespace("p", "urn:xmpp:ping")
		for i := range 20 {
			r.Get(fmt.Sprintf("p:q%d[@a={a}]", i)).To(nothing)
		}
		ping := r.Get("p:ping").To(nothing)
		for _, write := range written {
			write(ping)
		}
	})
}

// newWireFor is newWire for routes.
func newWireFor(t testing.TB, routes func(r *router.Router)) *wire {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	w := &wire{t: t, fill: make([]byte, 64<<10)}
	app := &framework.App{
		Dial: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, addr)
			return counted{conn, &w.writes}, err
		},
		Config: framework.Config{JID: domain, Secret: framework.NewSecret("s3cr3t"), Server: listener.Addr().String()},
		Log:    slog.New(slog.DiscardHandler),
		Routes: routes,
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := app.Run(ctx); err != nil {
			t.Error(err)
			listener.Close() // nobody will come
		}
	}()
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stop()
		app.StopNow()
		conn.Close()
		<-done
	})
	w.Conn = conn
	w.await("<stream:stream ", ">")
	w.say("<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' from='" + domain + "' id='abc'>")
	w.await("<handshake", "</handshake>")
	w.say("<handshake/>")
	return w
}

func nothing(context.Context, *component.Request) (component.Response, error) { return nil, nil }

func (w *wire) say(words string) {
	if _, err := w.Write([]byte(words)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *wire) more() {
	n, err := w.Read(w.fill)
	if err != nil {
		w.t.Fatal(err)
	}
	w.buf = append(w.buf, w.fill[:n]...)
}

// await takes all up to end, behind begin.
func (w *wire) await(begin, end string) {
	for {
		if _, behind, ok := bytes.Cut(w.buf, []byte(begin)); ok {
			if _, rest, ok := bytes.Cut(behind, []byte(end)); ok {
				w.buf = rest
				return
			}
		}
		w.more()
	}
}

var (
	tagEnd  = []byte("/>")
	pingTag = []byte("<ping")
	iqEnd   = len("</iq>")
)

// answers takes n empty results. What the application sends to itself goes back.
func (w *wire) answers(n int) {
	at := 0
	for n > 0 {
		end := bytes.Index(w.buf[at:], tagEnd)
		own := end >= 0 && bytes.Contains(w.buf[at:at+end], pingTag)
		switch end += at + len(tagEnd); {
		case end < at+len(tagEnd), own && len(w.buf) < end+iqEnd:
			w.buf = append(w.buf[:0], w.buf[at:]...)
			at = 0
			w.more()
			continue
		case own:
			end += iqEnd
			if _, err := w.Write(w.buf[at:end]); err != nil {
				w.t.Fatal(err)
			}
		default:
			n--
		}
		at = end
	}
	w.buf = append(w.buf[:0], w.buf[at:]...)
}

// pings is n pings from as many senders.
func pings(n int) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<iq type='get' id='%d' from='user%d@example.org/r' to='%s'><ping xmlns='urn:xmpp:ping'/></iq>", i, i, domain)
	}
	return []byte(b.String())
}

// BenchmarkPing is the whole way, from bytes to bytes over TCP, with every promise
// switched on: a batch of pings from different senders, and their answers. The server's
// side is part of what is measured.
func BenchmarkPing(b *testing.B) {
	for _, batch := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			w, sent := newWire(b, (*router.Route).Concurrent, (*router.Route).Transient), pings(batch) // as package ping has it
			before := w.writes.Load()
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; i < b.N; i += batch {
				if _, err := w.Write(sent); err != nil {
					b.Fatal(err)
				}
				w.answers(batch)
			}
			b.ReportMetric(float64(w.writes.Load()-before)/float64(b.N), "writes/op")
		})
	}
}

// messages is n chat messages of some 300 bytes from as many senders.
func messages(n int) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<message type='chat' id='m%d' from='user%d@example.org/r' to='echo@%s'><body>%s</body>"+
			"<thread>t%d</thread><active xmlns='http://jabber.org/protocol/chatstates'/></message>", i, i, domain, strings.Repeat("words ", 20), i)
	}
	return []byte(b.String())
}

// echoes takes n messages. What the application sends to itself goes back.
func (w *wire) echoes(n int) {
	for {
		end := bytes.LastIndexByte(w.buf, '>') + 1
		n -= bytes.Count(w.buf[:end], []byte("</message>"))
		for at := w.buf[:end]; ; {
			_, behind, ok := bytes.Cut(at, []byte("<iq "))
			if !ok {
				break
			}
			own, rest, ok := bytes.Cut(behind, []byte("</iq>"))
			if !ok {
				end -= len(behind) + len("<iq ")
				break
			}
			w.say("<iq " + string(own) + "</iq>")
			at = rest
		}
		w.buf = append(w.buf[:0], w.buf[end:]...)
		if n <= 0 {
			return
		}
		w.more()
	}
}

// BenchmarkEcho is BenchmarkPing for messages that are echoed.
func BenchmarkEcho(b *testing.B) {
	for _, batch := range []int{1, 16, 256} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			w := newWireFor(b, func(r *router.Router) { r.Message("[body]").To(echoed) })
			sent := messages(batch)
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; i < b.N; i += batch {
				if _, err := w.Write(sent); err != nil {
					b.Fatal(err)
				}
				w.echoes(batch)
			}
		})
	}
}

func echoed(_ context.Context, req *component.Request) (component.Response, error) {
	return req.Reply(req.Body()), nil
}
