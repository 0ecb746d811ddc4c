package element

import "unsafe"

// A block is a small tree in one piece of memory: behind the tree itself lie its
// cells, and behind those its source. Two pieces take half as much time again to
// make and to collect, and a stanza is not used in parts.
type block[R any] struct {
	tree
	_ R // room for cells and source
}

// A blockSize makes blocks with so many words of room.
type blockSize struct {
	words int
	new   func() *tree
}

func sized[R any]() blockSize {
	var r R
	return blockSize{int(unsafe.Sizeof(r)) / 8, func() *tree { return &new(block[R]).tree }}
}

// blockSizes are those in which the runtime has memory, up to 2 KiB.
var blockSizes = [...]blockSize{
	sized[[18]uint64](), sized[[20]uint64](), sized[[22]uint64](), sized[[24]uint64](), sized[[26]uint64](), sized[[30]uint64](),
	sized[[34]uint64](), sized[[38]uint64](), sized[[42]uint64](), sized[[46]uint64](), sized[[50]uint64](), sized[[54]uint64](),
	sized[[58]uint64](), sized[[65]uint64](), sized[[73]uint64](), sized[[81]uint64](), sized[[89]uint64](), sized[[105]uint64](),
	sized[[121]uint64](), sized[[137]uint64](), sized[[153]uint64](), sized[[169]uint64](), sized[[185]uint64](), sized[[217]uint64](),
	sized[[maxBlock]uint64](),
}

const maxBlock = 249

// blockOf is the index of the smallest size with so many words of room.
var blockOf = func() (of [maxBlock + 1]uint8) {
	i := 0
	for words := range of {
		if words > blockSizes[i].words {
			i++
		}
		of[words] = uint8(i)
	}
	return of
}()

const cellSize = int(unsafe.Sizeof(cell{}))

// tree returns a tree with a copy of the cells and of src, neither of them empty.
func (s *spares) tree(cells []cell, src []byte) *tree {
	n := len(cells) * cellSize
	words := (n + len(src) + 7) / 8
	if words > maxBlock {
		return &tree{src: string(src), cells: append([]cell(nil), cells...)}
	}
	t := s.take(int(blockOf[words]))
	room := unsafe.Add(unsafe.Pointer(t), unsafe.Sizeof(*t))
	t.cells = unsafe.Slice((*cell)(room), len(cells))
	copy(t.cells, cells)
	text := unsafe.Slice((*byte)(unsafe.Add(room, n)), len(src))
	copy(text, src)
	t.src = unsafe.String(&text[0], len(text)) // from here on nobody writes there
	return t
}
