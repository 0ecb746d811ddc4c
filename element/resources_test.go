package element

import (
	"fmt"
	"strings"
	"testing"
)

// TestX12Linear: the work of parsing does not depend on how the input is cut.
// It counts what moves in memory, which does not depend on the machine; see
// BenchmarkCuts for time.
func TestX12Linear(t *testing.T) {
	for _, in := range []string{
		"<a b='" + strings.Repeat("x", 1_000_000) + "'/>",
		"<a>" + strings.Repeat("x", 1_000_000) + "</a>",
		"<a>&#" + strings.Repeat("0", 1_000_000) + "65;</a>",
		"<a><![CDATA[" + strings.Repeat("]", 1_000_000) + "]]></a>",
		"<a>" + strings.Repeat("<b c='d'/>", 9_000) + "</a>",
	} {
		p := Parser{Fragments: true}
		moved, cap0 := 0, 0
		done := false
		for i := range in {
			base := p.base
			p.Feed([]byte(in[i : i+1]))
			if cap(p.buf) != cap0 || p.base != base {
				moved += len(p.buf)
				cap0 = cap(p.buf)
			}
			ev, err := p.Next()
			done = err == nil && ev.Kind == EventElement
			if err != nil && err != ErrIncomplete {
				t.Fatal(err)
			}
		}
		if !done || moved > 3*len(in) {
			t.Errorf("%.20s…: done %v, %d bytes moved for %d", in, done, moved, len(in))
		}
	}
}

// TestX12Duplicates: attributes of one local name in many namespaces do not
// make the search for duplicates quadratic: they lie apart in its table.
func TestX12Duplicates(t *testing.T) {
	in := "<a"
	for i := range 100 {
		in += fmt.Sprintf(" xmlns:p%d='u%d'", i, i)
	}
	for i := range 100 {
		in += fmt.Sprintf(" p%d:b=''", i)
	}
	for _, in := range []string{in + "/>", "<s" + in[2:] + ">" + "<a" + in[strings.Index(in, " p0:b"):] + "/>"} {
		p := Parser{Fragments: in[1] == 'a'}
		p.Feed([]byte(in))
		for range 2 {
			if _, err := p.Next(); err != nil && err != ErrIncomplete {
				t.Fatal(err)
			}
		}
		used, run, longest := 0, 0, 0
		for _, slot := range p.seen {
			if run++; slot == 0 {
				run = 0
			} else {
				used++
			}
			longest = max(longest, run)
		}
		if used != 100 || longest > 60 {
			t.Errorf("%.2s: %d places used, %d of them in a row", in, used, longest)
		}
	}
}

// BenchmarkHostile has stanzas of 1 MiB whose tags cost as much as they can.
func BenchmarkHostile(b *testing.B) {
	var decls, shortDecls, sameLocal, samePrefix strings.Builder
	for i := range 250 {
		fmt.Fprintf(&decls, " xmlns:a%d='%0900d'", i, i)
		fmt.Fprintf(&shortDecls, " xmlns:a%03d='u'", i)
		fmt.Fprintf(&sameLocal, " a%d:x=''", i)
		fmt.Fprintf(&samePrefix, " a0:x%d=''", i)
	}
	for _, in := range []struct{ name, head, body string }{
		{"attributes of one local name", decls.String(), sameLocal.String()},
		{"attributes of one prefix", decls.String(), samePrefix.String()},
		{"declarations", "", shortDecls.String()},
	} {
		b.Run(in.name, func(b *testing.B) {
			n := (1<<20 - len(in.head) - 20) / (len(in.body) + len("<c/>"))
			data := []byte("<m" + in.head + ">" + strings.Repeat("<c"+in.body+"/>", n) + "</m>")
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := Parse(data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
