package element

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

func TestBuildAndWalk(t *testing.T) {
	item := New("urn:x", "item").Attr("id", "1").Text("one")
	q := New("urn:x", "query").Attr("node", "n").AttrNS(NSXML, "lang", "de").Add(item, Text("urn:y", "note", "two"))
	q.NewChild("item").Attr("id", "2")
	n := New("urn:o", "outer").Text("a").Add(q).Text("z").Node()

	query := n.Child("urn:x", "query")
	if got := query.AttrNode(NSXML, "lang").Value(); got != "de" {
		t.Errorf("lang = %q", got)
	}
	var ids string
	for c := range query.Children() {
		ids += c.Local() + c.Attr("id") + c.Space() + " "
		if c.Parent() != query {
			t.Errorf("parent of %v", c.Name())
		}
	}
	if ids != "item1urn:x noteurn:y item2urn:x " {
		t.Errorf("children: %s", ids)
	}
	if got := n.StringValue(); got != "aonetwoz" {
		t.Errorf("string-value %q", got)
	}
	if got := n.Text(); got != "az" {
		t.Errorf("text %q", got)
	}
	last := n.First().Next().Next()
	if last.Value() != "z" || !last.Next().IsZero() || last.Prev() != query || query.Prev().Value() != "a" || !query.Prev().Prev().IsZero() {
		t.Error("siblings")
	}
	if got := (Node{}).Child("a", "b").FirstElement().Next().Prev().Parent().AttrNode("", "x").Text(); got != "" {
		t.Errorf("zero node: %q", got)
	}
}

// TestAttributes: elements have them, and nothing else, by each way to look at them.
func TestAttributes(t *testing.T) {
	root, err := ParseString("<a b='1' xml:lang='de' c='2'>x<d e='3' f='4'/>y<g/></a>")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"a": "b=1 {" + NSXML + "}lang=de c=2 ", "d": "e=3 f=4 "}
	for i := range root.End() {
		n := root.At(i)
		expect := ""
		if n.Kind() == KindElement {
			expect = want[n.Local()]
		}
		var walked, ranged strings.Builder
		for a := n.FirstAttr(); !a.IsZero(); a = a.NextAttr() {
			fmt.Fprintf(&walked, "%v=%s ", a.Name(), a.Value())
			if a.Parent() != n || n.AttrNode(a.Space(), a.Local()) != a {
				t.Errorf("%v of %v", a.Name(), n.Name())
			}
		}
		for a := range n.Attrs() {
			fmt.Fprintf(&ranged, "%v=%s ", a.Name(), a.Value())
		}
		if walked.String() != expect || ranged.String() != expect {
			t.Errorf("node %d: %q, %q, want %q", i, walked.String(), ranged.String(), expect)
		}
		for _, name := range []string{"b", "c", "e", "f"} {
			if n.Attr(name) != "" && !strings.Contains(expect, name+"=") {
				t.Errorf("node %d has an attribute %s", i, name)
			}
		}
	}
}

// TestX12QuotedParts: quoting parts of a large stanza costs what the parts
// need, not the stanza for each.
func TestX12QuotedParts(t *testing.T) {
	n, err := ParseString("<a>" + strings.Repeat("<b c='d'>0123456789</b>", 5000) + "</a>")
	if err != nil {
		t.Fatal(err)
	}
	b := New("urn:x", "x")
	for c := range n.Children() {
		b.Add(c)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := b.Node()
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 10*uint64(len(n.t.src)) {
		t.Errorf("%d bytes allocated to quote %d", used, len(n.t.src))
	}
	if got.StringValue() != n.StringValue() {
		t.Error("not quoted whole")
	}
}

// TestAddOtherNodes: whatever node is added, the tree stays a tree.
func TestAddOtherNodes(t *testing.T) {
	n, err := ParseString("<a b='c'><d/>e</a>")
	if err != nil {
		t.Fatal(err)
	}
	got := New("", "x").Add(n.Document(), Node{}, n.Child("", "d"), n.First().Next(), New("", "y")).Node()
	if want := `<x ^0><a ^1>@b="c"<d ^2>"e"^2<d ^1>"e"^1<y ^1>`; dump(got) != want || got.XML() != "<x><a b='c'><d/>e</a><d/>e<y/></x>" {
		t.Errorf("got %s, %s\nwant %s", dump(got), got, want)
	}
	got = New("", "x").Add(n.FirstAttr(), nil, (*Builder)(nil), New("", "y")).Node()
	if got.XML() != "<x b='c'><y/></x>" {
		t.Errorf("with an attribute: %s", got)
	}
}

// TestX12QuotedNamespaces: parts of a tree that names a long namespace by a
// prefix do not multiply it when another tree is built of them.
func TestX12QuotedNamespaces(t *testing.T) {
	var in strings.Builder
	in.WriteString("<a")
	for i := range 8 {
		fmt.Fprintf(&in, " xmlns:p%d='%d%s'", i, i, strings.Repeat("u", 1000))
	}
	in.WriteString(">")
	for i := range 5000 {
		fmt.Fprintf(&in, "<p%d:b/>", i%8)
	}
	in.WriteString("</a>")
	n, err := ParseString(in.String())
	if err != nil {
		t.Fatal(err)
	}
	b := New("urn:x", "x")
	for c := range n.Children() {
		b.Add(c)
	}
	got := b.Node()
	if len(got.t.src) > in.Len() {
		t.Errorf("%d bytes are built of %d", len(got.t.src), in.Len())
	}
	want := n.FirstElement()
	for c := range got.Children() {
		if c.Name() != want.Name() {
			t.Fatalf("%v, want %v", c.Name(), want.Name())
		}
		want = want.NextElement()
	}
}
