package element

import "testing"

// Inside says what the methods of a Node say, of each node of a tree.
func TestInside(t *testing.T) {
	var roots []Node
	for _, in := range []string{
		"<message>text<body>a</body>b<x xmlns='urn:x'><error/><y xmlns='jabber:client'/></x><error/><z xmlns=''/></message>",
		"<iq><error xmlns='urn:x'/><error/><error a='1'/><errors/></iq>", "<iq><q:error xmlns:q='jabber:server'/><query xmlns='urn:q'/></iq>",
		"<presence><x:error xmlns:x='urn:x'><a xmlns='urn:x'/></x:error></presence>", "<iq/>",
		"<x xmlns='urn:x'><a/><error xmlns='jabber:client'/><b xmlns='jabber:client'><error/></b></x>",
	} {
		n, err := ParseIn(NSClient, []byte(in))
		if err != nil {
			t.Fatal(err)
		}
		roots = append(roots, n)
	}
	roots = append(roots, New(NSClient, "iq").Text("a").Add(New("urn:x", "a")).Add(New(NSClient, "error").Add(New(NSClient, "b"))).Node())
	s := Inside{Elements: 7, Error: true, First: roots[0]}
	for _, root := range roots {
		for i := range root.End() {
			n, want := root.At(i), Inside{}
			for c := range n.Children() {
				want.Elements++
				isError := c.Name() == Name{NSClient, "error"}
				want.Error = want.Error || isError
				if !isError && want.First.IsZero() {
					want.First = c
				}
				if c.Space() != NSClient && want.Extension.IsZero() {
					want.Extension = c
				}
			}
			if n.Inside(&s); s != want {
				t.Errorf("node %d of %s: %+v, want %+v", i, root, s, want)
			}
		}
	}
	if (Node{}).Inside(&s); s != (Inside{}) {
		t.Errorf("none has %+v", s)
	}
}
