package element

import (
	"strings"
	"testing"

	"github.com/antchfx/xmlquery"
	"github.com/antchfx/xpath"
)

func TestXMLQueryRoundTrip(t *testing.T) {
	for _, doc := range treeDocs {
		n := mustParse(t, doc)
		x := n.XMLQuery()
		back, err := FromXMLQuery(x)
		if err != nil || dump(back) != dump(n) {
			t.Errorf("%s: %v\n got %s\nwant %s", doc, err, dump(back), dump(n))
		}
		// what it writes, a parser reads as the same
		if again, err := ParseString(x.OutputXML(false)); err != nil || dump(again) != dump(n) {
			t.Errorf("%s, written as %s: %v\n got %s\nwant %s", doc, x.OutputXML(false), err, dump(again), dump(n))
		}
		// and xmlquery itself
		parsed, err := xmlquery.Parse(strings.NewReader(n.XML()))
		if err != nil {
			t.Fatal(err)
		}
		if back, err = FromXMLQuery(parsed); err != nil || dump(back) != dump(n) {
			t.Errorf("%s, parsed by xmlquery: %v\n got %s\nwant %s", doc, err, dump(back), dump(n))
		}
		// subtrees
		for c := range n.Children() {
			want := dump(thereAndBack(t, New("", "o").Add(c).Node().First()))
			if got := dump(thereAndBack(t, c)); got != want {
				t.Errorf("%s: a child\n got %s\nwant %s", doc, got, want)
			}
		}
	}
}

