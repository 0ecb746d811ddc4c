package element

import (
	"bytes"
	"hash/maphash"
	"slices"
)

// nsXMLNS is the namespace of the attributes that declare namespaces.
const nsXMLNS = "http://www.w3.org/2000/xmlns/"

// A spaceRef is the place of a namespace name: in the stanza's bytes, or, with
// n = outerSpace, in the table outer. The zero spaceRef is "no namespace".
type spaceRef struct {
	off   uint32
	n     uint16
	plain bool // see cell
}

// isClient reports whether s is the content namespace of the stream.
func (s spaceRef) isClient() bool { return s.off == outerClient && s.n == outerSpace }

// A decl is a namespace declaration in the stanza in hand; its places are
// relative to the stanza. The default namespace has an empty prefix.
type decl struct {
	prefix, prefixLen uint32
	space, spaceLen   uint32
	plain             bool // of the namespace: see cell
}

func (d *decl) ref() spaceRef { return spaceRef{d.space, uint16(d.spaceLen), d.plain} }

// newDecl appends a zero decl, to be set field by field: see newCell.
func (ns *namespaces) newDecl() *decl {
	ns.decls = append(ns.decls, decl{})
	return &ns.decls[len(ns.decls)-1]
}

// namespaces is what is in scope.
type namespaces struct {
	decls    []decl // in the stanza in hand, outermost first
	*origin         // of the stanzas: what is in scope around them
	prefixes []outerPrefix
	space    spaceRef // the default namespace around the stanzas
	seen     []uint16 // duplicates: a hash table of attribute cells
	seed     maphash.Seed
}

// An outerPrefix is a prefix that the stream header declares.
type outerPrefix struct {
	prefix string
	space  spaceRef
}

// The first entries of outer.
const (
	outerNone   = 0 // ""
	outerXML    = 1
	outerClient = 2
)

func (ns *namespaces) initNamespaces(space string) {
	ns.origin = &origin{outer: []string{"", NSXML, NSClient}}
	ns.seed = maphash.MakeSeed()
	if space != "" {
		ns.space = ns.addOuter("", []byte(space))
	}
}

// addOuter declares a namespace around all stanzas to come.
func (ns *namespaces) addOuter(prefix string, space []byte) spaceRef {
	ref := spaceRef{off: outerClient, n: outerSpace}
	if !isContent(space) {
		ref.off = uint32(len(ns.outer))
		ns.origin = &origin{outer: append(slices.Clip(ns.outer), string(space))}
	}
	if prefix != "" {
		ns.prefixes = append(ns.prefixes, outerPrefix{prefix, ref})
	}
	return ref
}

// isContent reports whether space is the content namespace of some stream,
// which reads as NSClient in stanzas.
func isContent(space []byte) bool {
	switch len(space) {
	case len("jabber:client"):
		return string(space) == NSClient || string(space) == "jabber:server"
	case len("jabber:component:accept"):
		return string(space) == "jabber:component:accept"
	}
	return false
}

// lookup finds the namespace of a prefix.
func (p *Parser) lookup(prefix []byte) (spaceRef, bool) {
	src := p.buf[p.start:]
	for i := len(p.decls) - 1; i >= 0; i-- {
		d := &p.decls[i]
		if int(d.prefixLen) == len(prefix) && bytes.Equal(src[d.prefix:d.prefix+d.prefixLen], prefix) {
			return d.ref(), true
		}
	}
	for i := len(p.prefixes) - 1; i >= 0; i-- {
		if p.prefixes[i].prefix == string(prefix) {
			return p.prefixes[i].space, true
		}
	}
	if string(prefix) == "xml" {
		return spaceRef{off: outerXML, n: outerSpace}, true
	}
	return spaceRef{}, false
}

// bytesOf returns the name of a namespace.
func (p *Parser) bytesOf(s spaceRef) []byte {
	if s.n == outerSpace {
		return []byte(p.outer[s.off])
	}
	return p.buf[p.start+int(s.off) : p.start+int(s.off)+int(s.n)]
}

// resolve gives the element whose start tag ends at buf[i], and its
// attributes, their namespaces. It becomes the innermost of p.open.
func (p *Parser) resolve(i int) error {
	first := uint32(len(p.cells)) - 1 - p.attrs
	el := &p.cells[first]
	el.attrs = uint16(p.attrs)
	n := len(p.open)
	o := p.newOpen()
	o.cell, o.name, o.nameLen, o.decls = first, el.name, uint32(el.nameLen), p.scope
	content := true // here stands what is in the stream's content namespace
	if n == 0 {
		o.space = p.namespaces.space
	} else {
		above := &p.open[n-1]
		o.space, content = above.space, above.content
		el.up = above.cell
	}
	if len(p.decls) > p.scope {
		if err := p.declare(i, o); err != nil {
			return err
		}
	}
	space := o.space
	if p.tagColon > 0 {
		prefix := p.buf[p.start+int(el.name):][:p.tagColon]
		if string(prefix) == "xmlns" {
			return p.fail(i, notWellFormed, "element <%s> has the reserved prefix xmlns", p.tagName(el))
		}
		var ok bool
		if space, ok = p.lookup(prefix); !ok {
			return p.fail(i, notWellFormed, "prefix %q of element <%s> is not declared", prefix, p.tagName(el))
		}
		el.name += uint32(p.tagColon) + 1
		el.nameLen -= uint16(p.tagColon) + 1
	}
	if content && space.n != outerSpace && isContent(p.bytesOf(space)) {
		space = spaceRef{off: outerClient, n: outerSpace}
		if p.tagColon == 0 {
			o.space = space
		}
	}
	el.setSpace(space)
	el.plain = space.plain
	o.content = content && space.isClient()
	if p.doubt {
		return p.resolveAttrs(i, p.cells[first+1:])
	}
	return nil
}

