package element

import (
	"testing"
	"unicode/utf8"

	"github.com/emp-framework/emp/internal/adversarial"
)

// seeds gives a fuzz target the bad inputs there are, if not too long.
func seeds(add func(data []byte)) {
	for _, c := range adversarial.Cases("parser-wellformed", "parser-restricted", "encoding", "resources", "split-reads", "truncation", "stream-header", "stanza-semantics") {
		if len(c.Data) < 2000 {
			add(c.Data)
		}
	}
	add([]byte(iq255))
	add([]byte(message300))
}

// fuzzLimits are so low that the fuzzer meets them.
var fuzzLimits = []Limits{{}, {Bytes: 150, Depth: 4, Attrs: 5, Elements: 9, Name: 24, HardBytes: 700, HardDepth: 20}}

// fuzzParser makes a Parser in the mode that the bits of mode choose.
func fuzzParser(mode byte) *Parser {
	p := &Parser{Limits: fuzzLimits[mode&1], Fragments: mode&2 != 0}
	if mode&4 != 0 {
		p.Space = NSClient
	}
	if !p.Fragments && mode&8 != 0 {
		p.Feed([]byte(testHeader))
		p.Next()
	}
	return p
}

// FuzzParse: whatever the bytes, there is no panic, the trees are sound, and
// no limit is broken.
func FuzzParse(f *testing.F) {
	seeds(func(data []byte) {
		f.Add(byte(8), data)
		f.Add(byte(3), data)
	})
	f.Fuzz(func(t *testing.T, mode byte, data []byte) {
		p := fuzzParser(mode)
		limits := p.Limits.withDefaults()
		p.Feed(data)
		for n := 0; ; n++ {
			ev, err := p.Next()
			if err != nil {
				if again, err2 := p.Next(); again.Kind != EventNone || err2 != err {
					t.Fatalf("after %v came %v, %v", err, again, err2)
				}
				return
			}
			if n > len(data) {
				t.Fatal("more events than bytes")
			}
			checkTree(t, ev, limits)
		}
	})
}

func checkTree(t *testing.T, ev Event, limits Limits) {
	if (ev.Kind == EventClose) != ev.Node.IsZero() || (ev.Kind == EventExcess) != (ev.Excess != "") {
		t.Fatalf("event %+v", ev)
	}
	if ev.Node.IsZero() {
		return
	}
	elements := 0
	for i := range ev.Node.Document().End() {
		n := ev.Node.At(i)
		switch n.Kind() {
		case KindDocument:
			if i != 0 {
				t.Fatal("a document inside")
			}
		case KindElement:
			elements++
			depth := 0
			for up := n; up.Kind() == KindElement; up = up.Parent() {
				depth++
			}
			attrs := map[Name]bool{}
			for a := range n.Attrs() {
				attrs[a.Name()] = true
				if a.Parent() != n {
					t.Fatal("attribute of another element")
				}
			}
			if depth > limits.Depth || len(attrs) > limits.Attrs || ev.Kind != EventExcess && n.Local() == "" {
				t.Fatalf("depth %d, %d attributes, name %q", depth, len(attrs), n.Local())
			}
			if len(attrs) != int(n.t.cells[i].attrs) {
				t.Fatal("duplicate attributes")
			}
			for c := range n.Nodes() {
				if c.Parent() != n || !c.Next().IsZero() && c.Next().Prev() != c {
					t.Fatal("siblings do not agree")
				}
			}
		case KindText:
			if n.Prev().Kind() == KindText || n.Value() == "" {
				t.Fatal("two texts in a row, or an empty one")
			}
		}
		checkPlain(t, n)
		for _, r := range n.Value() + n.Local() + n.Space() {
			if !legalChar(r) {
				t.Fatalf("character %U", r)
			}
		}
		if !utf8.ValidString(n.Value() + n.Local() + n.Space()) {
			t.Fatal("not UTF-8")
		}
	}
	if elements > limits.Elements || len(ev.Node.t.src) > limits.Bytes && ev.Kind == EventElement {
		t.Fatalf("%d elements, %d bytes", elements, len(ev.Node.t.src))
	}
}

// checkPlain: what a tree says need not be escaped needs no escape.
func checkPlain(t *testing.T, n Node) {
	s, stops := n.Value(), uint8(stopsAttr)
	switch n.Kind() {
	case KindElement:
		s = n.Space()
	case KindText:
		stops = stopsEscape
	}
	if got := (&Writer{}).escape(nil, s, stops); n.t.cells[n.i].plain && string(got) != s {
		t.Fatalf("%q is called plain, but written as %q", s, got)
	}
}

// FuzzCuts: however the bytes are cut, the events and the error are the same.
func FuzzCuts(f *testing.F) {
	seeds(func(data []byte) {
		f.Add(byte(8), uint16(3), uint16(1), data)
		f.Add(byte(9), uint16(len(data)/2), uint16(5), data)
	})
	f.Add(byte(8), uint16(3), uint16(1), []byte("<0\xd50")) // a byte alone is not what makes it illegal
	f.Fuzz(func(t *testing.T, mode byte, first, rest uint16, data []byte) {
		want := events(fuzzParser(mode), string(data))
		for _, sizes := range [][]int{{int(first) + 1, int(rest) + 1}, {1}, {int(first)%7 + 1}} {
			if got := events(fuzzParser(mode), string(data), sizes...); got != want {
				t.Fatalf("in pieces of %v:\n%s\nwant\n%s", sizes, got, want)
			}
		}
	})
}

// FuzzRoundTrip: what was parsed and written again is parsed as the same, and
// then written as the same bytes.
func FuzzRoundTrip(f *testing.F) {
	seeds(func(data []byte) { f.Add(byte(2), data); f.Add(byte(6), data) })
	f.Fuzz(func(t *testing.T, mode byte, data []byte) {
		p := fuzzParser(mode&4 | 2)
		p.Feed(data)
		for {
			ev, err := p.Next()
			if err != nil {
				return
			}
			if ev.Kind != EventElement {
				continue
			}
			w := Writer{Space: p.Space}
			w.Node(ev.Node)
			if w.Err() != nil {
				if onlyFifthEdition(ev.Node) {
					return
				}
				t.Fatalf("%s: %v", dump(ev.Node), w.Err())
			}
			again, err := ParseIn(p.Space, w.Bytes())
			if err != nil {
				t.Fatalf("%s: %v", w.Bytes(), err)
			}
			if dump(again) != dump(ev.Node) {
				t.Fatalf("%s\n got %s\nwant %s", w.Bytes(), dump(again), dump(ev.Node))
			}
			v := Writer{Space: p.Space}
			if v.Node(again); string(v.Bytes()) != string(w.Bytes()) {
				t.Fatalf("written as\n%s\nthen as\n%s", w.Bytes(), v.Bytes())
			}
		}
	})
}

// onlyFifthEdition reports whether a name of the tree is one that the Writer
// is right to refuse (X08).
func onlyFifthEdition(n Node) bool {
	for i := n.Index(); i < n.End(); i++ {
		if at := n.At(i); at.Kind() == KindElement || at.Kind() == KindAttribute {
			if w := (Writer{}); !w.checkName(at.Local()) {
				return true
			}
		}
	}
	return false
}
