package element

import "slices"

// nsStreams is the namespace of the stream header (RFC 6120 section 4.8.1).
const nsStreams = "http://etherx.jabber.org/streams"

// depth returns how many elements are open, the stream itself not counted.
func (p *Parser) depth() int {
	if p.skip {
		return p.stack.n
	}
	return len(p.open)
}

// endText makes a text node of the text that ends here.
func (p *Parser) endText() {
	if p.w != p.text && !p.skip && len(p.open) > 0 {
		p.addText()
	}
}

func (p *Parser) addText() {
	c := p.newCell()
	c.kind = KindText
	c.value, c.size = uint32(p.text-p.start), uint32(p.w-p.text)
	c.up = p.open[len(p.open)-1].cell
	c.plain = p.plain
}

// newCell appends a zero cell, to be set field by field: a composite literal,
// or a finished cell to append, is built elsewhere and copied, and reading in
// large pieces what was just written in small ones takes longer than all else.
func (p *Parser) newCell() *cell {
	n := len(p.cells)
	if n == cap(p.cells) {
		p.cells = slices.Grow(p.cells, 1)
	}
	p.cells = p.cells[:n+1]
	c := &p.cells[n]
	*c = cell{}
	return c
}

// startTag takes the name of a start tag, which ends before b[i].
func (p *Parser) startTag(b []byte, i int) error {
	p.state = sName
	p.attrs, p.tagColon, p.scope = 0, p.colon, len(p.decls)
	p.names, p.doubt = 0, false
	if !p.skip {
		p.count++
		var over Limit
		switch {
		case i-p.tok > p.limits.Name:
			over = LimitName
		case len(p.open) == p.limits.Depth:
			over = LimitDepth
		case p.count > p.limits.Elements:
			over = LimitElements
		default:
			c := p.newCell()
			c.kind, c.name, c.nameLen = KindElement, uint32(p.tok-p.start), uint16(i-p.tok)
			return nil
		}
		if err := p.exceed(i, over); err != nil {
			return err
		}
	}
	p.hash.Write(b[p.tok:i])
	p.sum = p.hash.Sum64()
	return nil
}

// attrName takes the name of an attribute or declaration, which ends before
// b[i].
func (p *Parser) attrName(b []byte, i int) error {
	p.state = sAttr
	if p.skip {
		p.wantAttr(b[p.tok:i])
		return nil
	}
	name := b[p.tok:i]
	p.isDecl = p.colon == 0 && string(name) == "xmlns" || p.colon == len("xmlns") && string(name[:p.colon]) == "xmlns"
	switch {
	case len(name) > p.limits.Name:
		return p.exceedAttr(b, i, LimitName)
	case int(p.attrs)+len(p.decls)-p.scope >= p.limits.Attrs, p.isDecl && len(p.decls) >= p.limits.Attrs:
		return p.exceedAttr(b, i, LimitAttrs)
	case p.isDecl:
		d := decl{}
		if p.colon > 0 {
			d.prefix = uint32(p.tok + p.colon + 1 - p.start)
			d.prefixLen = uint32(i - p.tok - p.colon - 1)
		}
		p.decls = append(p.decls, d)
	default:
		p.attrs++
		p.doubt = true
		c := p.newCell()
		c.kind = KindAttribute
		c.name, c.nameLen = uint32(p.tok-p.start), uint16(len(name))
		c.spaceLen = uint16(p.colon) // until the end of the tag
		c.attrs = uint16(p.attrs)
	}
	return nil
}

// exceedAttr goes over to skipping at an attribute, without losing it if the
// answer to the stanza needs it.
func (p *Parser) exceedAttr(b []byte, i int, over Limit) error {
	if err := p.exceed(i, over); err != nil {
		return err
	}
	p.wantAttr(b[p.tok:i])
	return nil
}

// attrValue takes the value b[p.val:p.w], whose closing quote is b[i].
func (p *Parser) attrValue(b []byte, i int) error {
	p.state = sValue
	switch {
	case p.skip:
		p.keepAttr(b, i)
	case p.isDecl:
		if p.w-p.val > p.limits.Name {
			return p.exceed(i, LimitName)
		}
		d := &p.decls[len(p.decls)-1]
		d.space, d.spaceLen = uint32(p.val-p.start), uint32(p.w-p.val)
	default:
		a := &p.cells[len(p.cells)-1]
		a.value, a.size = uint32(p.val-p.start), uint32(p.w-p.val)
	}
	return nil
}

// openTag ends a start tag before buf[i]. empty: it was an empty element tag.
func (p *Parser) openTag(i int, empty bool) (EventKind, error) {
	if p.skip {
		return p.skipOpen(i, empty)
	}
	if err := p.resolve(i); err != nil {
		return EventNone, err
	}
	if p.level == 0 {
		p.close = empty
		return EventOpen, nil
	}
	if len(p.open) == 1 && !p.Fragments {
		if el := &p.cells[1]; string(p.tagName(el)) == "stream" && string(p.bytesOf(el.space())) == nsStreams {
			return EventNone, p.fail(i, badFormat, "a second stream header")
		}
	}
	if empty {
		return p.endTag(i), nil
	}
	return EventNone, nil
}

// endTag ends the innermost element before buf[i].
func (p *Parser) endTag(i int) EventKind {
	if p.skip {
		return p.skipEnd()
	}
	top := len(p.open) - 1
	if top < 0 {
		return EventClose
	}
	o := &p.open[top]
	p.cells[o.cell].size = uint32(len(p.cells))
	p.decls = p.decls[:o.decls]
	p.open = p.open[:top]
	if top == 0 {
		return EventElement
	}
	return EventNone
}

// header takes the stream header, which ends before buf[i], and makes what it
// declares the scope of the stanzas to come (RFC 6120 section 4.8).
func (p *Parser) header(i int) Node {
	src, o := p.buf[p.start:], p.open[0]
	p.open = p.open[:0]
	p.level = 1
	p.root = string(src[o.name : o.name+o.nameLen])
	p.cells[o.cell].size = uint32(len(p.cells))
	around := p.origin // of the header itself
	for _, d := range p.decls {
		prefix, space := src[d.prefix:d.prefix+d.prefixLen], src[d.space:d.space+d.spaceLen]
		ref := p.addOuter(string(prefix), space)
		if len(prefix) == 0 {
			p.space, p.content = ref, string(space)
		}
	}
	n := p.take(i)
	n.t.origin = around
	return n
}

// Content returns the default namespace that the stream header declared, as it
// was written: the content namespace of the stream (RFC 6120 section 4.8.2),
// unless the header uses it for itself. It is "" before the EventOpen.
func (p *Parser) Content() string { return p.content }
