package element

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// Eight bytes at a time: a word is eight bytes of input, and a mark is 0x80 at
// each byte that something is true of. Only the lowest mark of a word can be
// trusted, which is all that skipping needs. This takes a third of the time of
// a table, and most bytes of a stanza lie in values and texts.
//
// The marks below are those of ASCII bytes among other bits: join them by |,
// and do "&^ w & high" once, for a third less work than doing it for each.
const (
	each = 0x0101010101010101
	high = 0x8080808080808080
)

// below marks bytes less than n, for n up to 0x80.
func below(w uint64, n byte) uint64 { return w - each*uint64(n) }

// equal marks bytes equal to c.
func equal(w uint64, c byte) uint64 { return (w ^ each*uint64(c)) - each }

// either marks bytes equal to c or d, which must differ in one bit.
func either(w uint64, c, d byte) uint64 { return ((w | each*uint64(c^d)) ^ each*uint64(c|d)) - each }

// lowest returns the index of the lowest marked byte.
func lowest(marks uint64) int { return bits.TrailingZeros64(marks) >> 3 }

// ascii returns how many ASCII bytes b begins with.
func ascii(b []byte) int {
	n := 0
	if len(b) < 8 {
		for n < len(b) && b[n] < utf8.RuneSelf {
			n++
		}
		return n
	}
	for ; n <= len(b)-32; n += 32 {
		t := b[n : n+32]
		if (binary.LittleEndian.Uint64(t)|binary.LittleEndian.Uint64(t[8:])|
			binary.LittleEndian.Uint64(t[16:])|binary.LittleEndian.Uint64(t[24:]))&high != 0 {
			break
		}
	}
	for ; n <= len(b)-8; n += 8 {
		if marks := binary.LittleEndian.Uint64(b[n:n+8]) & high; marks != 0 {
			return n + lowest(marks)
		}
	}
	if n == len(b) {
		return n
	}
	n = len(b) - 8 // some bytes once more: less work than one by one
	if marks := binary.LittleEndian.Uint64(b[n:n+8]) & high; marks != 0 {
		return n + lowest(marks)
	}
	return len(b)
}

// appendPlain appends s to b up to the first byte that may have to be escaped,
// and returns how much that is. stops is stopsEscape or stopsAttr. One pass
// looks and copies: most values are short, and a call to copy them takes longer
// than this does.
func appendPlain(b []byte, s string, stops uint8) ([]byte, int) {
	n := len(b)
	b = slices.Grow(b, len(s))[:n+len(s)]
	to := b[n:]
	if len(s) < 4 {
		for i := range to {
			c := s[i]
			if byteClass[c]&stops != 0 {
				return b[:n+i], i
			}
			to[i] = c
		}
		return b, len(s)
	}
	differ, both := uint64(0), each*uint64('&') // see either
	if stops == stopsAttr {
		differ, both = each*('&'^'\''), each*('&'|'\'')
	}
	if len(s) < 8 { // as two halves of a word, which may have bytes in common
		lo, hi := half(s), half(s[len(s)-4:])
		binary.LittleEndian.PutUint32(to, lo)
		binary.LittleEndian.PutUint32(to[len(to)-4:], hi)
		marks := escapes(uint64(lo)|uint64(hi)<<32, differ, both)
		if marks == 0 {
			return b, len(s)
		}
		i := lowest(marks)
		if i >= 4 {
			i += len(s) - 8
		}
		return b[:n+i], i
	}
	for i := 0; ; i += 8 {
		i = min(i, len(s)-8) // at the end some bytes once more: less work than one by one
		w := word(s[i : i+8])
		binary.LittleEndian.PutUint64(to[i:i+8], w)
		if marks := escapes(w, differ, both); marks != 0 {
			i += lowest(marks)
			return b[:n+i], i
		}
		if i == len(s)-8 {
			return b, len(s)
		}
	}
}

func escapes(w, differ, both uint64) uint64 {
	return (w | below(w, ' ') | either(w, '<', '>') | (((w | differ) ^ both) - each)) & high
}

// word returns the first eight bytes of s.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// half returns the first four bytes of s.
func half(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}
