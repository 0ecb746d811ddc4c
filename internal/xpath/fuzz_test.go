package xpath

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzEvaluate holds generated expressions, from any node of one of the stanzas or of a
// tree made of fuzzed bytes, to the reference, and to antchfx/xpath but for its
// deviations.
func FuzzEvaluate(f *testing.F) {
	for i := range 64 {
		data := []byte(strings.Repeat(string(rune('a'+i%26))+string(rune('~'-i)), i/2))
		f.Add(uint8(i), uint16(0), []byte{}, data)
		f.Add(uint8(0), uint16(i), data, data)
	}
	for i, s := range stanzas {
		f.Add(uint8(0), uint16(i), []byte(inStream(s)), []byte{0, 1, 9, 2, 6, 1, 3, 5, 7})
	}
	trees := stanzaTrees(f)
	f.Fuzz(func(t *testing.T, stanza uint8, at uint16, grown, choices []byte) {
		if len(choices) > 80 {
			return // longer than anybody reads
		}
		x := generate(choices)
		e, err := Compile(x, testOptions)
		if err != nil {
			t.Fatalf("%s: %v", x, err)
		}
		n := trees[int(stanza)%len(trees)]
		if len(grown) > 0 {
			n = grow(t, grown[:min(len(grown), 2000)])
		}
		n = n.At(int(at) % n.End())
		got := sameAsReference(t, e, n)
		if explain(e, n) != "" {
			return
		}
		if want := peerOf(e)(n); got != want {
			t.Errorf("%s: %s, antchfx: %s", x, got, want)
		}
	})
}

// FuzzCompile feeds anything to Compile, and what it takes to Match.
func FuzzCompile(f *testing.F) {
	for _, x := range written {
		f.Add(x)
	}
	for _, s := range shapes {
		f.Add(s.expr)
	}
	for _, tc := range refused {
		f.Add(tc.expr)
	}
	trees := stanzaTrees(f)
	f.Fuzz(func(t *testing.T, x string) {
		e, err := Compile(x, testOptions)
		if err != nil {
			bad, ok := err.(*Error)
			if !ok || bad.Expr != x || bad.Offset < 0 || bad.Offset > len(x) || bad.Msg == "" || bad.Error() == "" {
				t.Errorf("%q: error %#v", x, err)
			}
			return
		}
		if !utf8.ValidString(x) || strings.ContainsRune(x, 0) {
			t.Errorf("%q was taken", x)
		}
		var m Match
		for _, n := range trees {
			ok, err := e.Match(n, &m)
			if err != nil {
				continue // the budget
			}
			v, err := e.Eval(n)
			if err != nil || v.Bool() != ok {
				t.Errorf("%q: Match %v, Eval %v, %v", x, ok, v, err)
			}
			captured := map[string]string{}
			for name, value := range m.All() {
				captured[name] = value
			}
			if len(captured) != m.Len() || !ok && m.Len() > 0 || m.Len() > len(e.Holes()) {
				t.Errorf("%q: %v captures %v", x, ok, captured)
			}
			if ok && !alwaysFilled(e, captured) {
				t.Errorf("%q: %v always filled, yet only %v", x, e.Always(), captured)
			}
			if again, err := e.Match(n, &m); again != ok || err != nil || m.Len() != len(captured) {
				t.Errorf("%q: %v, then %v, %v", x, ok, again, err)
			}
			for name, value := range m.All() {
				if captured[name] != value {
					t.Errorf("%q: {%s} is %q, then %q", x, name, captured[name], value)
				}
			}
		}
	})
}
