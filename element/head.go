package element

// A Head is what the start tag of a stanza says of itself and in the attributes that all
// stanzas have (RFC 6120 section 8.1). One that is missing is "", as is an empty one.
type Head struct {
	// Local is the name of the element; "" if it is not in NSClient or not the root of
	// its tree, which is no stanza.
	Local string

	To, From, ID, Type string
	Lang               string // xml:lang
	// HasTo, HasFrom and HasID tell empty attributes from missing ones.
	HasTo, HasFrom, HasID bool
}

// Head reads the start tag of n into h, in one pass over its attributes.
func (n Node) Head(h *Head) {
	*h = Head{}
	if n.t == nil {
		return
	}
	t := n.t
	if t.outline != nil && n.i == 1 {
		t.outline.head(t, h)
		return
	}
	el := &t.cells[n.i]
	if n.i == 1 && el.kind == KindElement && t.isClient(el) {
		h.Local = t.local(el)
	}
	attrs := t.cells[n.i+1:][:el.attributes()]
	for i := range attrs {
		a := &attrs[i]
		value := t.src[a.value:][:a.size]
		if a.spaceLen > 0 {
			if a.nameLen == 4 && t.named(a, NSXML, "lang") {
				h.Lang = value
			}
			continue
		}
		switch t.src[a.name:][:a.nameLen] {
		case "to":
			h.To, h.HasTo = value, true
		case "from":
			h.From, h.HasFrom = value, true
		case "id":
			h.ID, h.HasID = value, true
		case "type":
			h.Type = value
		}
	}
}
