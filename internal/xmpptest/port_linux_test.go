package xmpptest

import (
	"errors"
	"net"
	"syscall"
	"testing"
)

func TestPortIsKept(t *testing.T) {
	p, err := keepPort()
	if err != nil {
		t.Fatal(err)
	}
	defer p.release()
	refused := func(when string) {
		t.Helper()
		if _, err := net.Dial("tcp", p.String()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("dial %s: %v, want it refused", when, err)
		}
	}
	refused("with no server")
	for range 2 {
		l, err := net.Listen("tcp", p.String()) // by number, with SO_REUSEADDR
		if err != nil {
			t.Fatal(err)
		}
		conn, err := net.Dial("tcp", p.String())
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
		l.Close()
		refused("between servers")
	}

	q, err := keepPort()
	if err != nil {
		t.Fatal(err)
	}
	defer q.release()
	if q.number == p.number {
		t.Errorf("port %d was given twice", p.number)
	}
}
