package xpath

import (
	"slices"
	"unicode/utf8"
)

// A translation is what translate() (section 4.2) does with characters: each that is
// the nth of from becomes the nth of to, or nothing if to is too short. ASCII, which is
// nearly all there is, goes through a table; the first occurrence in from counts.
type translation struct {
	ascii  [utf8.RuneSelf]rune
	others map[rune]rune // those of from beyond ASCII
}

// drop is what a character becomes that becomes nothing.
const drop = -1

// set makes t the translation of from to to.
func (t *translation) set(from, to string) {
	for c := range t.ascii {
		t.ascii[c] = rune(c)
	}
	var known [utf8.RuneSelf]bool
	for _, c := range from {
		becomes, n := rune(drop), 0
		if to != "" {
			becomes, n = utf8.DecodeRuneInString(to)
			to = to[n:]
		}
		switch _, other := t.others[c]; {
		case c < utf8.RuneSelf:
			if !known[c] {
				t.ascii[c], known[c] = becomes, true
			}
		case !other:
			if t.others == nil {
				t.others = make(map[rune]rune)
			}
			t.others[c] = becomes
		}
	}
}

// of returns what c becomes.
func (t *translation) of(c rune) rune {
	if c < utf8.RuneSelf {
		return t.ascii[c]
	}
	if becomes, ok := t.others[c]; ok {
		return becomes
	}
	return c
}

// translate calls translate(). Where the characters are written out in the expression,
// the table was made with it.
func (r *run) translate(x *call, c context) string {
	s, t := r.string(x.args[0], c), x.table
	if t == nil {
		from, to := r.string(x.args[1], c), r.string(x.args[2], c)
		if !r.read(8 * (len(from) + utf8.RuneSelf)) {
			return ""
		}
		t = new(translation)
		t.set(from, to)
	}
	if !r.read(len(s)) {
		return ""
	}
	start := len(r.text)
	text := slices.Grow(r.text, len(s))
	for _, c := range s {
		switch c = t.of(c); {
		case 0 <= c && c < utf8.RuneSelf:
			text = append(text, byte(c))
		case c != drop:
			text = utf8.AppendRune(text, c)
		}
	}
	r.text = text
	return r.view(start)
}
