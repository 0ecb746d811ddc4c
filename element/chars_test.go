package element

import (
	"testing"
	"unicode/utf8"
)

// TestForeign holds the parser and the Writer, which do not decode every character beyond
// ASCII, to decoding them one by one: with each first byte, and behind it what may decide.
func TestForeign(t *testing.T) {
	next := []byte{' ', 'a', 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBE, 0xBF, 0xC0, 0xC2, 0xE1, 0xED, 0xEF, 0xF0, 0xFF}
	for first := 0x80; first <= 0xFF; first++ {
		for _, second := range next {
			for _, third := range next {
				for _, before := range []string{"", "\u044f ", "\u3042", "\U0001F600"} {
					for _, behind := range []string{"", "\u3042", " \u044f ", "aa"} {
						checkForeign(t, before+string([]byte{byte(first), second, third})+behind)
					}
					checkForeign(t, before+string([]byte{byte(first), second}))
				}
			}
		}
	}
	var w Writer
	if got, want := string(w.escape(nil, "\u044f<\u044f'\n \u044f\t\u044f & ", stopsAttr)), "\u044f&lt;\u044f&apos;&#10; \u044f&#9;\u044f &amp; "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func checkForeign(t *testing.T, s string) {
	want := legalLen(s)
	n, legal := checkUTF8([]byte(s))
	if n != want || legal != (n == len(s) || !utf8.FullRuneInString(s[n:])) {
		t.Fatalf("checkUTF8(%q) = %d, %t, want %d", s, n, legal, want)
	}
	var w Writer
	if b := w.escape(nil, s, stopsEscape); (w.err == nil) != (want == len(s)) || w.err == nil && string(b) != s {
		t.Fatalf("%q is written as %q, %v", s, b, w.err)
	}
}

// legalLen returns how many bytes of legal characters s begins with.
func legalLen(s string) int {
	for i, r := range s {
		if _, size := utf8.DecodeRuneInString(s[i:]); r == utf8.RuneError && size == 1 || r == 0xFFFE || r == 0xFFFF {
			return i
		}
	}
	return len(s)
}
