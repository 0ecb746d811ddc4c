package element

import "unicode/utf8"

// The quick functions take the usual form of a piece of markup in one go, and
// leave the rest to the states: jumping from state to state for each piece
// takes twice the time.

// runTag takes a start tag from its name at b[i] on, as far as it is of the
// usual form. It returns where it stopped, and the state to go on in.
func (p *Parser) runTag(b []byte, i int) (int, state, EventKind, error) {
	if p.skip || byteClass[b[i]]&isNameStart == 0 {
		return i, sName, EventNone, nil
	}
	if end, kind := p.knownTag(b, i); end > 0 {
		return end, sText, kind, nil
	}
	end := i + 1
	for end < len(b) && byteClass[b[end]]&isName != 0 {
		end++
	}
	if end == len(b) || b[end] == ':' || b[end] >= utf8.RuneSelf {
		return i, sName, EventNone, nil
	}
	if err := p.startTag(b, end); err != nil || p.skip {
		return end, sTag, EventNone, err
	}
	if i = end; b[i] == ' ' {
		i = p.runAttrs(b, i)
	}
	empty := i+1 < len(b) && b[i] == '/'
	if empty {
		i++
	}
	switch {
	case i < len(b) && b[i] == '>':
		i++
		p.startText(i)
		kind, err := p.openTag(i, empty)
		return i, sText, kind, err
	case empty:
		return i, sEmpty, EventNone, nil
	}
	return i, sTag, EventNone, nil
}

// runAttrs takes attributes like name='value', each behind one space, the first
// of them at b[i], and returns where it stopped: at what is not of this form.
func (p *Parser) runAttrs(b []byte, i int) int {
	parent := uint32(len(p.cells)) - 1
	for n := 0; n < p.limits.Attrs && i < len(b) && b[i] == ' '; n++ {
		at := b[i+1:]
		nameLen, end, plain := scanAttr(at)
		if end == 0 || nameLen > p.limits.Name {
			break
		}
		name := uint32(i + 1 - p.start)
		value, size := name+uint32(nameLen)+2, uint32(end-nameLen-2)
		if nameLen == len("xmlns") && string(at[:nameLen]) == "xmlns" {
			if int(size) > p.limits.Name || len(p.decls) >= p.limits.Attrs {
				break
			}
			d := p.newDecl()
			d.space, d.spaceLen, d.plain = value, size, plain
		} else {
			// A bit for the name: two names with different bits differ.
			bit := uint64(1) << ((uint(at[0]) + 8*uint(nameLen)) % 64)
			p.doubt = p.doubt || p.names&bit != 0
			p.names |= bit
			c := p.newCell()
			c.kind, c.attrs = KindAttribute, uint16(uint32(len(p.cells))-1-parent)
			c.name, c.nameLen = name, uint16(nameLen)
			c.value, c.size, c.plain = value, size, plain
		}
		i += 1 + end + 1
	}
	p.attrs = uint32(len(p.cells)) - 1 - parent
	return i
}

// scanAttr looks at an attribute like name='value' that s begins with. It
// returns the length of the name and the index of the closing quote, which is 0
// if the attribute is not of this form or not whole. plain is that of cell.
func scanAttr(s []byte) (name, end int, plain bool) {
	for name < len(s) && byteClass[s[name]]&isName != 0 {
		name++
	}
	end = name + 2
	if end >= len(s) || s[name] != '=' || byteClass[s[0]]&isNameStart == 0 {
		return 0, 0, false
	}
	end, plain = scanValue(s, end, s[name+1])
	return name, end, plain
}

// scanValue looks at a value that begins at s[i], behind its quote. It returns
// the index of the closing one, or 0 if that is not there or something else
// comes first that the lexer must see. plain is that of cell.
func scanValue(s []byte, i int, quote byte) (end int, plain bool) {
	if quote != '\'' && quote != '"' {
		return 0, false
	}
	if i = stop(s, i, each*uint64(quote)); i < len(s) && s[i] == quote {
		return i, quote == '\''
	}
	return closing(s, i, quote), false
}

// closing goes on where stop has found something else than the quote: it returns
// the index of that, or 0 as scanValue does.
func closing(s []byte, i int, quote byte) int {
	for i < len(s) && byteClass[s[i]]&stopsValue == 0 {
		i++
	}
	if i >= len(s) || s[i] != quote {
		return 0
	}
	return i
}

// scanText looks at a text from b[i] on. It returns the index of what does not belong to it
// or must be looked at closer, the "<" behind it as a rule. plain is that of cell.
func scanText(b []byte, i int) (end int, plain bool) {
	plain = true
	for i = stop(b, i, each*']'); i < len(b) && byteClass[b[i]]&stopsText == 0; i = stop(b, i+1, each*']') {
		plain = plain && b[i] != '>'
	}
	return i, plain && (i == len(b) || b[i] == '<')
}

// quickEnd takes an end tag like </name>, from its "</" at b[i], and returns
// the index behind it, or 0.
func (p *Parser) quickEnd(b []byte, i int) int {
	if p.skip || len(p.open) == 0 {
		return 0
	}
	o := &p.open[len(p.open)-1]
	end := i + 2 + int(o.nameLen)
	if end >= len(b) || b[end] != '>' {
		return 0
	}
	name := p.start + int(o.name)
	if string(b[i+2:end]) != string(b[name:name+int(o.nameLen)]) {
		return 0
	}
	return end + 1
}
