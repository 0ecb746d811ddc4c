package sm

import (
	"errors"
	"math"
	"testing"
)

// TestM01WrapAround: counts go on beyond 2^32, as the wire has it.
func TestM01WrapAround(t *testing.T) {
	c := Counts{handled: math.MaxUint32, sent: 1<<32 - 2, acked: 1<<32 - 2}
	c.Handle()
	if h := c.Handled(); h != 0 {
		t.Errorf("handled 2^32, and says %d", h)
	}
	if last := c.Send(4); last != 1<<32+2 {
		t.Errorf("the last has the number %d", last)
	}
	for _, step := range []struct {
		h     uint32
		acked uint64
		bad   bool
	}{
		{math.MaxUint32 - 1, 1<<32 - 2, false}, // nothing new
		{math.MaxUint32, 1<<32 - 1, false},
		{3, 1<<32 - 1, true},
		{math.MaxUint32 - 1, 1<<32 - 1, true}, // backwards
		{1, 1<<32 + 1, false},
		{0, 1<<32 + 1, true},
		{2, 1<<32 + 2, false},
		{2, 1<<32 + 2, false},
	} {
		err := c.Ack(step.h)
		if (err != nil) != step.bad || c.Acked() != step.acked {
			t.Errorf("h=%d: %v, and %d are confirmed", step.h, err, c.Acked())
		}
	}
}

// TestM02TooHigh: what cannot be is an error that has what is to be told.
func TestM02TooHigh(t *testing.T) {
	var c Counts
	c.Send(8)
	if err := c.Ack(2); err != nil {
		t.Fatal(err)
	}
	var high TooHigh
	if err := c.Ack(10); !errors.As(err, &high) || high != (TooHigh{H: 10, Sent: 8, Acked: 2}) {
		t.Errorf("%v", err)
	}
	if err := c.Resume(9); !errors.As(err, &high) || c.Sent() != 8 || c.Acked() != 2 {
		t.Errorf("%v, and now %+v", err, c)
	}
}

// TestM03Resume: numbers go on behind what the peer has.
func TestM03Resume(t *testing.T) {
	var c Counts
	c.Send(8)
	if err := c.Resume(5); err != nil || c.Send(1) != 6 {
		t.Errorf("%v, %+v", err, c)
	}
}

func TestParseCount(t *testing.T) {
	for s, want := range map[string]uint32{"0": 0, "7": 7, "4294967295": math.MaxUint32, "007": 7} {
		if n, err := ParseCount(s); err != nil || n != want {
			t.Errorf("%q: %d, %v", s, n, err)
		}
	}
	for _, s := range []string{"", "-1", "4294967296", "1.0", "0x1", "1_0", " 1", "ten"} {
		if n, err := ParseCount(s); err == nil {
			t.Errorf("%q is %d", s, n)
		}
	}
}

// FuzzAcks plays a stream of stanzas, counts and resumptions beside a model that keeps
// the stanzas themselves and no numbers.
func FuzzAcks(f *testing.F) {
	f.Add(uint32(0), []byte{4, 4, 0x81, 4, 0xC0})
	f.Add(uint32(math.MaxUint32), []byte{10, 0x82, 0x88, 0xC1, 3, 0x84})
	f.Add(uint32(1<<31), []byte{0x7F, 0xFF, 0xBF, 1, 0x80})
	f.Fuzz(func(t *testing.T, start uint32, script []byte) {
		c := Counts{handled: start, sent: uint64(start), acked: uint64(start)}
		var unacked []uint64 // the model: the stanzas that the peer has not confirmed
		next, wire := uint64(start)+1, start
		for _, op := range script {
			n := int(op & 0x3F)
			switch op >> 6 {
			case 0, 1: // send
				if last := c.Send(n); n > 0 && last != next+uint64(n)-1 {
					t.Fatalf("the last has the number %d, not %d", last, next+uint64(n)-1)
				}
				for range n {
					unacked = append(unacked, next)
					next++
				}
			case 2, 3: // the peer confirms n more, on this stream or as the next begins
				ack := c.Ack
				if op>>6 == 3 {
					ack = c.Resume
				}
				err := ack(wire + uint32(n))
				if n > len(unacked) {
					if err == nil {
						t.Fatalf("%d more were confirmed of %d", n, len(unacked))
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				unacked, wire = unacked[n:], wire+uint32(n)
				if op>>6 == 3 {
					next -= uint64(len(unacked))
					unacked = nil
				}
			}
			if got, want := c.Sent()-c.Acked(), uint64(len(unacked)); got != want {
				t.Fatalf("%d are unconfirmed, not %d", got, want)
			}
			if len(unacked) > 0 && c.Acked()+1 != unacked[0] {
				t.Fatalf("the first unconfirmed is %d, not %d", c.Acked()+1, unacked[0])
			}
			c.Handle()
			if start++; c.Handled() != start {
				t.Fatalf("handled %d, not %d", c.Handled(), start)
			}
		}
	})
}
