//go:build unix

package prompt

import (
	"os"
	"os/signal"
	"syscall"
)

// whenResized calls do when the window has got another size, until stop is called.
func whenResized(do func()) (stop func()) {
	resized, done := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(resized, syscall.SIGWINCH)
	go func() {
		for {
			select {
			case <-resized:
				do()
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(resized)
		close(done)
	}
}
