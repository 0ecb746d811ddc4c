//go:build !linux

package daemon

// monotonic is for systemd, which Linux alone has.
func monotonic() string { return "0" }
