//go:build linux

package xmpptest

import (
	"fmt"
	"syscall"
)

// A port is a TCP port on 127.0.0.1 kept for one server. It is kept by a socket
// that is bound to it and never listens: the kernel gives the port to nobody
// who asks for any, neither as a server nor as the near end of a connection, but
// lets a server bind that asks for it by number and sets SO_REUSEADDR, as all
// do. While no server listens, connections are refused.
type port struct {
	number int
	fd     int
}

func keepPort() (port, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return port{}, fmt.Errorf("xmpptest: socket: %w", err)
	}
	p := port{fd: fd}
	if err := p.bind(); err != nil {
		p.release()
		return port{}, fmt.Errorf("xmpptest: keep a port: %w", err)
	}
	return p, nil
}

func (p *port) bind() error {
	if err := syscall.Bind(p.fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return err
	}
	// Only now: set before, it might let two of us have the same port.
	if err := syscall.SetsockoptInt(p.fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return err
	}
	addr, err := syscall.Getsockname(p.fd)
	if err != nil {
		return err
	}
	p.number = addr.(*syscall.SockaddrInet4).Port
	return nil
}

func (p port) release() { syscall.Close(p.fd) }

func (p port) String() string { return fmt.Sprintf("127.0.0.1:%d", p.number) }
