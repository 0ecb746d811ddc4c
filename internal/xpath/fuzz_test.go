package xpath

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzEvaluate holds generated expressions on one of the stanzas to the
// reference, and to antchfx/xpath but for its deviations.
func FuzzEvaluate(f *testing.F) {
	for i := range 64 {
		f.Add(uint8(i), []byte(strings.Repeat(string(rune('a'+i%26))+string(rune('~'-i)), i/2)))
	}
	trees := stanzaTrees(f)
	f.Fuzz(func(t *testing.T, stanza uint8, choices []byte) {
		if len(choices) > 80 {
			return // longer than anybody reads
		}
		x := generate(choices)
		e, err := Compile(x, testOptions)
		if err != nil {
			t.Fatalf("%s: %v", x, err)
		}
		n := trees[int(stanza)%len(trees)]
		got := evaluated(t, e, n)
		if want := show(reference{}.value(e.root, context{n, 1, 1})); got != want {
			t.Errorf("%s: %s, want %s", x, got, want)
		}
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
