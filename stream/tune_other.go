//go:build !linux

package stream

import "net"

// tune sets what a TCP connection needs beyond Go's defaults: elsewhere than on
// Linux, nothing.
func tune(net.Conn) {}
