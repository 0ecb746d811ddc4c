//go:build !amd64 || purego || race

package element

import "encoding/binary"

// Eight bytes at a time: a word is eight bytes of input, and a mark is 0x80 at
// each byte that something is true of. Only the lowest mark of a word can be
// trusted, which is all that skipping needs. This takes a third of the time of
// a table, and most bytes of a stanza lie in values and texts.
//
// The marks below are those of ASCII bytes among other bits: join them by |,
// and do "&^ w & high" once, for a third less work than doing it for each.

// below marks bytes less than n, for n up to 0x80.
func below(w uint64, n byte) uint64 { return w - each*uint64(n) }

// equal marks bytes equal to that of which c is eight copies.
func equal(w, c uint64) uint64 { return (w ^ c) - each }

// markup marks controls, "<", ">" (which differ in one bit), "&" and x.
func markup(w, x uint64) uint64 {
	return below(w, ' ') | equal(w|each*('<'^'>'), each*'>') | equal(w, each*'&') | equal(w, x)
}

// stop is told of in scan.go.
func stop(b []byte, i int, x uint64) int {
	for ; i < len(b) && i <= cap(b)-8; i += 8 { // bytes behind b, if it has room for them, do no harm
		w := binary.LittleEndian.Uint64(b[i : i+8])
		if marks := markup(w, x) &^ w & high; marks != 0 {
			i += lowest(marks)
			break
		}
	}
	return min(i, len(b))
}

// copyPlain is told of in scan.go.
func copyPlain(b []byte, s string, x uint64) int {
	to := b[len(b) : len(b)+len(s)]
	if len(s) < 8 { // as two halves of a word, which may have bytes in common
		lo, hi := half(s), half(s[len(s)-4:])
		binary.LittleEndian.PutUint32(to, lo)
		binary.LittleEndian.PutUint32(to[len(to)-4:], hi)
		w := uint64(lo) | uint64(hi)<<32
		marks := (w | markup(w, x)) & high
		if marks == 0 {
			return len(s)
		}
		i := lowest(marks)
		if i >= 4 {
			i += len(s) - 8
		}
		return i
	}
	for i := 0; ; i += 8 {
		i = min(i, len(s)-8) // at the end some bytes once more: less work than one by one
		w := word(s[i : i+8])
		binary.LittleEndian.PutUint64(to[i:i+8], w)
		if marks := (w | markup(w, x)) & high; marks != 0 {
			return i + lowest(marks)
		}
		if i == len(s)-8 {
			return len(s)
		}
	}
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
