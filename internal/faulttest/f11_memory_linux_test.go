//go:build !race

// The race detector has memory of its own and takes twenty times as long;
// scripts/test runs both ways.

package faulttest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/internal/leak"
)

// A flood is the server of TestF11Memory.
type flood struct {
	t        testing.TB
	conn     net.Conn
	out      []byte // not written yet
	sent     int    // stanzas
	bytes    int
	answered atomic.Int64
	progress chan struct{}
}

// TestF11Memory: hundreds of megabytes for an action that does nothing. All is
// answered, most of it refused, and the process stays small.
func TestF11Memory(t *testing.T) {
	leak.Check(t)
	megabytes := 400
	if testing.Short() {
		megabytes = 40
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childVar+"="+ln.Addr().String())
	cmd.Stderr = t.Output()
	tell, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cmd.Process.Kill()
		cmd.Wait()
	}()
	conn, err := ln.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(4 * time.Minute))
	f := &flood{t: t, conn: conn, progress: make(chan struct{}, 1)}
	heard := f.handshake()
	defer func() {
		conn.Close()
		<-heard
	}()

	quiet := f.rate()
	fmt.Fprintln(tell, "stall")

	// A few senders: what is beyond their bounds is refused, and reading goes on.
	for size, part := range map[int]int{300: 4, 3000: 2, 100_000: 4} {
		for end := f.bytes + megabytes<<20/part; f.bytes < end; {
			f.iq(f.sent%3, size)
		}
	}
	f.until(f.sent - 3*129)
	flooded := highWater(t, cmd.Process.Pid)

	// Many senders: reading stops, and TCP tells.
	conn.SetWriteDeadline(time.Now().Add(2 * time.Second))
	full := false
	for i := 0; f.bytes < 2*megabytes<<20 && !full; i++ {
		full = !f.iq(i%5000, 3000)
	}
	if !full {
		t.Errorf("%d MB were read for an action that does nothing", f.bytes>>20)
	}
	most := highWater(t, cmd.Process.Pid)
	t.Logf("%d stanzas, %d MB: at most %d MiB resident; %d MiB when reading stopped", f.sent, f.bytes>>20, flooded>>20, most>>20)
	if most > 128<<20 {
		t.Errorf("%d MiB resident, more than 128", most>>20)
	}

	// All that was held or waited on the way is answered now, and as fast as ever.
	conn.SetWriteDeadline(time.Now().Add(time.Minute))
	behind := f.sent - int(f.answered.Load())
	fmt.Fprintln(tell, "go")
	began := time.Now()
	f.until(f.sent)
	took := time.Since(began)
	t.Logf("%d answers in %v after the action went on; then %.0f requests/s, before the flood %.0f", behind, took, f.rate(), quiet)
	if n := int(f.answered.Load()); n != f.sent {
		t.Errorf("%d answers to %d requests", n, f.sent)
	}
}

// rate returns how many small requests the application answers in a second.
func (f *flood) rate() float64 {
	const requests, senders = 50_000, 1000
	began := time.Now()
	for i := range requests {
		f.iq(i%senders, 0)
	}
	f.until(f.sent)
	return requests / time.Since(began).Seconds()
}

// handshake plays the start of the stream, and counts what comes from then on.
func (f *flood) handshake() (heard <-chan struct{}) {
	p := element.NewParser()
	for i, answer := range []string{header, "<handshake/>"} {
		if _, err := p.Read(f.conn); err != nil {
			f.t.Fatalf("step %d: %v", i, err)
		}
		io.WriteString(f.conn, answer)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			if ev, err := p.Read(f.conn); err != nil || ev.Kind == element.EventClose {
				return
			}
			f.answered.Add(1)
			select {
			case f.progress <- struct{}{}:
			default:
			}
		}
	}()
	return done
}

// until waits for so many answers in total.
func (f *flood) until(n int) {
	f.t.Helper()
	f.flush()
	limit := time.After(2 * time.Minute)
	for int(f.answered.Load()) < n {
		select {
		case <-f.progress:
		case <-limit:
			f.t.Fatalf("%d answers, not %d, to %d stanzas", f.answered.Load(), n, f.sent)
		}
	}
}

// iq sends one of about size bytes, and reports whether the connection takes it.
func (f *flood) iq(sender, size int) bool {
	before := len(f.out)
	f.out = fmt.Appendf(f.out, "<iq type='get' id='%d' from='u%d@localhost/r' to='comp.localhost'><q xmlns='urn:q'>%s</q></iq>",
		f.sent, sender, strings.Repeat("<a/>", min(size/4, 9000)))
	f.bytes += len(f.out) - before
	f.sent++
	return len(f.out) < 64<<10 || f.flush()
}

// flush writes what was said so far, and keeps what the connection does not
// take in time.
func (f *flood) flush() bool {
	n, err := f.conn.Write(f.out)
	f.out = append(f.out[:0], f.out[n:]...)
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		f.t.Fatal(err)
	}
	return err == nil
}

// highWater returns the most memory that a process had resident, in bytes.
func highWater(t testing.TB, pid int) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	kB, err := strconv.Atoi(strings.Fields(rest)[0])
	if err != nil {
		t.Fatal(err)
	}
	return kB << 10
}
