package element

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unsafe"
)

// TestBlocks: trees of each size around the sizes of blocks are whole, their cells
// and their source apart from each other, and stay so whatever is made beside them.
func TestBlocks(t *testing.T) {
	var made []Node
	var want []string
	for attrs := range 30 {
		var b strings.Builder
		b.WriteString("<a")
		for i := range attrs {
			fmt.Fprintf(&b, " a%d='%d'", i, i)
		}
		for text := 1; text < 400; text += 7 {
			in := b.String() + ">" + strings.Repeat("x", text) + "</a>"
			n, err := ParseString(in)
			if err != nil {
				t.Fatal(err)
			}
			made, want = append(made, n), append(want, in)
		}
	}
	runtime.GC()
	for i, n := range made {
		if got := n.XML(); got != want[i] || n.t.src != want[i] || n.First().Kind() != KindText {
			t.Fatalf("%s became %s", want[i], got)
		}
	}
}

// TestBlockSizes: a block fills one of the sizes that the runtime has.
func TestBlockSizes(t *testing.T) {
	for words := 1; words <= maxBlock; words++ {
		b := blockSizes[blockOf[words]]
		if b.words < words || b.words > words+32 {
			t.Errorf("%d words in a block of %d", words, b.words)
		}
	}
	for _, b := range blockSizes {
		size := int(unsafe.Sizeof(tree{})) + 8*b.words
		if size > 512 {
			size += 8 // the runtime's own, before what is larger and has pointers
		}
		if full := cap(append([]byte(nil), make([]byte, size)...)); full-size > size/16 {
			t.Errorf("a block of %d words takes %d bytes of %d", b.words, size, full)
		}
	}
}
