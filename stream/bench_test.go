package stream

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
)

// A tape is a connection on which the server says the same again and again behind what it
// says first, as much as there is room for, and which takes all that is written.
type tape struct {
	net.Conn // for what a link does not call
	first    string
	words    string // whole stanzas, all of the same length
	length   int    // of one
}

func (c *tape) Read(b []byte) (int, error) {
	if c.first != "" {
		n := copy(b, c.first)
		c.first = c.first[n:]
		return n, nil
	}
	n := min(len(b), len(c.words))
	return copy(b, c.words[:n-n%c.length]), nil
}

func (c *tape) Write(b []byte) (int, error)      { return len(b), nil }
func (c *tape) SetWriteDeadline(time.Time) error { return nil }
func (c *tape) SetReadDeadline(time.Time) error  { return nil }
func (c *tape) SetDeadline(time.Time) error      { return nil }
func (c *tape) Close() error                     { return nil }
func (c *tape) RemoteAddr() net.Addr             { return nil }

// The stanzas of the benchmarks, with the numbers of their senders: what bench/load sends.
const (
	benchPing    = "<iq from='u%07d@example.org/load' to='comp.localhost' id='i%07d' type='get'><ping xmlns='urn:xmpp:ping'/></iq>"
	benchMessage = "<message from='u%07d@example.org/load' to='echo@comp.localhost' id='i%07d' type='chat'><body>The quick brown fox jumps over the lazy dog, and then again, for it is a benchmark.</body><active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/></message>"
)

// taped returns a link that is ready, to a server that sends the stanza of 64 senders.
func taped(t testing.TB, stanza string) *Component {
	var words strings.Builder
	for i := range 64 {
		fmt.Fprintf(&words, stanza, i, i)
	}
	c := &tape{first: header + "<handshake/>", words: words.String(), length: words.Len() / 64}
	link, err := DialComponent(context.Background(), Options{}.with("comp.localhost", c))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(link.Abort)
	return link
}

// BenchmarkRead is from bytes to stanzas, while a question waits for its answer, as one
// always does under load.
func BenchmarkRead(b *testing.B) {
	for name, stanza := range map[string]string{"ping": benchPing, "message": benchMessage} {
		b.Run(name, func(b *testing.B) {
			link := taped(b, stanza)
			if _, err := link.opts.Pending.add(link, jid.MustParse("comp.localhost/self"), "id", true, func(answer) {}); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			var got []Received
			var err error
			for n := 0; n < b.N; n += len(got) {
				clear(got)
				if got, err = link.Read(got[:0]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkSend is from answers to bytes, written 64 at a time.
func BenchmarkSend(b *testing.B) {
	for name, out := range benchAnswers() {
		b.Run(name, func(b *testing.B) {
			link := taped(b, benchPing)
			ctx, outs := context.Background(), []stanza.Out{out}
			b.ReportAllocs()
			for n := 0; n < b.N; n += 64 {
				link.Cork()
				for range 64 {
					if err := link.Send(ctx, outs...); err != nil {
						b.Fatal(err)
					}
				}
				link.Uncork()
			}
		})
	}
}

func benchAnswers() map[string]stanza.Out {
	in := func(words string) stanza.Stanza {
		s, err := stanza.ParseString(fmt.Sprintf(words, 1, 1))
		if err != nil {
			panic(err)
		}
		return s
	}
	m := in(benchMessage)
	return map[string]stanza.Out{"result": in(benchPing).Result(), "message": m.Reply(m.Body()).WithOriginID()}
}
