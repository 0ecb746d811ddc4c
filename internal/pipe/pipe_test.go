package pipe

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestEnds(t *testing.T) {
	for name, tc := range map[string]struct {
		end         func(*Conn)
		read, write error // what the peer gets
	}{
		"close":      {func(c *Conn) { c.Close() }, io.EOF, syscall.EPIPE},
		"half-close": {func(c *Conn) { c.CloseWrite() }, io.EOF, nil},
		"reset":      {(*Conn).Reset, syscall.ECONNRESET, syscall.ECONNRESET},
	} {
		a, b := New()
		a.Write([]byte("last"))
		tc.end(a)
		got := make([]byte, 10)
		if n, err := b.Read(got); string(got[:n]) != "last" || err != nil {
			t.Errorf("%s: %q, %v", name, got[:n], err)
		}
		if _, err := b.Read(got); !errors.Is(err, tc.read) {
			t.Errorf("%s: reading: %v", name, err)
		}
		if _, err := b.Write(got); !errors.Is(err, tc.write) {
			t.Errorf("%s: writing: %v", name, err)
		}
		if _, err := a.Write(got); !errors.Is(err, net.ErrClosed) {
			t.Errorf("%s: writing behind it: %v", name, err)
		}
	}
}

func TestDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := New()
		began := time.Now()
		a.SetDeadline(began.Add(time.Minute))
		if _, err := a.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(began) != time.Minute {
			t.Errorf("%v after %v", err, time.Since(began))
		}
		a.SetDeadline(time.Now().Add(time.Minute))
		if n, err := a.Write(make([]byte, Size+1)); n != Size || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%d, %v", n, err)
		}
		a.SetDeadline(time.Time{})
		go io.Copy(io.Discard, b)
		if n, err := a.Write(make([]byte, 3*Size)); n != 3*Size || err != nil {
			t.Errorf("%d, %v", n, err)
		}
		a.Close()
	})
}
