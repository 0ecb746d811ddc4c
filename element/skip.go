package element

import "hash/maphash"

// skipper is what is remembered of a stanza beyond a limit. Its bytes are
// forgotten as they are read; its syntax and the balance of its tags go on
// being checked, since a skip that trusts what it skips is a way to smuggle
// stanzas. Its namespaces and the uniqueness of its attributes are not.
type skipper struct {
	skip    bool
	limit   Limit    // the one it went beyond
	head    *Builder // its start tag, to answer it
	skipped int      // bytes of it that are no more in buf
	stack   sums     // the names of its open elements
	sum     uint64   // the name of the tag in hand
	hash    maphash.Hash
	cut     bool   // the beginning of the attribute name in hand is gone
	want    string // the attribute in hand goes to head under this name
}

// maxWanted is how long a value for the head may be, as it was written: an
// address of three parts of 1023 bytes, or an id nobody needs longer.
const maxWanted = 4 << 10

// allowance is how many bytes the stanza in hand may have from start on.
func (p *Parser) allowance() int {
	if p.skip {
		return p.limits.HardBytes - p.skipped
	}
	return p.limits.Bytes
}

// more decides how to go on when the window is used up.
func (p *Parser) more() error {
	if p.inStanza() {
		if !p.skip && p.pos-p.start >= p.allowance() {
			if err := p.exceed(p.pos, LimitBytes); err != nil {
				return err
			}
		}
		if p.skip && p.pos-p.start >= p.allowance() { // also at once, if the two limits are the same
			return p.fail(p.pos, policyViolation, "an element of more than %d bytes", p.limits.HardBytes)
		}
		if p.skip {
			p.forget()
		}
	}
	if p.pos < len(p.window(p.pos, p.inStanza())) {
		return nil
	}
	if p.bad {
		if c := p.buf[p.valid]; p.base+int64(p.valid) == 0 && (c == 0xFE || c == 0xFF) {
			return p.fail(p.valid, unsupportedEncoding, "a byte order mark of UTF-16")
		}
		return p.fail(p.valid, notWellFormed, "bytes that are no UTF-8 of a character of XML")
	}
	return ErrIncomplete
}

// exceed goes over to skipping the stanza in hand, whose limit is reached
// before buf[i].
func (p *Parser) exceed(i int, limit Limit) error {
	if p.level == 0 || p.state == sDecl {
		return p.fail(i, policyViolation, "a stream header beyond the limit of %s", limit)
	}
	if len(p.open) == 0 && (p.state == sMarkup || p.state == sEndName || p.state == sEndSpace) {
		return p.fail(i, policyViolation, "a closing tag of the stream beyond the limit of %s", limit)
	}
	p.skip, p.limit = true, limit
	p.head = p.rootTag(i)
	p.hash.SetSeed(p.seed)
	for _, o := range p.open {
		p.stack.push(p.sumOf(p.buf[p.start+int(o.name):][:o.nameLen]))
	}
	if p.inTag() {
		p.sum = p.sumOf(p.tagName(&p.cells[p.tagCell()]))
	}
	p.hash.Reset()
	p.cut, p.want = false, ""
	if p.state == sEndName { // from here on its hash counts: read it again
		p.pos, p.begun, p.colon = p.tok, false, 0
	}
	return nil
}

// inTag reports whether a start tag is in hand whose name is complete.
func (p *Parser) inTag() bool {
	return p.state >= sTag && p.state <= sEmpty || p.state >= sRef && p.state <= sRefName && p.ret == sValue
}

// tagCell returns the cell of the element whose start tag is in hand.
func (p *Parser) tagCell() uint32 { return uint32(len(p.cells)) - 1 - p.attrs }

func (p *Parser) sumOf(name []byte) uint64 {
	p.hash.Reset()
	p.hash.Write(name)
	return p.hash.Sum64()
}

// rootTag returns what is known before buf[i] of the stanza's start tag.
func (p *Parser) rootTag(i int) *Builder {
	if len(p.cells) < 2 {
		return New(p.outer[outerNone], "")
	}
	unfinished := len(p.open) == 0 // its namespaces are not resolved
	attrs := p.cells[2 : 2+int(p.cells[1].attrs)]
	if unfinished {
		attrs = p.cells[2:]
		if p.state >= sEquals && p.state != sEmpty && !p.isDecl && len(attrs) > 0 {
			attrs = attrs[:len(attrs)-1] // its value is not complete
		}
	}
	src := string(p.buf[p.start:i])
	at := Node{&tree{src: src, cells: p.cells, origin: p.origin}, 1}
	if !unfinished {
		b := New(at.Space(), at.Local())
		for k := range attrs {
			a := at.At(2 + k)
			b.AttrNS(a.Space(), a.Local(), a.Value())
		}
		return b
	}
	b := New(p.rootName())
	for k, a := range attrs {
		name := src[a.name : a.name+uint32(a.nameLen)]
		wanted(b, name, at.At(2+k).Value())
	}
	return b
}

