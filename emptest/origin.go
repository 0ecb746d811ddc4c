package emptest

import (
	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// withoutOriginID takes off a message what the framework adds to each (XEP-0359),
// where want does not ask for it: the origin-id, and an equal id of the message.
func withoutOriginID(want, got element.Node) element.Node {
	origin := got.Child(stanza.NSStanzaID, "origin-id")
	if !got.Is(element.NSClient, "message") || origin.IsZero() || !want.Child(stanza.NSStanzaID, "origin-id").IsZero() {
		return got
	}
	id := element.Name{Local: "id"}
	added := want.AttrNode("", "id").IsZero() && got.Attr("id") == origin.Attr("id")
	b := element.New(got.Space(), got.Local())
	for a := range got.Attrs() {
		if added && a.Name() == id {
			continue
		}
		b.AttrNS(a.Name().Space, a.Name().Local, a.Value())
	}
	for n := got.First(); !n.IsZero(); n = n.Next() {
		switch {
		case n == origin:
		case n.Kind() == element.KindText:
			b.Text(n.Value())
		default:
			b.Add(n)
		}
	}
	return b.Node()
}
