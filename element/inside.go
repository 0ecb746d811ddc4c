package element

// Inside is what there is to know of the child elements of a stanza, whatever it is.
type Inside struct {
	Elements int  // how many there are
	Error    bool // one of them is an error, in NSClient (RFC 6120 section 8.3)
	// First is the first that is no such error, Extension the first that is not in
	// NSClient.
	First, Extension Node
}

// Inside reads the children of n into s, in one pass.
func (n Node) Inside(s *Inside) {
	if n.i == 1 && n.t.outline != nil {
		n.t.outline.in(n.t, s)
		return
	}
	*s = Inside{}
	if n.t == nil || n.t.cells[n.i].kind > KindElement {
		return
	}
	t, el := n.t, &n.t.cells[n.i]
	for i := n.i + 1 + uint32(el.attrs); i < el.size; {
		c := &t.cells[i]
		if c.kind != KindElement {
			i++ // a text
			continue
		}
		s.Elements++
		client := t.isClient(c)
		if client && c.nameLen == 5 && t.local(c) == "error" {
			s.Error = true
		} else if s.First.t == nil {
			s.First = Node{t, i}
		}
		if !client && s.Extension.t == nil {
			s.Extension = Node{t, i}
		}
		i = c.size
	}
}
