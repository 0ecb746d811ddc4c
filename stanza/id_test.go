package stanza

import "testing"

// TestSpell: each byte is the letter that stands in its place among letters.
func TestSpell(t *testing.T) {
	for place := range 8 {
		for c := range 64 {
			for _, others := range []uint64{0, 1<<48 - 1, 0x5555_5555_5555} {
				x := others&^(63<<(6*place)) | uint64(c)<<(6*place)
				word := spell(x | 0xABCD<<48)
				for k := range 8 {
					if got, want := byte(word>>(8*k)), letters[x>>(6*k)&63]; got != want {
						t.Fatalf("letter %d of %#x is %q, want %q", k, x, got, want)
					}
				}
			}
		}
	}
}
