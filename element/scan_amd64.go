//go:build !purego && !race

package element

//go:noescape
func stop(b []byte, i int, x uint64) int

//go:noescape
func copyPlain(b []byte, s string, x uint64) int
