//go:build !race

// How much memory is live means little with the race detector, which makes what
// reads these hundreds of megabytes twenty times slower.

package element

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// A repeated is a reader of head, then body n times, then tail, that holds
// none of it in memory.
type repeated struct {
	head, body, tail string
	n                int
	at               string
}

func (r *repeated) Read(b []byte) (n int, err error) {
	for n < len(b) {
		if r.at == "" {
			switch {
			case r.head != "":
				r.at, r.head = r.head, ""
			case r.n > 0:
				r.at = r.body
				r.n--
			case r.tail != "":
				r.at, r.tail = r.tail, ""
			default:
				if n == 0 {
					err = io.EOF
				}
				return n, err
			}
		}
		k := copy(b[n:], r.at)
		r.at = r.at[k:]
		n += k
	}
	return n, nil
}

// TestX12Memory: stanzas far beyond the limits are skipped or refused in
// memory within twelve times the stanza limit, and the next stanza parses.
func TestX12Memory(t *testing.T) {
	const message = "<message from='a@b/c' to='d@e'>"
	a := strings.Repeat("<a>", 1<<10)
	tests := []struct {
		name   string
		limits Limits
		in     []io.Reader
		excess Limit
		err    string
	}{
		{"million deep", Limits{}, []io.Reader{&repeated{message, "<a>", "", 1_000_000, ""}, &repeated{"", "</a>", "</message>", 1_000_000, ""}}, LimitDepth, ""},
		{"deeper than any server relays", Limits{}, []io.Reader{&repeated{message, a, "", 1100, ""}}, "", "policy-violation"},
		{"100 MB of text", Limits{}, []io.Reader{&repeated{message + "<body>", strings.Repeat("x", 1e6), "</body></message>", 100, ""}}, "", "policy-violation"},
		{"100 MB of text, allowed to pass", Limits{HardBytes: 200 << 20}, []io.Reader{&repeated{message + "<body>", strings.Repeat("x", 1e6), "</body></message>", 100, ""}}, LimitBytes, ""},
		{"50 MB in one attribute", Limits{}, []io.Reader{&repeated{message + "<a b='", strings.Repeat("&amp;x", 1e4), "'/></message>", 833, ""}}, LimitBytes, ""},
		{"50 MB in one name", Limits{}, []io.Reader{&repeated{message + "<a", strings.Repeat("xé", 1e5), "/></message>", 166, ""}}, LimitBytes, ""},
		{"100,000 attributes", Limits{}, []io.Reader{&numbered{message + "<a", " a%d='1'", "/></message>", 100_000, 0, nil}}, LimitAttrs, ""},
		{"100,000 declarations", Limits{}, []io.Reader{&numbered{message + "<a", " xmlns:a%d='u'", "/></message>", 100_000, 0, nil}}, LimitAttrs, ""},
		{"a million elements", Limits{}, []io.Reader{&repeated{message, "x<a/>", "</message>", 1_000_000, ""}}, LimitElements, ""},
		{"attributes as dense as can be", Limits{}, []io.Reader{&repeated{message, "<a a='' b='' c='' d='' e='' f='' g='' h='' i='' j='' k='' l='' m='' n='' o='' p=''/>", "</message>", 9999, ""}}, "", ""},
	}
	for _, tt := range tests {
		p := Parser{Fragments: true, Limits: tt.limits}
		const next = "<iq id='next'/>"
		in := &peak{r: io.MultiReader(append(tt.in, strings.NewReader(next))...)}
		in.measure()
		before := in.top
		ev, err := p.Read(in)
		in.measure()
		if got, limit := in.top-before, int64(12*p.limits.Bytes); got > limit {
			t.Errorf("%s: %d bytes of memory, more than %d", tt.name, got, limit)
		}
		t.Logf("%s: %.1f MiB at most, %.1f times the stanza limit", tt.name, float64(in.top-before)/(1<<20), float64(in.top-before)/float64(p.limits.Bytes))
		runtime.KeepAlive(ev)
		if tt.err != "" {
			if se, ok := err.(*SyntaxError); !ok || se.Condition != tt.err {
				t.Errorf("%s: %v, %v", tt.name, ev.Kind, err)
			}
			continue
		}
		if err != nil || ev.Excess != tt.excess || ev.Node.Attr("from") != "a@b/c" {
			t.Errorf("%s: %v %v %v, %v", tt.name, ev.Kind, ev.Excess, ev.Node.Name(), err)
			continue
		}
		if ev, err := p.Read(in); err != nil || ev.Node.Attr("id") != "next" {
			t.Errorf("%s: then %v, %v", tt.name, ev, err)
		}
		if kept := cap(p.buf) + cap(p.cells)*24 + len(p.stack.pages); kept > 2*keepBuf {
			t.Errorf("%s: the parser keeps %d bytes", tt.name, kept)
		}
	}
}

// A numbered is repeated with the running number in body.
type numbered struct {
	head, body, tail string
	n, i             int
	buf              []byte
}

func (r *numbered) Read(b []byte) (int, error) {
	if len(r.buf) == 0 {
		switch {
		case r.head != "":
			r.buf, r.head = []byte(r.head), ""
		case r.i < r.n:
			for len(r.buf) < 4000 && r.i < r.n {
				r.buf = fmt.Appendf(r.buf, r.body, r.i)
				r.i++
			}
		case r.tail != "":
			r.buf, r.tail = []byte(r.tail), ""
		default:
			return 0, io.EOF
		}
	}
	n := copy(b, r.buf)
	r.buf = r.buf[n:]
	return n, nil
}

// A peak is a reader that notes how much memory is live, each time a megabyte
// or two went through it.
type peak struct {
	r    io.Reader
	read int
	top  int64
}

func (p *peak) Read(b []byte) (int, error) {
	n, err := p.r.Read(b)
	if p.read += n; p.read > 1_500_000 {
		p.read = 0
		p.measure()
	}
	return n, err
}

func (p *peak) measure() {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	p.top = max(p.top, int64(m.HeapAlloc))
}
