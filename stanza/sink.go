package stanza

import "github.com/emp-framework/emp/element"

// A sink takes a stanza part by part: the writer of a stream, or a tree being
// built. It keeps the layout of a stanza in one place.
type sink interface {
	// head begins the stanza, with its attributes. It takes no Out, which would be
	// allocated then.
	head(k Kind, from, to string, t Type, id, lang string)
	leaf(t *element.Tag, text string)
	id(t *element.Tag, id string) // an element with an id and nothing else
	Start(space, local string)
	Attr(local, value string)
	AttrNS(space, local, value string)
	Text(s string)
	Node(n element.Node)
	End()
}

// lines writes a stanza into a stream.
type lines struct{ *element.Writer }

func (w lines) head(k Kind, from, to string, t Type, id, lang string) {
	w.Tag(tags[k], from, to, string(t), id, lang)
}

func (w lines) leaf(t *element.Tag, text string) { w.Leaf(t, text) }

func (w lines) id(t *element.Tag, id string) { w.Leaf(t, "", id) }

// A treeSink builds a tree. Its node is there after the last End.
type treeSink struct {
	open []*element.Builder
	node element.Node
}

func (t *treeSink) head(k Kind, from, to string, typ Type, id, lang string) {
	t.Start(element.NSClient, k.String())
	t.attr("", "from", from)
	t.attr("", "to", to)
	t.attr("", "type", string(typ))
	t.attr("", "id", id)
	t.attr(element.NSXML, "lang", lang)
}

// attr adds an attribute, unless it is empty.
func (t *treeSink) attr(space, local, value string) {
	if value != "" {
		t.AttrNS(space, local, value)
	}
}

func (t *treeSink) leaf(tag *element.Tag, text string) {
	name := tag.Name()
	t.Start(name.Space, name.Local)
	t.Text(text)
	t.End()
}

func (t *treeSink) id(tag *element.Tag, id string) {
	name := tag.Name()
	t.Start(name.Space, name.Local)
	t.Attr("id", id)
	t.End()
}

func (t *treeSink) Start(space, local string) {
	t.open = append(t.open, element.New(space, local))
}

func (t *treeSink) top() *element.Builder { return t.open[len(t.open)-1] }

func (t *treeSink) Attr(local, value string) { t.top().Attr(local, value) }

func (t *treeSink) AttrNS(space, local, value string) { t.top().AttrNS(space, local, value) }

func (t *treeSink) Text(s string) { t.top().Text(s) }

func (t *treeSink) Node(n element.Node) { t.top().Add(n) }

func (t *treeSink) End() {
	done := t.top()
	t.open = t.open[:len(t.open)-1]
	if len(t.open) > 0 {
		t.top().Add(done)
		return
	}
	t.node = done.Node()
}
