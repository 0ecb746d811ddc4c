package element

import (
	"bytes"
	"unicode/utf8"
)

// scanCoded goes on in a text or value, at b[i], up to end, which is "<" or a quote. It
// takes what scanText and scanValue leave to others: references and single "]". It returns
// the index of end, and how many bytes decoding takes away; or 0, if something comes first
// that the lexer must see.
func scanCoded(b []byte, i int, end byte) (at int, cut uint32) {
	stops := uint8(stopsValue)
	if end == '<' {
		stops = stopsText
	}
	for ; i < len(b); i++ {
		switch c := b[i]; {
		case byteClass[c]&stops == 0:
		case c == end:
			return i, cut
		case c == '"', c == '\'':
		case c == ']' && i+1 < len(b) && b[i+1] != ']': // no "]]>"
		case c == '&':
			r, n := charOf(b[i:])
			if n == 0 {
				return 0, 0
			}
			cut += uint32(n - utf8.RuneLen(r))
			i += n - 1
		default:
			return 0, 0
		}
	}
	return 0, 0
}

// decode replaces the references in v by what they stand for, in place: no character is
// longer than a reference to it.
func decode(v []byte) {
	to := bytes.IndexByte(v, '&')
	for i := to; i < len(v); {
		if v[i] != '&' {
			v[to] = v[i]
			to++
			i++
			continue
		}
		r, n := charOf(v[i:])
		to += utf8.EncodeRune(v[to:], r)
		i += n
	}
}

// charOf returns the character that the reference stands for with which b begins, and the
// length of that. The length is 0 if it is none, or not whole, or of more than twelve bytes.
func charOf(b []byte) (rune, int) {
	end := bytes.IndexByte(b[:min(len(b), 12)], ';')
	if end < 2 {
		return 0, 0
	}
	switch name := b[1:end]; string(name) {
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "amp":
		return '&', end + 1
	case "apos":
		return '\'', end + 1
	case "quot":
		return '"', end + 1
	default:
		if r := codePoint(name); legalChar(r) {
			return r, end + 1
		}
		return 0, 0
	}
}

// codePoint returns the number in a character reference, as #65 or #x41, or -1.
func codePoint(name []byte) (r rune) {
	base, digits := rune(10), name[1:]
	if len(digits) > 1 && digits[0] == 'x' {
		base, digits = 16, digits[1:]
	}
	if name[0] != '#' || len(digits) == 0 {
		return -1
	}
	for _, c := range digits {
		d := rune(c) - '0'
		if letter := c | 0x20; base == 16 && 'a' <= letter && letter <= 'f' {
			d = rune(letter) - 'a' + 10
		} else if c < '0' || c > '9' {
			return -1
		}
		r = min(r*base+d, utf8.MaxRune+1)
	}
	return r
}
