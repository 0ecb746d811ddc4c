package element

import "unsafe"

// spares are the blocks that Reuse was given, by their size.
type spares struct {
	blocks *[len(blockSizes)][]*tree // nil: there was none
	bytes  int
}

// spareBytes is how much a Parser keeps for the stanzas to come, so that many links
// do not hold much.
const spareBytes = 256 << 10

// Reuse gives the memory of a stanza back to the Parser that made it, which makes a
// later one of it. Who calls it says that nothing of the whole tree is used any
// more: no Node of it, and no string that one of its Nodes has returned. What was
// kept all the same changes sooner or later into something else; in a program built
// with -race it does so at once, for tests to see it, and Reuse panics where it is given
// a stanza twice, whose memory two later ones would share. What somebody may want to
// keep is left to the garbage collector, which is the usual case; a part is kept by
// [Node.Clone] and strings.Clone.
//
// A Parser keeps at most 256 KiB so. It is called as Next is: not concurrently.
func (p *Parser) Reuse(n Node) {
	t := n.t
	if t == nil || !t.isBlock() {
		return
	}
	size := int(blockOf[(len(t.cells)*cellSize+len(t.src)+7)/8])
	bytes := 8 * blockSizes[size].words
	if scribble {
		if t.cells[0] == (cell{}) { // no document has the size 0
			panic("element: Parser.Reuse was given the same stanza twice")
		}
		t.scribble()
	}
	if p.bytes+bytes > spareBytes {
		return
	}
	if p.blocks == nil {
		p.blocks = new([len(blockSizes)][]*tree)
	}
	p.bytes += bytes
	p.blocks[size] = append(p.blocks[size], t)
}

// take returns a block of a size: the one that was given back last, which is the most
// likely to be in the processor's cache, or a new one.
func (s *spares) take(size int) *tree {
	if s.blocks != nil {
		spare := &s.blocks[size]
		if last := len(*spare) - 1; last >= 0 {
			t := (*spare)[last]
			*spare = (*spare)[:last]
			s.bytes -= 8 * blockSizes[size].words
			return t
		}
	}
	return blockSizes[size].new()
}

// isBlock reports whether t is a block: its cells lie behind it.
func (t *tree) isBlock() bool {
	return uintptr(unsafe.Pointer(unsafe.SliceData(t.cells))) == uintptr(unsafe.Pointer(t))+unsafe.Sizeof(*t)
}

// scribble writes over what a block holds.
func (t *tree) scribble() {
	clear(t.cells)
	text := unsafe.Slice(unsafe.StringData(t.src), len(t.src))
	for i := range text {
		text[i] = 0xFF // which no text has
	}
}
