package element

import (
	"syscall"
	"testing"
	"unsafe"
)

// TestScanBounds: not a byte is read or written outside of what was given, for on both
// sides of it lies memory whose touch ends the program.
func TestScanBounds(t *testing.T) {
	read, write := guarded(t), guarded(t)
	for n := range 100 {
		for _, b := range [][]byte{read[:n:n], read[len(read)-n:]} {
			clear(read)
			for i := range b {
				b[i] = 'a'
			}
			for i := range n + 1 {
				checkStop(t, b, i, ']', n)
			}
			if n < 4 {
				continue
			}
			s := unsafe.String(&b[0], n)
			for _, to := range [][]byte{write[:n:n], write[len(write)-n:]} {
				if got := copyPlain(to[:0], s, each*'&'); got != n || string(to) != s {
					t.Fatalf("%d of %d bytes copied", got, n)
				}
			}
		}
	}
}

// guarded returns a page of memory between two that must not be touched.
func guarded(t *testing.T) []byte {
	page := syscall.Getpagesize()
	b, err := syscall.Mmap(-1, 0, 3*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Munmap(b) })
	for _, guard := range [][]byte{b[:page], b[2*page:]} {
		if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	return b[page : 2*page : 2*page]
}
