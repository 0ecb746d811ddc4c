package adversarial_test

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/emp-framework/emp/internal/adversarial"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/stanza"
	"github.com/emp-framework/emp/stream"
)

const (
	ourHeader = "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='comp.localhost'>"
	digest    = "<handshake>de0a408ef519cd62e7379039634152874895c50c</handshake>" // of the id abc and the secret "secret"
	handshake = "<handshake xmlns='jabber:component:accept'/>"
	linkProbe = "<iq xmlns='jabber:component:accept' type='get' id='probe' from='alice@localhost/r' to='comp.localhost'><ping xmlns='urn:xmpp:ping'/></iq>"
)

// A tape is a connection to a server that says what is written down, in pieces
// of the given sizes (the last repeating), whatever it hears, and then closes or
// falls silent.
type tape struct {
	net.Conn // nil: what a link does not use
	data     []byte
	sizes    []int
	silent   bool

	mu       sync.Mutex
	heard    strings.Builder
	hangup   chan struct{}
	once     sync.Once
	deadline chan struct{}
}

func (c *tape) Read(b []byte) (int, error) {
	if len(c.data) == 0 {
		if !c.silent {
			return 0, io.EOF
		}
		select {
		case <-c.hangup:
			return 0, net.ErrClosed
		case <-c.deadline:
			return 0, os.ErrDeadlineExceeded
		}
	}
	n := len(c.data)
	if len(c.sizes) > 0 {
		n = min(n, c.sizes[0])
		if len(c.sizes) > 1 {
			c.sizes = c.sizes[1:]
		}
	}
	n = copy(b, c.data[:n])
	c.data = c.data[n:]
	return n, nil
}

func (c *tape) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.heard.Write(b)
}

func (c *tape) Close() error         { c.once.Do(func() { close(c.hangup) }); return nil }
func (c *tape) RemoteAddr() net.Addr { return nil }
func (c *tape) SetDeadline(t time.Time) error {
	if !t.IsZero() && t.Before(time.Now()) {
		close(c.deadline)
	}
	return nil
}
func (c *tape) SetReadDeadline(time.Time) error  { return nil }
func (c *tape) SetWriteDeadline(time.Time) error { return nil }

// A linked is what a link made of a tape. All of it must be the same for every
// cutting of the bytes.
type linked struct {
	got   string // the stanzas that Read returned, one a line, with what is wrong with each
	err   string
	heard string // what the server heard
	asked string // what the question with the id "known" got

	cause error
}

// play runs a link over a server that says before, data and after, data in
// pieces of the given sizes.
func play(t *testing.T, before string, data []byte, after string, silent, ask bool, sizes ...int) linked {
	c := &tape{data: []byte(before + string(data) + after), silent: silent, hangup: make(chan struct{}), deadline: make(chan struct{})}
	if len(sizes) > 0 {
		if before != "" {
			c.sizes = append(c.sizes, len(before))
		}
		c.sizes = append(c.sizes, sizes...)
	}
	var l linked
	link, err := stream.DialComponent(context.Background(), stream.Options{
		Domain: jid.MustParse("comp.localhost"), Secret: "secret", PingInterval: -1,
		Dial: func(context.Context, string, string) (net.Conn, error) { return c, nil },
	})
	if err == nil {
		defer link.Abort()
		answered := make(chan struct{})
		if ask {
			go func() {
				defer close(answered)
				q := stanza.NewIQ(stanza.TypeGet, jid.MustParse("alice@localhost/r"), stanza.Delay{Stamp: time.Unix(0, 0)})
				q.ID = "known"
				a, err := link.Ask(context.Background(), q)
				l.asked = a.ID
				if err != nil {
					l.asked = err.Error()
				}
			}()
			synctest.Wait()
		}
		for err == nil {
			var batch []stream.Received
			batch, err = link.Read(nil)
			for _, r := range batch {
				l.got += r.Stanza.Node.XML()
				var fault stanza.Fault
				if errors.As(r.Err, &fault) {
					reply, ok := r.Stanza.ErrorReply(fault)
					if l.got += " → " + string(fault.Condition); !ok || link.Send(context.Background(), reply) != nil && !strings.Contains(l.got, "other.localhost") {
						l.got += " cannot be answered"
					}
				} else if r.Err != nil {
					l.got += " → dropped: " + r.Err.Error()
				}
				l.got += "\n"
			}
		}
		if ask {
			<-answered
		}
	}
	l.err, l.cause, l.heard = err.Error(), err, c.heard.String()
	select {
	case <-c.hangup:
	default:
		t.Error("the connection stays open")
	}
	return l
}

