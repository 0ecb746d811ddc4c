package element

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf8"
)

// Most bytes of a stanza lie in values and texts, and what matters of them is that
// nothing in them matters. Two functions look at many bytes at once: on amd64 at
// sixteen (scan_amd64.s), elsewhere at the eight of a word (scan_words.go), which
// takes twice as long for a short value and four times for a long text. The race
// detector sees no memory that assembly reads, and a promise that is broken (see
// Parser.Reuse) is what it must see: programs built with -race go by words.
//
// stop(b, i, x) returns the index of the first byte from b[i] on that may have to be
// looked at in reading: a control, one of "<>&", or that of which x is eight copies; or
// len(b). It may return an index before: of one of the last 15 bytes that b has
// room for.
//
// copyPlain(b, s, x) copies s, of four bytes at least, behind b, which must have room for
// it, up to the first byte that may have to be looked at in writing: a control, one
// of "<>&", that of which x is eight copies, or one beyond ASCII. It returns how many
// bytes are before it. The room for those behind them it may change too.

const (
	each = 0x0101010101010101 // times a byte: eight copies
	high = 0x8080808080808080
)

// lowest returns the index of the lowest byte of a word that is marked by 0x80.
func lowest(marks uint64) int { return bits.TrailingZeros64(marks) >> 3 }

// appendPlain appends s to b up to the first byte that may have to be escaped,
// and returns how much that is. stops is stopsEscape or stopsAttr. One pass
// looks and copies: most values are short, and a call to copy them takes longer
// than this does.
func appendPlain(b []byte, s string, stops uint8) ([]byte, int) {
	n, i := len(b), 0
	b = slices.Grow(b, len(s))
	switch {
	case len(s) < 4:
		for i < len(s) && byteClass[s[i]]&stops == 0 {
			b = append(b, s[i])
			i++
		}
		return b, i
	case stops == stopsAttr:
		i = copyPlain(b, s, each*'\'')
	default:
		i = copyPlain(b, s, each*'&')
	}
	return b[:n+i], i
}

// plainIn is copyPlain where b has room for s, and s is long enough; else it returns 0. It is
// compiled into its callers, for whom appendPlain is a call more.
func plainIn(b []byte, s string, x uint64) int {
	if len(s) < 4 || cap(b)-len(b) < len(s) {
		return 0
	}
	return copyPlain(b, s, x)
}

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
