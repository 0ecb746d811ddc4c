package element

import (
	"fmt"
	"strings"
	"testing"
)

// A Tag is written as Start and Attr write it, wherever it stands.
func TestTag(t *testing.T) {
	tag := NewTag("urn:x'", "item", "jid", "xml:lang", "name")
	for _, values := range [][]string{{}, {"a@b"}, {"a@b", "de", "n"}, {"", "de"}, {"a'<&>\"\n", "", "é"}, {"\x01", "\x02", "\x03"}, {"", "", "\xff"}} {
		for _, around := range []string{"", "urn:x'"} {
			want, got := Writer{Space: "urn:x'"}, Writer{Space: "urn:x'"}
			want.Start(around, "list")
			got.Start(around, "list")
			want.Start("urn:x'", "item")
			for i, v := range values {
				if v != "" {
					want.AttrNS([]string{"", NSXML, ""}[i], []string{"jid", "lang", "name"}[i], v)
				}
			}
			got.Tag(tag, values...)
			for range 2 {
				want.End()
				got.End()
			}
			if string(got.Bytes()) != string(want.Bytes()) && got.Err() == nil || fmt.Sprint(got.Err()) != fmt.Sprint(want.Err()) {
				t.Errorf("%q: %s %v, want %s %v", values, got.Bytes(), got.Err(), want.Bytes(), want.Err())
			}
		}
	}
	for _, values := range [][]string{{}, {"a@b", "de", "n"}, {"a'b", "", "c"}, {"it's here", "", "a&bcd"}, {"\x01"}} {
		for _, around := range []string{"", "urn:x'"} { // as outermost elements, one behind the other
			limits := Limits{Bytes: 100, Attrs: 3, Elements: 2}
			want, got := Writer{Space: around, Limits: limits}, Writer{Space: around, Limits: limits}
			for range 2 {
				want.Start("urn:x'", "item")
				for i, v := range values {
					if v != "" {
						want.AttrNS([]string{"", NSXML, ""}[i], []string{"jid", "lang", "name"}[i], v)
					}
				}
				got.Tag(tag, values...)
				for _, w := range []*Writer{&want, &got} {
					w.Start("urn:y", "in")
					w.AttrNS("urn:z", "z", "1")
					w.End()
					w.End()
				}
			}
			if string(got.Bytes()) != string(want.Bytes()) && got.Err() == nil || fmt.Sprint(got.Err()) != fmt.Sprint(want.Err()) {
				t.Errorf("%q: %s %v, want %s %v", values, got.Bytes(), got.Err(), want.Bytes(), want.Err())
			}
		}
	}
	for _, limits := range []Limits{{Attrs: 1}, {Bytes: 20}, {Elements: 1}, {Depth: 1}} {
		w := Writer{Space: "urn:x'", Limits: limits}
		w.Tag(tag, "a@b", "de", "n")
		w.Start("", "in")
		w.End()
		if w.End(); w.Err() == nil {
			t.Errorf("outermost, within %+v: %s", limits, w.Bytes())
		}
	}
	for _, limits := range []Limits{{Depth: 1}, {Attrs: 1}, {Elements: 1}, {Bytes: 20}} {
		w := Writer{Limits: limits}
		w.Start("", "list")
		w.Tag(tag, "a@b", "de", "n")
		if w.End(); w.Err() == nil {
			t.Errorf("within %+v: %s", limits, w.Bytes())
		}
	}
}

func TestNewTagPanics(t *testing.T) {
	for _, names := range [][]string{{""}, {"a b"}, {"a", "xmlns"}, {"a", "x:y"}, {"a", "\u0370"}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("a tag of %q", names)
				}
			}()
			NewTag("urn:x", names[0], names[1:]...)
		}()
	}
}

// TestX07EachPlace: each character that may have to be escaped, at each place of
// texts and values of each length that is treated by itself.
func TestX07EachPlace(t *testing.T) {
	reference := map[byte]string{'<': "&lt;", '>': "&gt;", '&': "&amp;", '\'': "&apos;", '\t': "&#9;", '\n': "&#10;", '\r': "&#13;"}
	for length := 1; length <= 18; length++ {
		for at := range length {
			for c := range 256 {
				s := strings.Repeat("x", at) + string([]byte{byte(c)}) + strings.Repeat("y", length-at-1)
				for _, stops := range []uint8{stopsEscape, stopsAttr} {
					var w Writer
					got := w.escape([]byte("before"), s, stops)
					want := "before" + s
					if byteClass[c]&stops != 0 {
						want = "before" + s[:at] + reference[byte(c)] + s[at+1:]
					}
					refused := c < ' ' && c != '\t' && c != '\n' && c != '\r' || c >= 0x80
					if (w.err != nil) != refused || !refused && string(got) != want {
						t.Fatalf("%q: %q, %v, want %q", s, got, w.err, want)
					}
				}
			}
		}
	}
}
