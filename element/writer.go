package element

import (
	"errors"
	"fmt"
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
		w.start(space, local)
	}
}

// start is Start for a name that is known to be good.
func (w *Writer) start(space, local string) {
	w.closeTag()
	around, depth := w.Space, len(w.open)
	if depth > 0 {
		around = w.open[depth-1].space
	} else {
		w.first, w.elements = len(w.buf), 0
	}
	w.elements++
	switch {
	case beyond(depth+1, w.Limits.Depth):
		w.fail("more than %d elements deep", w.Limits.Depth)
		return
	case beyond(w.elements, w.Limits.Elements):
		w.fail("more than %d elements", w.Limits.Elements)
		return
	case beyond(len(w.buf)-w.first, w.Limits.Bytes):
		w.fail("more than %d bytes", w.Limits.Bytes)
		return
	}
	w.buf = append(w.buf, '<')
	name := len(w.buf)
	if space == NSXML {
		w.buf = append(w.buf, "xml:"...)
		space = around
	}
	w.buf = append(w.buf, local...)
	w.open = append(w.open, openTag{name: name, nameLen: len(w.buf) - name, space: space})
	w.in, w.gen, w.attrs = true, 0, 0
	if space != around {
		if space == nsXMLNS {
			w.fail("the namespace %s is reserved", space)
			return
		}
		w.buf = append(w.buf, " xmlns='"...)
		w.escape(space, stopsAttr)
		w.buf = append(w.buf, '\'')
	}
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
		w.attr(space, local, value)
	}
}

// attr is AttrNS for a name that is known to be good.
func (w *Writer) attr(space, local, value string) {
	if w.attrs++; beyond(w.attrs, w.Limits.Attrs) {
		w.fail("more than %d attributes", w.Limits.Attrs)
		return
	}
	switch space {
	case "":
		w.buf = append(w.buf, ' ')
	case NSXML:
		w.buf = append(w.buf, " xml:"...)
	default:
		w.gen++
		w.buf = strconv.AppendInt(append(w.buf, " xmlns:a"...), int64(w.gen), 10)
		w.buf = append(w.buf, "='"...)
		w.escape(space, stopsAttr)
		w.buf = strconv.AppendInt(append(w.buf, "' a"...), int64(w.gen), 10)
		w.buf = append(w.buf, ':')
	}
	w.buf = append(append(w.buf, local...), "='"...)
	w.escape(value, stopsAttr)
	w.buf = append(w.buf, '\'')
}

// Text writes characters.
func (w *Writer) Text(s string) {
	if w.err != nil || s == "" {
		return
	}
	w.closeTag()
	w.escape(s, stopsEscape)
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
	top := w.open[len(w.open)-1]
	w.open = w.open[:len(w.open)-1]
	if w.in {
		w.in = false
		w.buf = append(w.buf, "/>"...)
	} else {
		w.buf = append(w.buf, "</"...)
		w.buf = append(w.buf, w.buf[top.name:top.name+top.nameLen]...)
		w.buf = append(w.buf, '>')
	}
	if beyond(len(w.buf)-w.first, w.Limits.Bytes) {
		w.fail("more than %d bytes", w.Limits.Bytes)
	}
}

// Node writes an element with all that is in it, or a text.
func (w *Writer) Node(n Node) {
	if n.t == nil || w.err != nil {
		return
	}
	if n.t.err != nil {
		w.err = n.t.err
		return
	}
	i, end, around := n.i, uint32(n.End()), len(w.open)
	if n.Kind() == KindDocument {
		i++
	}
	for ; i < end && w.err == nil; i++ {
		for len(w.open) > around && w.open[len(w.open)-1].end == i {
			w.End()
		}
		switch at := (Node{n.t, i}); at.Kind() {
		case KindElement:
			if n.t.plain {
				w.start(at.Space(), at.Local())
			} else {
				w.Start(at.Space(), at.Local())
			}
			if w.err == nil {
				w.open[len(w.open)-1].end = uint32(at.End())
			}
		case KindAttribute:
			if n.t.plain {
				w.attr(at.Space(), at.Local(), at.Value())
			} else {
				w.AttrNS(at.Space(), at.Local(), at.Value())
			}
		default:
			w.Text(at.Value())
		}
	}
	for len(w.open) > around && w.err == nil {
		w.End()
	}
}

// closeTag ends a start tag that has got all its attributes.
func (w *Writer) closeTag() {
	if w.in {
		w.in = false
		w.buf = append(w.buf, '>')
	}
}

// escape writes s so that a parser reads s, whatever it normalizes (XML 1.0
// sections 2.11 and 3.3.3). stops is stopsEscape for text, stopsAttr for values.
func (w *Writer) escape(s string, stops uint8) {
	done := 0
	for i := 0; ; {
		for len(s)-i >= 8 {
			w := word(s[i:])
			if marks := marksBelow(w, ' ') | w&high | marksOf(w, '<') | marksOf(w, '>') | marksOf(w, '&') | marksOf(w, '\''); marks != 0 {
				i += lowest(marks)
				break
			}
			i += 8
		}
		for i < len(s) && byteClass[s[i]]&stops == 0 {
			i++
		}
		if i == len(s) {
			break
		}
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				w.fail("byte %d of a text or value, %#02x, is no UTF-8", i, c)
				return
			}
			if r == 0xFFFE || r == 0xFFFF {
				w.fail("character U+%04X at byte %d of a text or value is not allowed in XML", r, i)
				return
			}
			i += size
			continue
		}
		w.buf = append(w.buf, s[done:i]...)
		i++
		done = i
		switch c {
		case '<':
			w.buf = append(w.buf, "&lt;"...)
		case '>':
			w.buf = append(w.buf, "&gt;"...)
		case '&':
			w.buf = append(w.buf, "&amp;"...)
		case '\'':
			w.buf = append(w.buf, "&apos;"...)
		case '\t', '\n', '\r':
			w.buf = append(strconv.AppendInt(append(w.buf, "&#"...), int64(c), 10), ';')
		default:
			w.fail("character U+%04X at byte %d of a text or value is not allowed in XML", c, i-1)
			return
		}
	}
	w.buf = append(w.buf, s[done:]...)
}

// checkName reports whether s may be the local part of a name.
func (w *Writer) checkName(s string) bool {
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

// String returns what XML returns, for printing.
func (n Node) String() string { return n.XML() }
