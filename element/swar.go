package element

import "math/bits"

// Eight bytes at a time: a word is eight bytes of input, and a mark is 0x80 at
// each byte that something is true of. Only the lowest mark of a word can be
// trusted, which is all that skipping needs. This takes a third of the time of
// a table, and most bytes of a stanza lie in values and texts.
const (
	each = 0x0101010101010101
	high = 0x8080808080808080
)

// marksBelow marks bytes less than n, for n up to 0x80.
func marksBelow(w uint64, n byte) uint64 { return (w - each*uint64(n)) &^ w & high }

// marksOf marks bytes equal to c.
func marksOf(w uint64, c byte) uint64 {
	w ^= each * uint64(c)
	return (w - each) &^ w & high
}

// lowest returns the index of the lowest marked byte.
func lowest(marks uint64) int { return bits.TrailingZeros64(marks) >> 3 }

// word returns the first eight bytes of s.
func word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
