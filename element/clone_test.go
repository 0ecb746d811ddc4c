package element

import "testing"

// TestClone: a copy of each node of a tree is as that is, stands alone, and holds no more.
func TestClone(t *testing.T) {
	const in = `<a xmlns='urn:a' xmlns:p='urn:p' x='1' p:y='ü'>one<b xmlns='urn:b' z='&lt;'><p:c/>two</b><d/></a>`
	p := Parser{Fragments: true}
	p.Feed([]byte(in))
	ev, err := p.Next()
	if err != nil {
		t.Fatal(err)
	}
	whole := ev.Node.Document()
	var copies []Node
	var want []string
	for i := 1; i < whole.End(); i++ {
		n := whole.At(i)
		copies, want = append(copies, n.Clone()), append(want, n.Kind().String()+n.Name().String()+n.Value()+n.XML())
	}
	copies, want = append(copies, whole.Clone()), append(want, "element"+ev.Node.Name().String()+ev.Node.Value()+ev.Node.XML())
	p.Reuse(ev.Node)
	p.Feed([]byte(`<q xmlns='urn:q' xmlns:p='urn:q' x='2' p:y='ä'>eno<b xmlns='urn:q' z='&gt;'><p:q/>owt</b><q/></q>`))
	if _, err := p.Next(); err != nil {
		t.Fatal(err)
	}
	for i, n := range copies {
		if got := n.Kind().String() + n.Name().String() + n.Value() + n.XML(); got != want[i] {
			t.Errorf("%s of %s", got, want[i])
		}
		if n.Parent() != n.Document() || n.Index() != 1 || n.Prev() != (Node{}) && n.Kind() != KindAttribute || n.Next() != (Node{}) || n.NextAttr() != (Node{}) {
			t.Errorf("the copy of %s does not stand alone", want[i])
		}
		if part := whole.End() - 1; i < part && i > 0 && n.Size() >= copies[part].Size() {
			t.Errorf("the copy of %s holds %d bytes", want[i], n.Size())
		}
	}
	if !(Node{}).Clone().IsZero() {
		t.Error("the zero Node has a copy")
	}
}
