package xpath

import (
	"unicode"
	"unicode/utf8"
)

// space is the white space of XPath and XML (XML 1.0 production S).
const space = " \t\r\n"

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// digits returns how many digits s begins with.
func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// nameStart and nameRest are NameStartChar and what NameChar adds to it (XML
// 1.0, fifth edition, section 2.3), without the colon.
var nameStart = &unicode.RangeTable{
	R16: []unicode.Range16{
		{'A', 'Z', 1}, {'_', '_', 1}, {'a', 'z', 1},
		{0xC0, 0xD6, 1}, {0xD8, 0xF6, 1}, {0xF8, 0x2FF, 1}, {0x370, 0x37D, 1},
		{0x37F, 0x1FFF, 1}, {0x200C, 0x200D, 1}, {0x2070, 0x218F, 1},
		{0x2C00, 0x2FEF, 1}, {0x3001, 0xD7FF, 1}, {0xF900, 0xFDCF, 1}, {0xFDF0, 0xFFFD, 1},
	},
	R32: []unicode.Range32{{0x10000, 0xEFFFF, 1}},
}

var nameRest = &unicode.RangeTable{
	R16: []unicode.Range16{
		{'-', '.', 1}, {'0', '9', 1}, {0xB7, 0xB7, 1}, {0x300, 0x36F, 1}, {0x203F, 0x2040, 1},
	},
}

// ncname returns the length of the NCName s begins with, 0 if it does not.
func ncname(s string) int {
	for i, r := range s {
		if !unicode.Is(nameStart, r) && (i == 0 || !unicode.Is(nameRest, r)) {
			return i
		}
	}
	return len(s)
}

// qname reads the QName or NCName:* that s begins with. n is its length, 0 if
// there is none. A name before :: is not a prefix.
func qname(s string) (prefix, local string, n int) {
	n = ncname(s)
	if n == 0 || n+1 >= len(s) || s[n] != ':' {
		return "", s[:n], n
	}
	rest := s[n+1:]
	if rest[0] == '*' {
		return s[:n], "*", n + 2
	}
	if m := ncname(rest); m > 0 {
		return s[:n], rest[:m], n + 1 + m
	}
	return "", s[:n], n
}

// identifier returns the length of the identifier s begins with: a letter or
// _, then letters, digits, _ and -. Holes are named so, as struct tags will be.
func identifier(s string) int {
	for i, r := range s {
		letter := r == '_' || r < utf8.RuneSelf && unicode.IsLetter(r)
		if !letter && (i == 0 || r != '-' && !(r < utf8.RuneSelf && isDigit(byte(r)))) {
			return i
		}
	}
	return len(s)
}
