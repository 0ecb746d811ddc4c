package element

// An outline says where in the trees of a skeleton there is what Head and Inside look for:
// the cells of attributes and elements, 0 for none.
type outline struct {
	client                   bool // the root is in NSClient
	to, from, id, kind, lang uint32
	inside                   Inside // but for its nodes
	first, extension         uint32
}

func newOutline(t *tree) *outline {
	n := Node{t, 1}
	o := &outline{client: t.isClient(&t.cells[1])}
	o.to, o.from, o.id = n.AttrNode("", "to").i, n.AttrNode("", "from").i, n.AttrNode("", "id").i
	o.kind, o.lang = n.AttrNode("", "type").i, n.AttrNode(NSXML, "lang").i
	n.Inside(&o.inside)
	o.first, o.extension = o.inside.First.i, o.inside.Extension.i
	o.inside.First, o.inside.Extension = Node{}, Node{}
	return o
}

// head is Head for the root of t.
func (o *outline) head(t *tree, h *Head) {
	if o.client {
		h.Local = t.local(&t.cells[1])
	}
	if o.to > 0 {
		h.To, h.HasTo = t.value(&t.cells[o.to]), true
	}
	if o.from > 0 {
		h.From, h.HasFrom = t.value(&t.cells[o.from]), true
	}
	if o.id > 0 {
		h.ID, h.HasID = t.value(&t.cells[o.id]), true
	}
	if o.kind > 0 {
		h.Type = t.value(&t.cells[o.kind])
	}
	if o.lang > 0 {
		h.Lang = t.value(&t.cells[o.lang])
	}
}

// in is Inside for the root of t.
func (o *outline) in(t *tree, s *Inside) {
	*s = o.inside
	if o.first > 0 {
		s.First = Node{t, o.first}
	}
	if o.extension > 0 {
		s.Extension = Node{t, o.extension}
	}
}
