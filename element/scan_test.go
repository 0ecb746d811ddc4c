package element

import (
	"bytes"
	"testing"
)

// The scanning functions are written twice: tests with the race detector, or -tags purego,
// take those that go by words. A look at each byte is the oracle of both.

// looks reports whether stop finds c; copyPlain also finds what is beyond ASCII.
func looks(c, x byte) bool { return c < ' ' || c == '<' || c == '>' || c == '&' || c == x }

func checkStop(t *testing.T, b []byte, i int, x byte, want int) {
	got := stop(b, i, each*uint64(x))
	if got == want || i <= got && got < want && got > cap(b)-16 {
		return
	}
	t.Fatalf("stop(%q with room for %d, %d, %q) = %d, want %d", b, cap(b), i, x, got, want)
}

// checkCopy copies behind the first byte of room, which has sixteen more than s.
func checkCopy(t *testing.T, room, s []byte, x byte, want int) {
	const behind = "0123456789abcde"
	room = room[:1+len(s)+len(behind)]
	copy(room[1+len(s):], behind)
	room[0] = '#'
	got := copyPlain(room[:1], string(s), each*uint64(x))
	if got != want || room[0] != '#' || !bytes.Equal(room[1:][:got], s[:got]) || string(room[1+len(s):]) != behind {
		t.Fatalf("copyPlain(%q, %q) = %d, want %d, and wrote %q", s, x, got, want, room)
	}
}

// eachByte calls f with slices of up to 70 letters, one of which, that at at, is each byte
// in turn: room[from:to], behind what stops, and before a letter and more of that.
func eachByte(f func(room []byte, from, to, at int)) {
	for n := range 71 {
		const from = 5
		to := from + n
		room := bytes.Repeat([]byte{'<'}, to+16)
		for i := from; i <= to; i++ {
			room[i] = 'a'
		}
		f(room, from, to, to)
		for i := from; i < to; i++ {
			for c := range 256 {
				room[i] = byte(c)
				f(room, from, to, i)
			}
			room[i] = 'a'
		}
	}
}

func TestStop(t *testing.T) {
	for _, x := range []byte{']', '\'', '"'} {
		eachByte(func(room []byte, from, to, at int) {
			if !looks(room[at], x) {
				at = to
			}
			checkStop(t, room[:to], from, x, at)
			checkStop(t, room[:to:to], from, x, at)
		})
	}
}

func TestCopyPlain(t *testing.T) {
	dst := make([]byte, 100)
	for _, x := range []byte{'&', '\''} {
		eachByte(func(room []byte, from, to, at int) {
			if to-from < 4 {
				return
			}
			if !looks(room[at], x) && room[at] < 0x80 {
				at = to
			}
			checkCopy(t, dst[from:], room[from:to], x, at-from)
		})
	}
}

// FuzzScan has several bytes that stop at a time, and long slices.
func FuzzScan(f *testing.F) {
	f.Add([]byte("lorem ipsum dolor sit amet"), uint(0), uint(9), byte(']'))
	f.Add([]byte("a 'quote' & <more> \u00e9\ufffe\x00\n"), uint(3), uint(0), byte('\''))
	f.Fuzz(func(t *testing.T, data []byte, i, room uint, x byte) {
		if x >= 0x80 { // a quote or a bracket
			return
		}
		to := len(data) - int(room%uint(len(data)+1))
		from := int(i % uint(to+1))
		want := from
		for want < to && !looks(data[want], x) {
			want++
		}
		checkStop(t, data[:to], from, x, want)
		if to-from >= 4 {
			want = from
			for want < to && !looks(data[want], x) && data[want] < 0x80 {
				want++
			}
			checkCopy(t, make([]byte, to-from+16), data[from:to], x, want-from)
		}
	})
}

// TestPlainText: what in a text need not be escaped keeps it plain, over all that makes
// the text loop stop.
func TestPlainText(t *testing.T) {
	for _, test := range []struct {
		text  string
		plain bool
	}{
		{"plain text of more than sixteen bytes", true},
		{"line\nline\twhich is none of a writer's business", true},
		{"\u00e9t\u00e9, \u65e5\u672c\u8a9e", true},
		{"\"quoted\" 'text'", true},
		{"this is > that, and more than sixteen bytes follow", false},
		{"&amp; one", false},
		{"one ] two", false},
		{"one\rtwo", false},
	} {
		for _, behind := range []string{"", "<b xmlns='more than sixteen bytes'/>"} {
			src := "<a>" + test.text + behind + "</a>"
			n, err := Parse([]byte(src))
			if err != nil {
				t.Fatal(err)
			}
			if c := n.t.cells[2]; c.plain != test.plain {
				t.Errorf("%s: plain is %t", src, c.plain)
			}
		}
	}
}
