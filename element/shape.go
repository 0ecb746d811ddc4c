package element

import (
	"encoding/binary"
	"slices"
)

// A shape is a start tag without the values of its attributes, as in
// <iq from='…' to='…' id='…'>. The tags of a stream are of few shapes, so a
// Parser remembers the last of them: a tag of a known one is compared instead
// of read, for less than half of the time. A declaration of the default
// namespace belongs to the shape.
type shape struct {
	// text is the tag from its name on, in pieces: each but the last ends with
	// the quote before a value, the next begins behind the quote after it.
	text   [maxShape + 8]byte // so that eight bytes can be loaded at each place
	ends   [maxValues + 1]uint8
	values uint8 // how many there are
	// element and attrs are the cells of the tag, but for what lies where: the name
	// of an attribute is that far from the value, mod 2^32.
	element cell
	attrs   [maxValues]cell
	empty   bool // the tag ends with "/>"
	decl    shapeDecl
}

// A shapeDecl is the namespace that a tag declares as the default, if any.
type shapeDecl struct {
	any     bool
	plain   bool  // see cell
	content bool  // it is the content namespace of some stream
	piece   uint8 // it lies in this one,
	at      uint8 // so far behind its beginning
	size    uint8
}

const (
	maxShape  = 120 // bytes of a tag without its values
	maxValues = 6
	// So many shapes are known, in sets by their first four bytes: 10 KiB.
	shapeSets = 8
	shapeWays = 4
)

// shapes are those that a Parser knows.
type shapes struct {
	known *[shapeSets][shapeWays]shape // from the second stanza on
	turn  uint8                        // the next of a set to be forgotten
}

// knownTag takes a start tag of a known shape, from its name at b[i] on, and
// returns the index behind it and what it ends; or 0, and nothing has changed.
// The shape of another tag it remembers.
func (p *Parser) knownTag(b []byte, i int) (int, EventKind) {
	if p.known == nil || len(b)-i < 4 || len(p.open) >= p.limits.Depth || p.count >= p.limits.Elements || len(p.decls) >= p.limits.Attrs {
		return 0, EventNone
	}
	set := &p.known[binary.LittleEndian.Uint32(b[i:])*0x9E3779B1>>29]
	for k := range set {
		s := &set[k]
		if s.element.nameLen == 0 || !s.samePiece(b, i, 0, int(s.ends[0])) {
			continue
		}
		if end := p.takeShape(s, b, i); end > 0 {
			return end, p.openShape(s, end)
		}
	}
	p.turn++
	set[p.turn%shapeWays].learn(b[i:], p.limits)
	return 0, EventNone
}

// knownChild is knownTag for a tag inside an element, whose text it ends.
func (p *Parser) knownChild(b []byte, i int) int {
	n := len(p.cells)
	p.endText()
	end, _ := p.knownTag(b, i)
	if end == 0 {
		p.cells = p.cells[:n]
	}
	return end
}

// samePiece reports whether b has at at what the text has from from to to.
func (s *shape) samePiece(b []byte, at, from, to int) bool {
	n := to - from
	if len(b)-at < n {
		return false
	}
	if n <= 8 && at <= cap(b)-8 { // most are: no call for them, nor for the last in b
		return (binary.LittleEndian.Uint64(b[at:at+8])^binary.LittleEndian.Uint64(s.text[from:from+8]))<<((64-8*n)&63) == 0
	}
	return string(b[at:at+n]) == string(s.text[from:to])
}

// takeShape makes cells of the tag with its name at b[i], whose first piece is
// that of s. It returns the index behind the tag, 0 if it is not of the shape.
func (p *Parser) takeShape(s *shape, b []byte, i int) int {
	first, start := len(p.cells), p.start
	if cap(p.cells)-first < 1+maxValues {
		p.cells = slices.Grow(p.cells, 1+maxValues)
	}
	cells := p.cells[first : first+1+maxValues]
	cells[0] = s.element
	cells[0].name = uint32(i - start)
	to := int(s.ends[0])
	i += to
	for k := range int(s.values) {
		c := &cells[1+k]
		*c = s.attrs[k]
		quote := s.text[to-1]
		end := stop(b, i, each*uint64(quote))
		if end >= len(b) || b[end] != quote {
			c.plain = false
			if end = closing(b, end, quote); end == 0 {
				return 0
			}
		}
		c.value, c.size = uint32(i-start), uint32(end-i)
		c.name += c.value
		next := int(s.ends[k+1])
		if i = end + 1; !s.samePiece(b, i, to, next) {
			return 0
		}
		i += next - to
		to = next
	}
	p.cells = p.cells[:first+1+int(s.values)]
	return i
}