// TestLink: every line that a link decides gets what it expects from one, cut at
// every byte.
func TestLink(t *testing.T) {
	for _, c := range adversarial.Cases("stream-header", "handshake", "stream-level", "stanza-semantics") {
		if c.Category == "stanza-semantics" && !linkSemantics[c.ID] {
			continue
		}
		before, after := "", ""
		switch c.Context {
		case "component-header":
			after = handshake + linkProbe
		case "component-handshake":
			before, after = streamHeader, linkProbe
		case "component-stream":
			before, after = streamHeader+handshake, linkProbe
		}
		wait := c.Expected == "wait"
		if wait || c.ID == "hs-008" {
			after = ""
		}
		if strings.Contains(c.ID, "hs-011") {
			after = handshake + linkProbe
		}
		ask := c.Category == "stanza-semantics"
		t.Run(c.ID, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				whole := play(t, before, c.Data, after, wait, ask)
				if msg := judgeLink(c, whole, time.Since(began)); msg != "" {
					t.Fatalf("%s: %s\nwhy: %s\ngot: %+v", c.Expected, msg, c.Why, whole)
				}
				for _, sizes := range cuttings(len(c.Data)) {
					got := play(t, before, c.Data, after, wait, ask, sizes...)
					if got.cause = whole.cause; got != whole {
						t.Fatalf("in pieces of %v\n got %+v\nwant %+v", sizes, got, whole)
					}
				}
			})
		})
	}
}

// linkSemantics are the stanza-semantics lines that the link alone decides.
var linkSemantics = map[string]bool{
	"sem-001": true, "sem-003": true, "sem-005": true, "sem-006": true, "sem-011": true, "sem-012": true, "sem-028": true, "sem-047": true,
	"sem-017": true, "sem-018": true, "sem-019": true, "sem-020": true, "sem-021": true,
}

var conditionIn = regexp.MustCompile(`<stream:error><([a-z-]+) `)

// judgeLink says how what the link did differs from what is expected, or "".
func judgeLink(c adversarial.Case, l linked, took time.Duration) string {
	verb, detail, _ := strings.Cut(c.Expected, ":")
	lines := strings.Count(l.got, "\n")
	probe := strings.HasSuffix(l.got, "id='probe' from='alice@localhost/r' to='comp.localhost'><ping xmlns='urn:xmpp:ping'/></iq>\n")
	var e *stream.Error
	isError := errors.As(l.cause, &e)
	const end = "</stream:stream>"
	if c.Category == "stanza-semantics" && verb != "stanza-error" && verb != "stanza-dropped" {
		if completed := l.asked == "known"; completed != (c.ID == "sem-020") || lines != 2 || !probe {
			return "answers are not told from what looks like them"
		}
		return ""
	}
	switch verb {
	case "ok":
		want := map[string]int{"str-001": 0, "str-011": 2}
		n, known := want[c.ID]
		if !known {
			n = 1
		}
		switch {
		case lines != n || n > 0 && !probe:
			return "not what should be read"
		case l.heard != ourHeader+digest+end:
			return "not the handshake and a closing tag"
		case detail == "closed" && l.cause != stream.ErrEnded || detail != "closed" && l.cause != stream.ErrCut:
			return "not the right end"
		}
	case "stream-error":
		switch {
		case !isError || e.Received || string(e.Condition) != detail:
			return "not that error"
		case !strings.HasSuffix(l.heard, "<stream:error><"+detail+" xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"+end):
			return "the server is not told"
		case lines > 0:
			return "something was read"
		case strings.Contains(l.heard, "<handshake>") && c.Context == "component-header":
			return "authenticated to that"
		}
	case "fatal":
		switch {
		case !stream.Misconfigured(l.cause):
			return "it would be tried again"
		case detail == "not-xmpp" && !errors.Is(l.cause, stream.ErrNotXMPP), conditionIn.Match(c.Data) && !errors.Is(l.cause, stream.Condition(detail)):
			return "not that error"
		case detail == "stream-error-expected" && strings.Contains(l.heard, "<handshake>"):
			return "the digest of an empty id was sent"
		case lines > 0 || !strings.HasSuffix(l.heard, end):
			return "not the right end"
		}
	case "retry":
		want := stream.ErrCut
		if m := conditionIn.FindSubmatch(c.Data); m != nil {
			want = stream.Condition(m[1])
			if want == stream.Condition("brand-new-condition") {
				want = stream.UndefinedCondition
			}
		}
		if !errors.Is(l.cause, want) || stream.Misconfigured(l.cause) || isError && !e.Received {
			return "not " + want.Error()
		}
		if lines > 0 || !strings.HasSuffix(l.heard, end) || strings.Contains(l.heard, "evil.example") {
			return "not the right end"
		}
	case "wait":
		if !errors.Is(l.cause, context.DeadlineExceeded) || took != 10*time.Second || stream.Misconfigured(l.cause) {
			return "waited for " + took.String()
		}
	case "stanza-error":
		if lines != 2 || !probe || !strings.Contains(l.got, " → "+detail+"\n") || !strings.Contains(l.heard, "<"+detail+" ") && detail != "item-not-found" {
			return "not answered with that, the stream going on"
		}
	case "stanza-dropped":
		if lines != 2 || !probe || !strings.Contains(l.got, " → dropped: ") {
			return "not dropped, the stream going on"
		}
	default:
		return "no way to judge this"
	}
	return ""
}
