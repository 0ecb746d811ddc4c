package element

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// A Writer turns elements into bytes that every XMPP server can read: no
// prefixes but xml and those of attributes in a namespace, every namespace
// declared where it begins, everything escaped that the next parser might
// change, names only from those that all editions of XML 1.0 know (expat has
// the fourth), no characters that XML does not know.
//
// At what breaks these rules the Writer stops: it keeps the first error, which
// Err tells, and ignores further calls. Bytes then ends in something unfinished;
// Truncate goes back to before it.
//
//	mark := w.Len()
//	w.Node(n)
//	if err := w.Err(); err != nil {
//		w.Truncate(mark)
//	}
//
// The zero Writer is ready for use. It allocates only to grow.
type Writer struct {
	// Space is the default namespace around what is written, which needs no
	// declaration: NSClient for any stream of stanzas, since there the content
	// namespace, whatever it is called, is in scope; "" for a document.
	Space string
	// Limits bound each outermost element: its Bytes, Depth, Elements, and the
	// Attrs of each element in it; 0 means no bound. A tree from outside can
	// grow in writing: a namespace that its bytes declare once, for a prefix, is
	// written out on each element in it. 60 kB can become 10 MB.
	Limits Limits

	buf      []byte
	err      error
	open     []openTag
	in       bool // the innermost start tag can still take attributes
	gen      int  // prefixes made for the start tag in hand
	first    int  // where the outermost element begins in buf
	elements int  // in it
	attrs    int  // of the start tag in hand
}

// An openTag is an element that is begun and not ended. Its name lies in buf.
type openTag struct {
	name, nameLen int
	space         string // the default namespace in it
	end           uint32 // of a tree: the index behind it
}

// Bytes returns what has been written. It is valid until the next call.
func (w *Writer) Bytes() []byte { return w.buf }

// Len returns how many bytes have been written.
func (w *Writer) Len() int { return len(w.buf) }

// Err returns why the Writer refuses to go on, or nil. Bytes then end in
// something unfinished.
func (w *Writer) Err() error { return w.err }

// Reset forgets what has been written but keeps the memory.
func (w *Writer) Reset() { w.Truncate(0) }

// Truncate goes back to the first n bytes and forgets an error. n must be a Len
// from when no element was open.
func (w *Writer) Truncate(n int) {
	w.buf, w.open, w.err, w.in = w.buf[:n], w.open[:0], nil, false
}

// Start begins an element in the namespace space.
func (w *Writer) Start(space, local string) {
	if w.err != nil {
		return
	}
	if w.checkName(local) {
		w.start(space, local, false)
	}
}

// start is Start for a name that is known to be good. plain: so is space as it
// stands.
func (w *Writer) start(space, local string, plain bool) {
	b, around, depth := w.buf, w.Space, len(w.open)
	if w.in {
		b = append(b, '>')
	}
	if depth > 0 {
		around = w.open[depth-1].space
	} else {
		w.first, w.elements = len(b), 0
	}
	w.elements++
	switch {
	case beyond(depth+1, w.Limits.Depth):
		w.fail("more than %d elements deep", w.Limits.Depth)
		return
	case beyond(w.elements, w.Limits.Elements):
		w.fail("more than %d elements", w.Limits.Elements)
		return
	case beyond(len(b)-w.first, w.Limits.Bytes):
		w.fail("more than %d bytes", w.Limits.Bytes)
		return
	}
	b = append(b, '<')
	name := len(b)
	if space == NSXML {
		b = append(b, "xml:"...)
		space = around
	}
	b = append(b, local...)
	if depth == cap(w.open) {
		w.open = slices.Grow(w.open, 1)
	}
	w.open = w.open[:depth+1]
	top := &w.open[depth]
	top.name, top.nameLen, top.space = name, len(b)-name, space
	w.in, w.gen, w.attrs = true, 0, 0
	if space != around {
		w.buf = b // for fail
		if space == nsXMLNS {
			w.fail("the namespace %s is reserved", space)
			return
		}
		b = append(b, " xmlns='"...)
		if plain {
			b = append(b, space...)
		} else {
			b = w.escape(b, space, stopsAttr)
		}
		b = append(b, '\'')
	}
	w.buf = b
}

// beyond reports whether n is more than limit allows.
func beyond(n, limit int) bool { return limit > 0 && n > limit }

// Attr writes an attribute of the element just begun. It is for the caller to
// give each attribute once: unlike a Builder, a Writer does not look back.
func (w *Writer) Attr(local, value string) { w.AttrNS("", local, value) }

