package daemon

import (
	"testing"
	"time"
)

// SetHurry changes how long a process has after the second SIGTERM.
func SetHurry(t *testing.T, d time.Duration) {
	was := hurry
	hurry = d
	t.Cleanup(func() { hurry = was })
}
