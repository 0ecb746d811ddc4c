package element

import "slices"

// A Tag is the start tag of elements that are written again and again, as those
// of stanzas: its names are checked once, and written as bytes made once. It
// never changes, and may be shared.
//
//	var item = element.NewTag(NS, "item", "jid", "name")
//
//	w.Tag(item, "a@example.org", "") // <item jid='a@example.org'
type Tag struct {
	space, local string
	begin        string   // "<name": as it begins where space is the default namespace
	declared     string   // "<name xmlns='space'": and where it is not
	end          string   // "</name>"
	before       []string // the values of the attributes: " name='"
}

// NewTag prepares the start tag of elements in the namespace space, with any of
// the attributes attrs, which are in no namespace, except "xml:lang". It panics
// at a name that a Writer refuses: the names stand in the program's own text.
func NewTag(space, local string, attrs ...string) *Tag {
	var w Writer
	w.Start(space, local)
	t := &Tag{space: space, local: local, begin: "<" + local, declared: string(w.buf), end: "</" + local + ">"}
	if space == "" {
		t.declared += " xmlns=''"
	}
	for _, attr := range attrs {
		if attr != "xml:lang" {
			w.Attr(attr, "")
		}
		t.before = append(t.before, " "+attr+"='")
	}
	if w.err != nil {
		panic(w.err.Error())
	}
	return t
}

// Name returns the name of the elements that t begins.
func (t *Tag) Name() Name { return Name{t.space, t.local} }

// Tag begins an element, as Start and Attr do, with the values of t's first
// attributes, of which empty ones are left out.
func (w *Writer) Tag(t *Tag, values ...string) {
	if w.err != nil {
		return
	}
	if len(w.open) == 0 && w.Space == t.space && t.space != NSXML {
		w.outermost(t)
	} else if w.start(t.space, t.local, false); w.err != nil {
		return
	}
	w.values(t, values)
}

// values writes the attributes of t that have a value.
func (w *Writer) values(t *Tag, values []string) {
	b := w.buf
	for i, v := range values {
		if v == "" {
			continue
		}
		if w.attrs++; beyond(w.attrs, w.Limits.Attrs) {
			w.fail("more than %d attributes", w.Limits.Attrs)
			return
		}
		b = append(b, t.before[i]...)
		if n := plainIn(b, v, each*'\''); n == len(v) {
			b = b[:len(b)+n]
		} else if b = w.escape(b, v, stopsAttr); w.err != nil {
			return
		}
		b = append(b, '\'')
	}
	w.buf = b
}

// outermost is start where no element is open and none needs to declare its namespace,
// which is within all limits: as the start of a stanza is. It takes 90 instructions, not 130.
func (w *Writer) outermost(t *Tag) {
	at := len(w.buf)
	w.first, w.elements = at, 1
	w.in, w.gen, w.attrs = true, 0, 0
	w.buf = append(w.buf, t.begin...)
	w.open = slices.Grow(w.open, 1)[:1]
	top := &w.open[0] // field by field: see newCell
	top.name, top.nameLen, top.space = at+1, len(t.local), t.space
}