// AttrNS writes an attribute in a namespace, with a prefix that it declares.
func (w *Writer) AttrNS(space, local, value string) {
	if w.err != nil {
		return
	}
	switch {
	case !w.in:
		w.fail("attribute %q comes behind the content of its element", local)
	case local == "xmlns" && space == "":
		w.fail("xmlns is no attribute: give the namespace with the element's name")
	case space == nsXMLNS:
		w.fail("the namespace %s is reserved: namespaces are declared by themselves", space)
	}
	if w.err == nil && w.checkName(local) {
		w.attr(space, local, value, false)
	}
}

// attr is AttrNS for a name that is known to be good. plain: so is value as it
// stands.
func (w *Writer) attr(space, local, value string, plain bool) {
	if w.attrs++; beyond(w.attrs, w.Limits.Attrs) {
		w.fail("more than %d attributes", w.Limits.Attrs)
		return
	}
	b := w.buf
	switch space {
	case "":
		b = append(b, ' ')
	case NSXML:
		b = append(b, " xml:"...)
	default:
		w.gen++
		b = strconv.AppendInt(append(b, " xmlns:a"...), int64(w.gen), 10)
		b = w.escape(append(b, "='"...), space, stopsAttr)
		b = strconv.AppendInt(append(b, "' a"...), int64(w.gen), 10)
		b = append(b, ':')
	}
	b = append(append(b, local...), "='"...)
	if plain {
		b = append(b, value...)
	} else {
		b = w.escape(b, value, stopsAttr)
	}
	w.buf = append(b, '\'')
}

// Text writes characters.
func (w *Writer) Text(s string) { w.text(s, false) }

// text is Text. plain: s is good as it stands.
func (w *Writer) text(s string, plain bool) {
	if w.err != nil || s == "" {
		return
	}
	b := w.buf
	if w.in {
		w.in = false
		b = append(b, '>')
	}
	if plain {
		w.buf = append(b, s...)
	} else {
		w.buf = w.escape(b, s, stopsEscape)
	}
}

// End ends the innermost element.
func (w *Writer) End() {
	if w.err != nil {
		return
	}
	if len(w.open) == 0 {
		w.fail("no element is open")
		return
	}
	b, top := w.buf, &w.open[len(w.open)-1]
	w.open = w.open[:len(w.open)-1]
	if w.in {
		w.in = false
		w.buf = append(b, "/>"...)
	} else {
		b = append(append(b, "</"...), b[top.name:top.name+top.nameLen]...)
		w.buf = append(b, '>')
	}
	if beyond(len(w.buf)-w.first, w.Limits.Bytes) {
		w.fail("more than %d bytes", w.Limits.Bytes)
	}
}

// Node writes an element with all that is in it, or a text; an attribute only into a
// start tag.
func (w *Writer) Node(n Node) {
	if n.t == nil || w.err != nil {
		return
	}
	if !w.in && n.Kind() == KindAttribute {
		w.fail("attribute %s outside a start tag", n.Local())
		return
	}
	if n.t.err != nil {
		w.err = n.t.err
		return
	}
	t, i, end, around := n.t, n.i, uint32(n.End()), len(w.open)
	plain := t.cells[0].plain
	if n.Kind() == KindDocument {
		i++
	}
	until := end // the index behind the innermost element that is open
	for ; i < end && w.err == nil; i++ {
		for until == i && w.err == nil {
			w.End()
			until = w.open[len(w.open)-1].end // there is one: i is inside of n
		}
		if w.err != nil {
			return
		}
		c := &t.cells[i]
		switch c.kind {
		case KindElement:
			if plain {
				w.start(t.space(c), t.local(c), c.plain)
			} else {
				w.Start(t.space(c), t.local(c))
			}
			if until = c.size; w.err == nil {
				w.open[len(w.open)-1].end = until
			}
		case KindAttribute:
			if n := t.asWritten(i, plain); n > 0 {
				w.attrsAsWritten(t, i, n)
				i += n - 1
			} else if plain {
				w.attr(t.space(c), t.local(c), t.value(c), c.plain)
			} else {
				w.AttrNS(t.space(c), t.local(c), t.value(c))
			}
		default:
			w.text(t.value(c), c.plain)
		}
	}
	for len(w.open) > around && w.err == nil {
		w.End()
	}
}

// asWritten returns how many attributes from the cell i on stand in the source
// of t, one behind the other, as a Writer writes them.
func (t *tree) asWritten(i uint32, names bool) (n uint32) {
	if !names {
		return 0
	}
	at := t.cells[i].name - 1
	for ; int(i+n) < len(t.cells); n++ {
		a := &t.cells[i+n]
		if a.kind != KindAttribute || !a.plain || a.spaceLen > 0 || a.name != at+1 || a.value != a.name+uint32(a.nameLen)+2 || t.src[at] != ' ' {
			break
		}
		at = a.value + a.size + 1
	}
	return n
}