// openShape does for a tag of the shape s, which ends before buf[i] and whose
// cells are the last, what openTag does for others.
func (p *Parser) openShape(s *shape, i int) EventKind {
	p.count++
	p.startText(i)
	first := len(p.cells) - 1 - int(s.values)
	el := &p.cells[first]
	space, content, around := p.namespaces.space, true, len(p.decls)
	if n := len(p.open); n > 0 {
		above := &p.open[n-1]
		space, content = above.space, above.content
		el.up = above.cell
	}
	declared := el.name
	if s.decl.any {
		if s.decl.piece > 0 {
			before := &p.cells[first+int(s.decl.piece)]
			declared = before.value + before.size + 1
		}
		declared += uint32(s.decl.at)
		if content && s.decl.content {
			space = spaceRef{off: outerClient, n: outerSpace}
		} else {
			space = spaceRef{declared, uint16(s.decl.size), s.decl.plain}
		}
	} else if content && space.n != outerSpace && isContent(p.bytesOf(space)) { // by a stanza with a prefix
		space = spaceRef{off: outerClient, n: outerSpace}
	}
	el.value, el.spaceLen, el.plain = space.off, space.n, space.plain
	if s.empty {
		el.size = uint32(len(p.cells))
		if len(p.open) == 0 {
			return EventElement
		}
		return EventNone
	}
	if s.decl.any { // it counts among the declarations in scope
		d := p.newDecl()
		d.space, d.spaceLen, d.plain = declared, uint32(s.decl.size), s.decl.plain
	}
	o := p.newOpen()
	o.cell, o.name, o.nameLen, o.decls = uint32(first), el.name, uint32(el.nameLen), around
	o.space, o.content = space, content && space.isClient()
	return EventNone
}

// learn makes s the shape of the tag that b begins with, behind its "<", if it
// is of the usual form: whole, in ASCII names without prefixes but xml, with
// one space before each attribute, and nothing in it that had to be decoded.
func (s *shape) learn(b []byte, limits Limits) {
	s.element, s.values, s.decl = cell{}, 0, shapeDecl{}
	name := 0
	for name < len(b) && byteClass[b[name]]&isName != 0 {
		name++
	}
	if name == 0 || byteClass[b[0]]&isNameStart == 0 || name > min(limits.Name, maxShape) || string(b[:name]) == "stream" {
		return // of that name openTag must see whether it is a second header
	}
	size := copy(s.text[:maxShape], b[:name]) // of text
	i, piece := name, 0                       // so far in b; of this piece the beginning in text
	put := func(n int) bool {
		if size+n > maxShape {
			return false
		}
		size += copy(s.text[size:], b[i:i+n])
		i += n
		return true
	}
	for i+1 < len(b) && b[i] == ' ' {
		prefix := 0
		if at := b[i+1:]; len(at) > 4 && string(at[:4]) == "xml:" {
			prefix = 4
		}
		length, end, plain := scanAttr(b[i+1+prefix:])
		if end == 0 || prefix+length > limits.Name {
			return
		}
		attr := string(b[i+1 : i+1+prefix+length])
		value := end - length - 2
		switch {
		case attr == "xmlns":
			d := size + len(" xmlns='") - piece
			space := b[i+len(" xmlns='"):][:value]
			if s.decl.any || value > limits.Name || string(space) == NSXML || string(space) == nsXMLNS || !put(1+end+1) {
				return
			}
			s.decl = shapeDecl{true, plain, isContent(space), s.values, uint8(d), uint8(value)}
			continue
		case s.values == maxValues || s.has(attr) || !put(1+prefix+length+2):
			return
		}
		a := cell{kind: KindAttribute, attrs: uint16(s.values) + 1, nameLen: uint16(length)}
		a.plain = b[i-1] == '\'' // unless takeShape sees more than stop passes
		a.name -= uint32(length + 2)
		if prefix > 0 {
			a.up, a.spaceLen = outerXML, outerSpace
		}
		s.attrs[s.values] = a
		s.ends[s.values] = uint8(size)
		s.values++
		piece = size
		i += value + 1
	}
	s.empty = i < len(b) && b[i] == '/'
	n := 1
	if s.empty {
		n = 2
	}
	if len(b) < i+n || b[i+n-1] != '>' || !put(n) || int(s.values)+1 > limits.Attrs {
		return
	}
	s.ends[s.values] = uint8(size)
	s.element = cell{kind: KindElement, nameLen: uint16(name), attrs: uint16(s.values)}
}

// has reports whether s has an attribute already that is written like this.
func (s *shape) has(attr string) bool {
	for k, a := range s.attrs[:s.values] {
		end := int(s.ends[k]) - 2
		length := int(a.nameLen)
		if a.spaceLen > 0 {
			length += len("xml:")
		}
		if string(s.text[end-length:end]) == attr {
			return true
		}
	}
	return false
}
