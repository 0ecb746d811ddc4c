package element

//go:generate go run gen_names.go

import (
	"unicode"
	"unicode/utf8"
)

// What a byte means to the lexer, as bits of byteClass.
const (
	isSpace     = 1 << iota // XML white space
	isNameStart             // may begin a name, ASCII only
	isName                  // may continue a name, ASCII only; a colon is looked at
	stopsText               // must be looked at in character data
	stopsValue              // must be looked at in an attribute value
	stopsCData              // must be looked at in a CDATA section
	stopsEscape             // must be looked at in writing text
	stopsAttr               // must be looked at in writing the value of an attribute
)

var byteClass = func() (t [256]uint8) {
	for c := range t {
		switch {
		case c == '\t' || c == '\n':
			t[c] |= isSpace | stopsValue | stopsAttr
		case c == '\r':
			t[c] |= isSpace | stopsValue | stopsText | stopsCData | stopsEscape | stopsAttr
		case c < ' ': // no character of XML 1.0 (section 2.2)
			t[c] |= stopsText | stopsValue | stopsCData | stopsEscape | stopsAttr
		case c >= utf8.RuneSelf:
			t[c] |= stopsEscape | stopsAttr
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_':
			t[c] |= isNameStart | isName
		case '0' <= c && c <= '9' || c == '-' || c == '.':
			t[c] |= isName
		}
	}
	t[' '] |= isSpace
	for _, c := range "<&" {
		t[c] |= stopsText | stopsValue | stopsEscape | stopsAttr
	}
	t['>'] |= stopsEscape | stopsAttr
	t['"'] |= stopsValue
	t['\''] |= stopsValue | stopsAttr
	t[']'] |= stopsText | stopsCData // may begin ]]>
	return t
}()

// nameStart5 and nameChar5 are the non-ASCII ranges of NameStartChar and
// NameChar of XML 1.0, fifth edition, section 2.3: what the parser accepts.
var nameStart5 = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0xC0, Hi: 0xD6, Stride: 1}, {Lo: 0xD8, Hi: 0xF6, Stride: 1}, {Lo: 0xF8, Hi: 0x2FF, Stride: 1},
		{Lo: 0x370, Hi: 0x37D, Stride: 1}, {Lo: 0x37F, Hi: 0x1FFF, Stride: 1}, {Lo: 0x200C, Hi: 0x200D, Stride: 1},
		{Lo: 0x2070, Hi: 0x218F, Stride: 1}, {Lo: 0x2C00, Hi: 0x2FEF, Stride: 1}, {Lo: 0x3001, Hi: 0xD7FF, Stride: 1},
		{Lo: 0xF900, Hi: 0xFDCF, Stride: 1}, {Lo: 0xFDF0, Hi: 0xFFFD, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0x10000, Hi: 0xEFFFF, Stride: 1}},
}

var nameMore5 = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0xB7, Hi: 0xB7, Stride: 1}, {Lo: 0x300, Hi: 0x36F, Stride: 1}, {Lo: 0x203F, Hi: 0x2040, Stride: 1},
	},
}

// nameRune reports whether r, not ASCII, may stand in a name, at its start or
// behind it.
func nameRune(r rune, start bool) bool {
	return unicode.Is(nameStart5, r) || !start && unicode.Is(nameMore5, r)
}

// checkUTF8 returns how many leading bytes of b are whole UTF-8 characters
// that XML allows or may allow: shortest form, no surrogates, not U+FFFE or
// U+FFFF (RFC 3629; XML 1.0 section 2.2). C0 controls are left to the lexer.
// legal is false if the bytes behind can not become legal by more bytes.
func checkUTF8(b []byte) (n int, legal bool) {
	for n < len(b) {
		if b[n] < utf8.RuneSelf {
			n += ascii(b[n:])
			continue
		}
		if m := skipForeign(b, n); m > n {
			n = m
			continue
		}
		r, size := utf8.DecodeRune(b[n:])
		if r == utf8.RuneError && size == 1 {
			return n, !utf8.FullRune(b[n:])
		}
		if r == 0xFFFE || r == 0xFFFF {
			return n, false
		}
		n += size
	}
	return n, true
}

// skipForeign returns where characters of two and three bytes end that s has from i on, as
// far as their first bytes alone tell that they are legal, and the spaces between them:
// words in most languages. To decode them takes three times as long.
func skipForeign[T string | []byte](s T, i int) int {
	for i+2 < len(s) {
		switch c := s[i]; {
		case 0xC2 <= c && c <= 0xDF && s[i+1]&0xC0 == 0x80:
			i += 2
		case 0xE1 <= c && c <= 0xEC && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80:
			i += 3
		case c == ' ' && s[i+1] >= utf8.RuneSelf:
			i++
		default:
			return i
		}
	}
	return i
}

// legalChar reports whether XML 1.0 knows the character (section 2.2).
func legalChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || 0x20 <= r && r <= 0xD7FF || 0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= 0x10FFFF
}
