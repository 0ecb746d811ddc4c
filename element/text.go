package element

// put moves the bytes b[r:i] of a text or value to where it grows. In most
// there is nothing to decode and nothing moves.
func (p *Parser) put(b []byte, r, i int) {
	if p.w != r {
		copy(b[p.w:], b[r:i])
	}
	p.w += i - r
}

// resumeText finishes what the bytes before b[i] began: a line end of two
// characters, or a run of "]". It returns -1 for "]]>".
func (p *Parser) resumeText(b []byte, i int) int {
	if p.cr {
		p.cr = false
		if b[i] == '\n' {
			i++
		}
		return i
	}
	switch {
	case b[i] == ']':
		b[p.w] = ']'
		p.w++
		p.run = 2
		return i + 1
	case b[i] == '>' && p.run == 2:
		p.pos = i
		return -1
	}
	p.run = 0
	return i
}

// cdata goes on in a CDATA section. The last two "]" are held back, since
// they may belong to its end.
func (p *Parser) cdata(b []byte, i int) (int, state, error) {
	switch c := b[i]; {
	case c == ']':
		if p.run == 2 {
			b[p.w] = ']'
			p.w++
		}
		p.run = min(p.run+1, 2)
		p.cr = false
		return i + 1, sCData, nil
	case c == '>' && p.run == 2:
		p.run, p.cr = 0, false
		return i + 1, sText, nil
	}
	for ; p.run > 0; p.run-- {
		if !p.skip { // skipping, w may be where unread bytes begin
			b[p.w] = ']'
			p.w++
		}
	}
	if p.cr {
		p.cr = false
		if b[i] == '\n' {
			return i + 1, sCData, nil
		}
	}
	r := i
	for i < len(b) && byteClass[b[i]]&stopsCData == 0 {
		i++
	}
	p.put(b, r, i)
	if i == len(b) || b[i] == ']' {
		return i, sCData, nil
	}
	if b[i] != '\r' {
		return i, sCData, p.illegal(i, b[i])
	}
	b[p.w] = '\n'
	p.w++
	p.cr = true
	return i + 1, sCData, nil
}

// startText begins the content of an element, or what follows a child.
func (p *Parser) startText(i int) {
	p.text, p.w, p.run, p.cr, p.plain = i, i, 0, false, true
}