// rootName returns the name of a stanza whose start tag is still open by what
// it has declared so far. Its namespace is "" if that is not known: no name of
// a stanza, so that nothing is answered by mistake.
func (p *Parser) rootName() (space, local string) {
	name := p.tagName(&p.cells[1])
	ref, ok := p.lookup(name[:p.tagColon])
	if p.tagColon > 0 {
		name = name[p.tagColon+1:]
	} else if !ok {
		ref = p.namespaces.space
	}
	return contentSpace(p.bytesOf(ref)), string(name)
}

func contentSpace(space []byte) string {
	if isContent(space) {
		return NSClient
	}
	return string(space)
}

// wanted sets on the head what an answer needs, and reports whether it is such.
func wanted(head *Builder, name, value string) bool {
	switch name {
	case "from", "to", "id", "type":
		head.Attr(name, value)
	case "xml:lang":
		head.AttrNS(NSXML, "lang", value)
	case "xmlns":
		head.name.Space = contentSpace([]byte(value))
	default:
		return false
	}
	return true
}

// wantAttr takes the name of an attribute while skipping.
func (p *Parser) wantAttr(name []byte) {
	p.want = ""
	if p.stack.n > 0 || p.cut || len(name) > len("xml:lang") || p.tagColon > 0 && string(name) == "xmlns" {
		return
	}
	p.want = string(name)
	if p.want == "xmlns" {
		p.head.name.Space = "" // until its value is there, which may be too long to be kept
	}
}

// keepAttr takes a value while skipping. Its closing quote is b[i].
func (p *Parser) keepAttr(b []byte, i int) {
	if p.want != "" && i-p.val <= maxWanted {
		wanted(p.head, p.want, string(b[p.val:p.w]))
	}
	p.want = ""
}

// forget gives up the bytes of a skipped stanza that have been read.
func (p *Parser) forget() {
	keep := p.pos
	switch {
	case p.state == sName, p.state == sEndName:
		p.hash.Write(p.buf[p.tok:p.pos])
		p.tok = p.pos
	case p.state == sAttr && p.pos-p.tok <= len("xml:lang"):
		keep = p.tok
	case p.state == sAttr:
		p.cut, p.tok = true, p.pos
	case p.state != sValue && !(p.state >= sRef && p.state <= sRefName && p.ret == sValue):
		p.w = p.pos
	case p.want != "" && p.pos-p.val <= maxWanted:
		keep = p.val
	default:
		p.want = ""
		p.w, p.val = p.pos, p.pos
	}
	p.skipped += keep - p.start
	p.start = keep
}

// skipOpen ends a start tag of a skipped stanza.
func (p *Parser) skipOpen(i int, empty bool) (EventKind, error) {
	switch {
	case !empty && p.stack.n == p.limits.HardDepth:
		return EventNone, p.fail(i, policyViolation, "elements more than %d deep", p.limits.HardDepth)
	case !empty:
		p.stack.push(p.sum)
		return EventNone, nil
	case p.stack.n > 0:
		return EventNone, nil
	}
	return EventExcess, nil
}

// skipEnd ends an element of a skipped stanza.
func (p *Parser) skipEnd() EventKind {
	if p.stack.pop(); p.stack.n > 0 {
		return EventNone
	}
	return EventExcess
}

// skipDone ends the skipping and returns what is kept of the stanza.
func (p *Parser) skipDone() Node {
	n := p.head.Node()
	p.skip, p.head, p.skipped, p.cells, p.stack = false, nil, 0, nil, sums{}
	return n
}

// sums is a stack of hashes in pages, so that its growth copies nothing.
type sums struct {
	pages [][]uint64
	n     int
}

const sumsPage = 1 << 10

func (s *sums) push(v uint64) {
	if s.n == len(s.pages)*sumsPage {
		s.pages = append(s.pages, make([]uint64, sumsPage))
	}
	s.pages[s.n/sumsPage][s.n%sumsPage] = v
	s.n++
}

func (s *sums) pop()        { s.n-- }
func (s *sums) top() uint64 { return s.pages[(s.n-1)/sumsPage][(s.n-1)%sumsPage] }
