//go:build !unix

package prompt

// whenResized: the system does not say when a window gets another size. It is looked at
// again before each line.
func whenResized(func()) (stop func()) { return func() {} }
