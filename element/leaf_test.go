package element

import (
	"fmt"
	"testing"
)

// TestLeaf: a Leaf is written as Tag, Text and End write it, wherever it stands; and
// refused as they are.
func TestLeaf(t *testing.T) {
	for _, tag := range []*Tag{NewTag("urn:x'", "item", "jid", "xml:lang"), NewTag("", "item", "jid", "xml:lang"), NewTag(NSXML, "item", "jid", "xml:lang")} {
		for _, values := range [][]string{{}, {"a@b"}, {"", "de"}, {"a'<&>\"\n", "é"}, {"\x01", "\x02"}, {"\xff"}, {"it's here"}} {
			for _, text := range []string{"", "x", "<&>'\"\r\n\t", "é", "a text of some length", "it's here", "a & b", "\x01", "\xff"} {
				for _, around := range []string{"", "urn:x'", "urn:y"} {
					for _, limits := range []Limits{{}, {Depth: 2}, {Depth: 1}, {Elements: 4}, {Elements: 2}, {Attrs: 1}, {Bytes: 60}, {Bytes: 110}} {
						sameLeaf(t, Writer{Space: around, Limits: limits}, tag, text, values)
					}
				}
			}
		}
	}
}

// TestLeafAllocations: there are none.
func TestLeafAllocations(t *testing.T) {
	var w Writer
	tag := NewTag("urn:x", "item", "id")
	if n := testing.AllocsPerRun(100, func() {
		w.Reset()
		w.Start("urn:x", "list")
		w.Leaf(tag, "text", "1")
		w.End()
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// sameLeaf writes leaves among other things, and compares after each step.
func sameLeaf(t *testing.T, w Writer, tag *Tag, text string, values []string) {
	t.Helper()
	got, want := w, w
	leaf := func(w *Writer) {
		if w == &got {
			w.Leaf(tag, text, values...)
			return
		}
		w.Tag(tag, values...)
		w.Text(text)
		w.End()
	}
	for n, step := range []func(w *Writer){
		func(w *Writer) { w.Start("urn:x'", "list"); w.AttrNS("urn:a", "a", "1") },
		leaf, leaf, func(w *Writer) { w.Text("between") }, leaf,
		func(w *Writer) { w.Start("urn:z", "in"); w.AttrNS("urn:a", "a", "1"); w.Attr("b", "2") },
		(*Writer).End, (*Writer).End, leaf,
	} {
		step(&got)
		step(&want)
		if string(got.Bytes()) != string(want.Bytes()) && got.Err() == nil || fmt.Sprint(got.Err()) != fmt.Sprint(want.Err()) {
			t.Fatalf("step %d with %s in %q, %q, %q, %+v: %s %v, want %s %v", n, tag.Name(), w.Space, values, text, w.Limits, got.Bytes(), got.Err(), want.Bytes(), want.Err())
		}
	}
}
