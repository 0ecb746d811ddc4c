package router

import (
	"fmt"
	"strings"
	"testing"
)

// TestLookup: each text leads where it was put to, and no other one anywhere,
// whether texts are few or many, short or long.
func TestLookup(t *testing.T) {
	for _, long := range []int{0, 62, 63, 64, 200} {
		var l lookup[int]
		text := func(i int) string { return strings.Repeat("x", long) + strings.Repeat("y", i%3) + fmt.Sprint(i) }
		for n := range 3 * maxFew {
			if got := l.of(text(n)); got != 0 {
				t.Errorf("%q leads to %d before it was put there", text(n), got)
			}
			l.put(text(n), n+1)
			for i := range n + 1 {
				if got := l.of(text(i)); got != i+1 {
					t.Errorf("of %d texts %q leads to %d", n+1, text(i), got-1)
				}
			}
		}
		if l.of("") != 0 {
			t.Error("the empty text leads somewhere")
		}
	}
}
