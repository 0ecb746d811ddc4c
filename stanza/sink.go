package stanza

import "github.com/emp-framework/emp/element"

// A sink takes a stanza part by part: the writer of a stream, or a tree being
// built. It keeps the layout of a stanza in one place.
type sink interface {
	Start(space, local string)
	Attr(local, value string)
	AttrNS(space, local, value string)
	Text(s string)
	Node(n element.Node)
	End()
}

var (
	_ sink = (*element.Writer)(nil)
	_ sink = (*treeSink)(nil)
)

// A treeSink builds a tree. Its node is there after the last End.
type treeSink struct {
	open []*element.Builder
	node element.Node
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
