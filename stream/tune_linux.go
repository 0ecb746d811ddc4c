package stream

import (
	"net"
	"syscall"
	"time"
)

// tcpUserTimeout is how long the kernel waits for bytes to be acknowledged
// before it gives the connection up (tcp(7), TCP_USER_TIMEOUT). Without it a
// peer that vanished is noticed after a quarter of an hour of repetitions.
const tcpUserTimeout = 30 * time.Second

const optUserTimeout = 0x12 // TCP_USER_TIMEOUT, which package syscall lacks

// tune sets what a TCP connection needs beyond Go's defaults, which are
// TCP_NODELAY and keep-alives. What cannot be set is left.
func tune(nc net.Conn) {
	tc, ok := nc.(*net.TCPConn)
	if !ok {
		return
	}
	if raw, err := tc.SyscallConn(); err == nil {
		raw.Control(func(fd uintptr) {
			syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, optUserTimeout, int(tcpUserTimeout/time.Millisecond))
		})
	}
}