// thereAndBack goes to xmlquery and back.
func thereAndBack(t *testing.T, n Node) Node {
	t.Helper()
	back, err := FromXMLQuery(n.XMLQuery())
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func TestXMLQueryXPath(t *testing.T) {
	x := mustParse(t, queryDoc).XMLQuery()
	for _, tt := range []struct {
		expr string
		want int
	}{
		{"//t:tweet", 3}, {"//b:tweet", 1}, {"/c:iq/t:query/b:query", 1}, {"//t:tweet[@id]", 2}, {"//t:tweet/@xml:lang", 1}, {"//t:tweet[@lang='x']", 1}, {"//t:iq", 0},
	} {
		ns := map[string]string{"t": "urn:t", "b": "urn:b", "c": NSClient, "xml": NSXML}
		expr, err := xpath.CompileWithNS(tt.expr, ns)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(xmlquery.QuerySelectorAll(x, expr)); got != tt.want {
			t.Errorf("%s: %d nodes, want %d", tt.expr, got, tt.want)
		}
	}
	if got := len(xmlquery.Find(x, "//tweet")); got != 4 {
		t.Errorf("//tweet: %d nodes", got)
	}
	if got := xmlquery.FindOne(x, "//tweet[2]").InnerText(); got != "two!" {
		t.Errorf("//tweet[2]: %q", got)
	}
}

func TestXMLQueryNone(t *testing.T) {
	n := mustParse(t, "<a b='c'>t</a>")
	for _, n := range []Node{{}, n.FirstAttr(), n.First(), From(make(chan int))} {
		if n.XMLQuery() != nil {
			t.Errorf("%v is something", n.Kind())
		}
	}
	if n.Document().XMLQuery().FirstChild.Data != "a" {
		t.Error("a document is not its root")
	}
}

// TestXMLQueryChange changes what XMLQuery returns; the tree stays as it is.
func TestXMLQueryChange(t *testing.T) {
	n := mustParse(t, "<p:a xmlns:p='urn:a' xmlns:q='urn:q' q:b='1'>t<p:c/></p:a>")
	before := dump(n)
	x := n.XMLQuery()
	root := x.FirstChild
	root.SetAttr("d", "2")
	root.SetAttr("a0:e", "3") // not declared
	root.RemoveAttr("a1:b")
	xmlquery.AddChild(root, &xmlquery.Node{Type: xmlquery.ElementNode, Data: "f"})
	xmlquery.AddChild(root, &xmlquery.Node{Type: xmlquery.ElementNode, Data: "g", NamespaceURI: "urn:g"})
	if _, err := FromXMLQuery(x); err == nil || !strings.Contains(err.Error(), `prefix "a0" is not declared`) {
		t.Errorf("%v", err)
	}
	root.SetAttr("xmlns:a0", "urn:e")
	got, err := FromXMLQuery(x)
	if want := "<{urn:a}a ^0>@d=\"2\"@{urn:e}e=\"3\"\"t\"^1<{urn:a}c ^1><{urn:a}f ^1><{urn:g}g ^1>"; err != nil || dump(got) != want {
		t.Errorf("%v\n got %s\nwant %s", err, dump(got), want)
	}
	if dump(n) != before {
		t.Errorf("the tree has changed: %s", dump(n))
	}
}

func TestFromXMLQuery(t *testing.T) {
	parse := func(s string) *xmlquery.Node {
		x, err := xmlquery.Parse(strings.NewReader(s))
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	el := func(name, space string, children ...*xmlquery.Node) *xmlquery.Node {
		x := &xmlquery.Node{Type: xmlquery.ElementNode, Data: name, NamespaceURI: space}
		for _, c := range children {
			xmlquery.AddChild(x, c)
		}
		return x
	}
	text := func(s string) *xmlquery.Node { return &xmlquery.Node{Type: xmlquery.TextNode, Data: s} }
	doc := func(children ...*xmlquery.Node) *xmlquery.Node {
		x := el("", "", children...)
		x.Type = xmlquery.DocumentNode
		return x
	}
	attrs := func(x *xmlquery.Node, keys ...string) *xmlquery.Node {
		for _, k := range keys {
			a := xmlquery.Attr{Value: "v"}
			var ok bool
			if a.Name.Space, a.Name.Local, ok = strings.Cut(k, ":"); !ok {
				a.Name.Space, a.Name.Local = "", k
			}
			x.Attr = append(x.Attr, a)
		}
		return x
	}
	prefixed := el("a", "")
	prefixed.Prefix = "p"
	tests := []struct {
		name string
		x    *xmlquery.Node
		want string // a tree, or what the error says
	}{
		{"all kinds", parse("<?xml version='1.0'?><!DOCTYPE a><!-- c --><a>x<?p i?><![CDATA[<&]]><!-- c -->y<b/><!-- c --></a>"), `<a ^0>"x<&y"^1<b ^1>`},
		{"element within", xmlquery.FindOne(parse("<p:a xmlns:p='urn:p' xmlns='urn:d'><p:b p:c='1'><d/></p:b></p:a>"), "//p:b"), `<{urn:p}b ^0>@{urn:p}c="1"<{urn:d}d ^1>`},
		{"by hand", el("a", "urn:a", text("x"), text(""), text("y"), el("b", "")), `<{urn:a}a ^0>"xy"^1<b ^1>`},
		{"declared for children", attrs(el("a", "", el("b", "")), "xmlns"), `<{v}a ^0><{v}b ^1>`},
		{"xml", attrs(el("a", ""), "xml:lang"), `<a ^0>@{` + NSXML + `}lang="v"`},
		{"nil", nil, "there is no node"},
		{"text", text("x"), "neither an element nor a document"},
		{"empty", doc(), "no root"},
		{"two roots", doc(el("a", ""), el("b", "")), "a second root, <b>"},
		{"text outside", doc(el("a", ""), text("x")), "text outside"},
		{"prefix", el("o", "", prefixed), `<a>: prefix "p" is not declared`},
		{"attribute prefix", attrs(el("a", ""), "p:b"), `<a>: attribute b: prefix "p" is not declared`},
		{"twice", attrs(el("a", ""), "b", "b"), "<a>: attribute b stands twice"},
		{"name", el("a b", ""), `name "a b" has ' '`},
		{"no name", el("", ""), "an empty name"},
		{"character", el("a", "", text("\x00")), "U+0000"},
		{"attribute name", attrs(el("a", ""), "b c"), `name "b c" has ' '`},
		{"reserved", el("a", "http://www.w3.org/2000/xmlns/"), "reserved"},
	}
	for _, tt := range tests {
		n, err := FromXMLQuery(tt.x)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "element: xmlquery: ") || !strings.Contains(err.Error(), tt.want) || !n.IsZero() {
				t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
			}
		} else if dump(n) != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, dump(n), tt.want)
		}
	}
}

// TestXMLQueryDeep goes there and back at a depth that recursion would feel.
func TestXMLQueryDeep(t *testing.T) {
	b := New("", "a")
	for range 50_000 {
		b = &Builder{name: b.name, parts: []part{{child: b}}}
	}
	n := b.Node()
	back, err := FromXMLQuery(n.XMLQuery())
	if err != nil || back.Document().End() != n.Document().End() {
		t.Errorf("%d nodes of %d, %v", back.Document().End(), n.Document().End(), err)
	}
}
