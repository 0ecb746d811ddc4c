package element

// Clone returns a copy of n, with what is in it, in a tree of its own: nothing else
// is kept alive by it, as the whole stanza is by any node of it. It stands alone:
// its parent is the document. Of a document that is a copy of the root, of the zero
// Node the zero Node.
func (n Node) Clone() Node {
	if n.Kind() == KindDocument {
		n = n.Root()
	}
	if n.IsZero() {
		return n
	}
	var f freezer
	cells, size := (&Builder{parts: []part{{node: n}}}).extent()
	f.cells = append(make([]cell, 0, cells), cell{kind: KindDocument})
	f.src.Grow(size)
	f.graft(n, 0)
	if n.Kind() == KindAttribute {
		f.cells[1].attrs = 1 // it is the first, and the only one
	}
	return f.tree()
}
