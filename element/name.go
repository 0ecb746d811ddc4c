package element

import "unicode/utf8"

// startName begins a name at b[i].
func (p *Parser) startName(i int) {
	p.tok, p.begun, p.colon = i, false, 0
	if p.skip {
		p.hash.Reset()
		p.cut = false
	}
}

// name goes on in a name, up to the first byte that is none of it.
func (p *Parser) name(b []byte, i int) (int, error) {
	for i < len(b) {
		c := b[i]
		switch {
		case !p.begun && byteClass[c]&isNameStart != 0:
			p.begun = true
			i++
		case !p.begun:
			r, size := utf8.DecodeRune(b[i:])
			if r < utf8.RuneSelf || !nameRune(r, true) {
				return i, p.unexpected(i, "the first character of a name")
			}
			p.begun, p.wide = true, true
			i += size
		case byteClass[c]&isName != 0:
			i++
			for i < len(b) && byteClass[b[i]]&isName != 0 {
				i++
			}
		case c == ':':
			if p.colon != 0 {
				return i, p.fail(i, notWellFormed, "a name with two colons")
			}
			p.colon = max(i-p.tok, 1)
			p.begun = false
			i++
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRune(b[i:])
			if !nameRune(r, false) {
				return i, p.unexpected(i, "a character of a name")
			}
			p.wide = true
			i += size
		default:
			return i, nil
		}
	}
	return i, nil
}

// expected is the name that the next end tag must have, as it was written.
func (p *Parser) expected() []byte {
	if len(p.open) == 0 {
		return []byte(p.root)
	}
	o := &p.open[len(p.open)-1]
	return p.buf[p.start+int(o.name):][:o.nameLen]
}

func (p *Parser) mismatch(i int, want []byte) error {
	if len(p.open) == 0 {
		return p.fail(i, notWellFormed, "an end tag where </%s> ends the stream", want)
	}
	begun := p.base + int64(p.start) + int64(p.open[len(p.open)-1].name) - 1
	return p.fail(i, notWellFormed, "an end tag that does not match <%s>, begun at byte %d", want, begun)
}
