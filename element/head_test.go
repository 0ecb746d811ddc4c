package element

import "testing"

// A Head says what the methods of a Node say, of each element of a tree, and of what
// has no head.
func TestHead(t *testing.T) {
	var nodes []Node
	for _, in := range []string{
		"<iq to='a' from='b' id='c' type='d' xml:lang='e'><iq to='f' xmlns='urn:x'>text</iq></iq>",
		"<message from='' id='' x:to='1' x:from='2' x:id='3' x:type='4' x:lang='5' lang='6' of='7' xmlns:x='urn:x'/>",
		"<presence to='' type='' xml:lang='' xml:to='x' typ='8' typf='9'><error/></presence>",
		"<stanza xmlns='urn:x' to='a'/>", "<iq xmlns=''/>", "<x:iq xmlns:x='jabber:server' x:id='1' id='2'/>",
	} {
		n, err := ParseIn(NSClient, []byte(in))
		if err != nil {
			t.Fatal(err)
		}
		nodes = append(nodes, n)
	}
	nodes = append(nodes, New(NSClient, "iq").AttrNS(NSXML, "lang", "en").AttrNS("urn:x", "lang", "de").Attr("to", "b").Add(New(NSClient, "iq").Attr("id", "1")).Node(), New("urn:x", "iq").Node())
	h := Head{Local: "left", To: "over", HasID: true}
	for _, root := range nodes {
		for i := range root.End() {
			n := root.At(i)
			want := Head{To: n.Attr("to"), From: n.Attr("from"), ID: n.Attr("id"), Type: n.Attr("type"), Lang: n.AttrNode(NSXML, "lang").Value()}
			if n.Kind() == KindElement && n.Parent().Kind() == KindDocument && n.Space() == NSClient {
				want.Local = n.Local()
			}
			want.HasTo, want.HasFrom, want.HasID = !n.AttrNode("", "to").IsZero(), !n.AttrNode("", "from").IsZero(), !n.AttrNode("", "id").IsZero()
			if n.Head(&h); h != want {
				t.Errorf("node %d of %s: %+v, want %+v", i, root, h, want)
			}
		}
	}
	if (Node{}).Head(&h); h != (Head{}) {
		t.Errorf("none has %+v", h)
	}
}
