package element

import "unsafe"

// Size returns how many bytes of memory the tree that n belongs to holds,
// which is at least what any of its nodes keeps alive. Queues count with it.
func (n Node) Size() int {
	if n.t == nil {
		return 0
	}
	return len(n.t.src) + cap(n.t.cells)*int(unsafe.Sizeof(cell{})) + int(unsafe.Sizeof(tree{}))
}
