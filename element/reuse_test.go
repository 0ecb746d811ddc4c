package element

import (
	"fmt"
	"strings"
	"testing"
)

// TestReuse: stanzas that are made of the memory of earlier ones are as those that are
// not, and what was not given back stays as it is.
func TestReuse(t *testing.T) {
	g := newGenerator(7)
	var in strings.Builder
	for range 400 {
		if n, err := Parse(g.document()); err == nil {
			in.WriteString(n.XML())
		}
	}
	fresh, again := Parser{Fragments: true}, Parser{Fragments: true}
	fresh.Feed([]byte(in.String()))
	again.Feed([]byte(in.String()))
	var kept []Node
	var want []string
	blocks := map[*tree]bool{}
	taken := 0
	for i := 0; ; i++ {
		a, errA := fresh.Next()
		b, errB := again.Next()
		if fmt.Sprint(errA) != fmt.Sprint(errB) || dump(a.Node) != dump(b.Node) {
			t.Fatalf("stanza %d: %v %s\nwithout: %v %s", i, errB, dump(b.Node), errA, dump(a.Node))
		}
		if errA != nil {
			break
		}
		if blocks[b.Node.t] {
			taken++
		}
		if i%3 == 0 {
			kept, want = append(kept, b.Node), append(want, dump(a.Node))
			delete(blocks, b.Node.t)
			continue
		}
		blocks[b.Node.t] = true
		again.Reuse(b.Node)
	}
	for i := range kept {
		if got := dump(kept[i]); got != want[i] {
			t.Errorf("a stanza that was kept became\n%s\nand was\n%s", got, want[i])
		}
	}
	if taken < 50 || len(kept) < 50 {
		t.Errorf("%d stanzas of the memory of others, %d kept: this tests nothing", taken, len(kept))
	}
}

// TestReuseBounds: a Parser takes back what it can use, and no more than it may keep.
func TestReuseBounds(t *testing.T) {
	p := Parser{Fragments: true}
	p.Reuse(Node{})
	p.Reuse(New("", "built").Attr("a", "b").Node())
	large, err := ParseString("<a>" + strings.Repeat("x", 9*maxBlock) + "</a>")
	if err != nil {
		t.Fatal(err)
	}
	p.Reuse(large)
	p.Reuse(mustParse(t, "<a>"+strings.Repeat("<b/>", keepBuf/16)+"</a>"))
	if p.bytes != 0 || p.blocks != nil {
		t.Errorf("%d bytes of what are no blocks", p.bytes)
	}
	for i := range 4000 {
		p.Reuse(mustParse(t, "<a>"+strings.Repeat("x", i%1500+1)+"</a>"))
	}
	held := 0
	for size, trees := range p.blocks {
		held += len(trees) * 8 * blockSizes[size].words
	}
	if held != p.bytes || held > spareBytes || held < spareBytes-8*maxBlock {
		t.Errorf("%d bytes are kept, %d are said to be, of %d", held, p.bytes, spareBytes)
	}
}

// TestReuseAllocations: who gives each stanza back has them for nothing.
func TestReuseAllocations(t *testing.T) {
	p, in := Parser{Fragments: true}, []byte(iq255+message300)
	if n := testing.AllocsPerRun(200, func() {
		p.Feed(in)
		for {
			ev, err := p.Next()
			if err != nil {
				break
			}
			p.Reuse(ev.Node)
		}
	}); n != 0 {
		t.Errorf("%.1f allocations", n)
	}
}

// TestReuseScribble: with -race, what was kept against the promise is seen to be wrong.
func TestReuseScribble(t *testing.T) {
	p := Parser{Fragments: true}
	p.Feed([]byte("<a b='secret'>words</a>"))
	ev, err := p.Next()
	if err != nil {
		t.Fatal(err)
	}
	b, words := ev.Node.Attr("b"), ev.Node.Text()
	p.Reuse(ev.Node)
	if scribble != (b != "secret") || scribble != (words != "words") || scribble != (ev.Node.Local() != "a") {
		t.Errorf("with -race %t: %q %q %q", scribble, b, words, ev.Node.Local())
	}
}

// TestReuseTwice: with -race, a stanza that is given back twice is seen at once, also by
// another Parser; one that has the memory of another is given back for the first time.
func TestReuseTwice(t *testing.T) {
	p := Parser{Fragments: true}
	again := func(p *Parser, n Node) (err any) {
		defer func() { err = recover() }()
		p.Reuse(n)
		return nil
	}
	for range 3 { // the second and third are of the memory of the one before
		p.Feed([]byte("<a/>"))
		ev, err := p.Next()
		if err != nil {
			t.Fatal(err)
		}
		if err := again(&p, ev.Node); err != nil {
			t.Fatalf("given back once: %v", err)
		}
		if !scribble {
			continue
		}
		for _, q := range []*Parser{&p, {}} {
			if err := again(q, ev.Node); err == nil {
				t.Error("given back twice: nobody says so")
			}
		}
	}
}