// newOpen appends an openElement, to be set field by field: see newCell.
func (p *Parser) newOpen() *openElement {
	n := len(p.open)
	if n == cap(p.open) {
		p.open = slices.Grow(p.open, 1)
	}
	p.open = p.open[:n+1]
	return &p.open[n]
}

// declare checks the declarations of the tag in hand and sets the default
// namespace in it.
func (p *Parser) declare(i int, o *openElement) error {
	src := p.buf[p.start:]
	mine := p.decls[p.scope:]
	if d := &mine[0]; len(mine) == 1 && d.prefixLen == 0 && int(d.spaceLen) != len(NSXML) && int(d.spaceLen) != len(nsXMLNS) {
		o.space = d.ref() // nothing below can be wrong with it
		return nil
	}
	for k, d := range mine {
		prefix, space := src[d.prefix:d.prefix+d.prefixLen], src[d.space:d.space+d.spaceLen]
		for _, e := range mine[:k] {
			if bytes.Equal(prefix, src[e.prefix:e.prefix+e.prefixLen]) {
				return p.fail(i, notWellFormed, "prefix %q is declared twice in one tag", prefix)
			}
		}
		switch isXML := string(space) == NSXML; {
		case string(prefix) == "xmlns":
			return p.fail(i, notWellFormed, "the prefix xmlns is declared")
		case string(prefix) == "xml" && !isXML, string(prefix) != "xml" && isXML:
			return p.fail(i, notWellFormed, "the prefix xml and its namespace belong together, %q is declared as something else", prefix)
		case string(space) == nsXMLNS:
			return p.fail(i, notWellFormed, "the namespace of xmlns is declared for prefix %q", prefix)
		case len(prefix) > 0 && len(space) == 0:
			return p.fail(i, notWellFormed, "the declaration of prefix %q is empty", prefix)
		case len(prefix) == 0:
			o.space = d.ref()
		}
	}
	return nil
}

// resolveAttrs resolves the prefixes of a tag's attributes and refuses two of
// one expanded name.
func (p *Parser) resolveAttrs(i int, attrs []cell) error {
	for k := range attrs {
		a := &attrs[k]
		n := a.spaceLen // so far the length of the prefix
		a.spaceLen = 0
		if n == 0 {
			continue
		}
		prefix := p.buf[p.start+int(a.name):][:n]
		space, ok := p.lookup(prefix)
		if !ok {
			return p.fail(i, notWellFormed, "prefix %q of an attribute is not declared", prefix)
		}
		a.name += uint32(n) + 1
		a.nameLen -= n + 1
		a.setSpace(space)
	}
	if len(attrs) > 8 {
		return p.findDuplicate(i, attrs)
	}
	for k := 1; k < len(attrs); k++ {
		for j := range k {
			if attrs[j].nameLen == attrs[k].nameLen && p.sameName(&attrs[j], &attrs[k]) {
				return p.duplicate(i, &attrs[k])
			}
		}
	}
	return nil
}

// findDuplicate looks for equal names among many attributes in linear time.
func (p *Parser) findDuplicate(i int, attrs []cell) error {
	size := 16
	for size < 2*len(attrs) {
		size *= 2
	}
	if len(p.seen) < size {
		p.seen = make([]uint16, size)
	}
	table := p.seen[:size]
	clear(table)
	src := p.buf[p.start:]
	for k := range attrs {
		a := &attrs[k]
		h := maphash.Bytes(p.seed, src[a.name:a.name+uint32(a.nameLen)])
		if a.spaceLen > 0 { // one local name in many namespaces must not fall into one place
			h = 31*h + maphash.Bytes(p.seed, p.bytesOf(a.space()))
		}
		for {
			slot := &table[h&uint64(size-1)]
			if *slot == 0 {
				*slot = uint16(k + 1)
				break
			}
			if p.sameName(&attrs[*slot-1], a) {
				return p.duplicate(i, a)
			}
			h++
		}
	}
	return nil
}

func (p *Parser) sameName(a, b *cell) bool {
	src := p.buf[p.start:]
	return bytes.Equal(src[a.name:a.name+uint32(a.nameLen)], src[b.name:b.name+uint32(b.nameLen)]) &&
		(a.space() == b.space() || bytes.Equal(p.bytesOf(a.space()), p.bytesOf(b.space())))
}

func (p *Parser) duplicate(i int, a *cell) error {
	return p.fail(i, notWellFormed, "attribute %q appears twice in one tag", p.buf[p.start+int(a.name):][:a.nameLen])
}

// tagName returns a tag's name as it was written.
func (p *Parser) tagName(c *cell) []byte { return p.buf[p.start+int(c.name):][:c.nameLen] }
