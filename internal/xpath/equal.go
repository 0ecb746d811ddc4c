package xpath

import (
	"strings"
	"unicode/utf8"
)

// Most of what routes make a text of, they make to compare it: this compares as it
// goes, ends where the texts part, and makes none.

// equals reports whether string(x) is text.
func (r *run) equals(x expr, c context, text string) bool {
	if x, ok := x.(*call); ok {
		switch {
		case x.fn.code == fnConcat: // one text behind the other
			equal := true
			for _, arg := range x.args {
				s := r.string(arg, c)
				if text, equal = strings.CutPrefix(text, s); !equal || !r.read(len(s)) {
					return false
				}
			}
			return text == ""
		case x.fn.code == fnNormalizeSpace:
			s := r.string(x.args[0], c)
			return r.read(len(s)) && equalsNormal(s, text)
		case x.table != nil:
			s := r.string(x.args[0], c)
			return r.read(len(s)) && x.table.makes(s, text)
		}
	}
	s := r.string(x, c)
	return r.read(len(s)) && s == text
}

// equalsNormal reports whether normalize-space() of s is text.
func equalsNormal(s, text string) bool {
	s = trim(s)
	n := 0
	for i := range len(s) {
		c := s[i]
		if isSpace(c) {
			if isSpace(s[i-1]) {
				continue
			}
			c = ' '
		}
		if n == len(text) || text[n] != c {
			return false
		}
		n++
	}
	return n == len(text)
}

// makes reports whether s, translated, is text.
func (t *translation) makes(s, text string) bool {
	for _, c := range s {
		if c = t.of(c); c == drop {
			continue
		}
		d, n := utf8.DecodeRuneInString(text)
		if d != c || n != utf8.RuneLen(c) { // what is no UTF-8 is equal to nothing
			return false
		}
		text = text[n:]
	}
	return text == ""
}