// attrsAsWritten writes the n attributes from the cell i on by copying them
// from the source. That saves a seventh of the time of writing a message.
func (w *Writer) attrsAsWritten(t *tree, i, n uint32) {
	if w.attrs += int(n); beyond(w.attrs, w.Limits.Attrs) {
		w.fail("more than %d attributes", w.Limits.Attrs)
		return
	}
	last := &t.cells[i+n-1]
	w.buf = append(w.buf, t.src[t.cells[i].name-1:last.value+last.size+1]...)
}

// escape appends s to b so that a parser reads s, whatever it normalizes (XML
// 1.0 sections 2.11 and 3.3.3). stops is stopsEscape for text, stopsAttr for
// values. On an error, which Err tells, b ends somewhere in s.
func (w *Writer) escape(b []byte, s string, stops uint8) []byte {
	for i := 0; ; {
		var n int
		if b, n = appendPlain(b, s[i:], stops); i+n == len(s) {
			return b
		}
		i += n
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			end := w.foreign(s, i)
			if w.err != nil {
				return b
			}
			b = append(b, s[i:end]...)
			i = end
		case byteClass[c]&stops == 0: // appendPlain does not tell all from those that do stop
			b = append(b, c)
			i++
		default:
			if b = w.reference(b, c, i); w.err != nil {
				return b
			}
			i++
		}
	}
}

// foreign returns where the characters beyond ASCII end that s has from i on, with the
// spaces between them.
func (w *Writer) foreign(s string, i int) int {
	for i = skipForeign(s, i); i < len(s) && s[i] >= utf8.RuneSelf; i = skipForeign(s, i) {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			w.fail("byte %d of a text or value, %#02x, is no UTF-8", i, s[i])
			return i
		}
		if r == 0xFFFE || r == 0xFFFF {
			w.fail("character U+%04X at byte %d of a text or value is not allowed in XML", r, i)
			return i
		}
		i += size
	}
	return i
}

// reference appends what stands for the character c, the byte i of a text or
// value.
func (w *Writer) reference(b []byte, c byte, i int) []byte {
	switch c {
	case '<':
		return append(b, "&lt;"...)
	case '>':
		return append(b, "&gt;"...)
	case '&':
		return append(b, "&amp;"...)
	case '\'':
		return append(b, "&apos;"...)
	case '\t', '\n', '\r':
		return append(strconv.AppendInt(append(b, "&#"...), int64(c), 10), ';')
	}
	w.fail("character U+%04X at byte %d of a text or value is not allowed in XML", c, i)
	return b
}

// checkName reports whether s may be the local part of a name.
func (w *Writer) checkName(s string) bool {
	switch s { // what stanzas are made of: a twenty-fifth of the time of writing one
	case "message", "presence", "iq", "from", "to", "type", "id", "body", "error":
		return true
	}
	i := 0
	for i < len(s) && byteClass[s[i]]&isName != 0 {
		i++
	}
	if i == len(s) && i > 0 && byteClass[s[0]]&isNameStart != 0 {
		return true
	}
	return w.checkRunes(s)
}

// checkRunes is checkName for names that are not plain ASCII, or wrong.
func (w *Writer) checkRunes(s string) bool {
	for i, r := range s {
		switch {
		case r < utf8.RuneSelf && byteClass[r]&isName != 0 && (i > 0 || byteClass[r]&isNameStart != 0):
		case r >= utf8.RuneSelf && (unicode.Is(nameStart45, r) || i > 0 && unicode.Is(nameMore45, r)):
		case r == ':':
			w.fail("name %q has a colon: give the namespace instead of a prefix", s)
			return false
		default:
			w.fail("name %q has %q at byte %d, which not every XML parser takes for a part of a name", s, r, i)
			return false
		}
	}
	if s == "" {
		w.fail("an empty name")
		return false
	}
	return true
}

// fail keeps the first error, with the element it is in.
func (w *Writer) fail(format string, args ...any) {
	msg := fmt.Sprintf(format, args...)
	if n := len(w.open); n > 0 {
		top := w.open[n-1]
		w.err = fmt.Errorf("element: cannot write <%s>: %s", w.buf[top.name:top.name+top.nameLen], msg)
		return
	}
	w.err = errors.New("element: cannot write: " + msg)
}

// XML returns an element or text as a document of its own, with the namespaces
// it needs. It is "" for an attribute and for what cannot be written; a Writer's
// Err tells why.
func (n Node) XML() string {
	var w Writer
	w.Node(n)
	if w.err != nil {
		return ""
	}
	return string(w.buf)
}

// String is for printing: it returns what XML returns, of an attribute what stands in a
// start tag, as in id='7', and of what cannot be written the error that says why.
func (n Node) String() string {
	var w Writer
	mark := 0
	if n.Kind() == KindAttribute {
		w.Start("", "a")
		mark = w.Len() + len(" ")
	}
	w.Node(n)
	if w.err != nil {
		return w.err.Error()
	}
	return string(w.buf[mark:])
}
