package confirm

import "testing"

// TestLogBlocks: what was long and is short again keeps room for the next, and little.
func TestLogBlocks(t *testing.T) {
	var l log
	words := make([]byte, blockSize/2)
	for round := range 2 {
		for i := range 4 * keepBlocks {
			l.add(words).seq = uint64(i + 1)
		}
		for i := range 4 * keepBlocks {
			if n := l.head(); n == nil || n.seq != uint64(i+1) {
				t.Fatalf("round %d: %v is at the head, want %d", round, n, i+1)
			}
			l.pop()
		}
		kept := 0
		for b := l.spare; b != nil; b = b.next {
			kept++
		}
		if l.head() != nil || kept != keepBlocks || l.spares != kept {
			t.Errorf("round %d: %d blocks are kept, counted as %d", round, kept, l.spares)
		}
	}
}
