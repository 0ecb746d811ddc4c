package element

import "unicode/utf8"

// A state is what the lexer expects next. Each byte is looked at once, in the
// state that the bytes before it led to; running out of bytes only means to
// remember the state. That makes results independent of how input is cut.
type state uint8

const (
	sProlog   state = iota // nothing yet but white space, a BOM or the XML declaration
	sOutside               // between the elements of the stream
	sText                  // in the content of an element
	sMarkup                // behind "<"
	sName                  // in the name of a start tag
	sTag                   // in a start tag, behind its name or a value
	sSpace                 // in a start tag, behind white space
	sAttr                  // in the name of an attribute
	sEquals                // behind it
	sQuote                 // behind the "="
	sValue                 // in a value
	sEmpty                 // behind the "/" of an empty element
	sEndName               // in the name of an end tag
	sEndSpace              // behind it
	sBang                  // behind "<!"
	sComment               // behind "<!-"
	sDoctype               // in "<!DOCTYPE"
	sCDataTag              // in "<![CDATA["
	sCData                 // in a CDATA section
	sPI                    // in the target of a processing instruction
	sDecl                  // in the XML declaration
	sRef                   // behind "&"
	sRefNum                // behind "&#"
	sRefDec                // in a decimal reference
	sRefHex                // in a hexadecimal reference
	sRefName               // in the name of an entity
	sClosed                // behind the end of the stream
)

// lexer is what the state machine remembers beside its state.
type lexer struct {
	state  state
	w      int // where the next byte of decoded text or value goes: never ahead of pos
	tok    int // start of the name in hand
	text   int // start of the text in hand
	val    int // start of the value in hand
	ret    state
	quote  byte
	cr     bool   // the last raw character was a CR, already written as a line end
	begun  bool   // the name in hand has a character in its current part
	colon  int    // length of the prefix of the name in hand, 0 for none
	run    int    // consecutive "]" before pos, 2 meaning "or more"
	match  int    // how much of a keyword or of an end tag's name has been seen
	ref    uint32 // value of a numeric reference; the letters of an entity's name
	digits int    // length of either

	attrs    uint32 // attributes of the tag in hand
	prefixed bool
	scope    int // declarations in scope around it
	tagColon int // length of its prefix
	isDecl   bool
	first    bool // the input has had nothing but a BOM
}

// lex runs the state machine up to the next event.
func (p *Parser) lex() (Event, error) {
	if p.close {
		p.close = false
		return p.found(p.pos, Event{Kind: EventClose}), nil
	}
	b, i, st := p.window(p.pos, p.inStanza()), p.pos, p.state
	for {
		if i == len(b) {
			p.pos, p.state = i, st
			if err := p.more(); err != nil {
				return Event{}, err
			}
			b, i = p.window(p.pos, p.inStanza()), p.pos
			continue
		}
		switch st {
		case sText:
			if p.run > 0 || p.cr {
				if i = p.resumeText(b, i); i < 0 {
					return Event{}, p.fail(p.pos, notWellFormed, `"]]>" in character data`)
				}
				if i == len(b) || p.run > 0 {
					continue
				}
			}
			r := i
			for i < len(b) && byteClass[b[i]]&stopsText == 0 {
				i++
			}
			p.put(b, r, i)
			if i == len(b) {
				continue
			}
			switch c := b[i]; c {
			case '<':
				if end := p.quickEnd(b, i); end > 0 {
					i = end
					p.endText()
					if ev := p.endTag(i); ev.Kind != EventNone {
						return p.found(i, ev), nil
					}
					p.startText(i)
					continue
				}
				st = sMarkup
				i++
			case '&':
				st, p.ret = sRef, sText
				i++
			case '\r':
				b[p.w] = '\n'
				p.w++
				p.cr = true
				i++
			case ']':
				r = i
				for i < len(b) && b[i] == ']' {
					i++
				}
				p.put(b, r, i)
				p.run = min(i-r, 2)
				p.pos = i
			default:
				return Event{}, p.illegal(i, c)
			}

		case sMarkup:
			switch c := b[i]; c {
			case '/':
				if p.depth() == 0 && p.root == "" {
					return Event{}, p.fail(i, notWellFormed, "an end tag without a start tag")
				}
				p.endText()
				i++
				p.startName(i)
				p.match = 0
				st = sEndName
			case '!':
				st = sBang
				i++
			case '?':
				st, p.match = sPI, 0
				i++
			default:
				p.endText()
				p.startName(i)
				st = sName
			}

		case sName:
			var err error
			if i, err = p.name(b, i); err != nil {
				return Event{}, err
			}
			if i == len(b) {
				continue
			}
			if err := p.startTag(b, i); err != nil {
				return Event{}, err
			}
			if p.skip {
				b = p.window(i, true)
			}
			st = sTag

		case sTag, sSpace:
			c := b[i]
			switch {
			case byteClass[c]&isSpace != 0:
				st = sSpace
				i++
			case c == '>':
				i++
				if ev, err := p.openTag(i, false); ev.Kind != EventNone || err != nil {
					return p.found(i, ev), err
				}
				st = sText
				p.startText(i)
			case c == '/':
				st = sEmpty
				i++
			case st == sTag:
				return Event{}, p.unexpected(i, "in a start tag: white space, \"/\" or \">\"")
			default:
				p.startName(i)
				st = sAttr
				if !p.skip {
					if end := p.quickAttr(b, i); end > 0 {
						i, st = end, sTag
					}
				}
			}

		case sAttr:
			var err error
			if i, err = p.name(b, i); err != nil {
				return Event{}, err
			}
			if i == len(b) {
				continue
			}
			if err := p.attrName(b, i); err != nil {
				return Event{}, err
			}
			if p.skip {
				b = p.window(i, true)
			}
			st = sEquals

		case sEquals:
			switch c := b[i]; {
			case c == '=':
				st = sQuote
			case byteClass[c]&isSpace == 0:
				return Event{}, p.unexpected(i, `behind the name of an attribute: "="`)
			}
			i++

		case sQuote:
			switch c := b[i]; {
			case c == '"' || c == '\'':
				st, p.quote, p.cr = sValue, c, false
				p.val, p.w = i+1, i+1
			case byteClass[c]&isSpace == 0:
				return Event{}, p.unexpected(i, "for an attribute: its value in quotes")
			}
			i++

		case sValue:
			r := i
			for i < len(b) && byteClass[b[i]]&stopsValue == 0 {
				i++
			}
			if i > r {
				p.put(b, r, i)
				p.cr = false
			}
			if i == len(b) {
				continue
			}
			switch c := b[i]; c {
			case p.quote:
				if err := p.attrValue(b, i); err != nil {
					return Event{}, err
				}
				if p.skip {
					b = p.window(i, true)
				}
				i++
				st = sTag
				continue
			case '"', '\'':
				b[p.w] = c
				p.w++
			case '\n', '\t', '\r':
				if c != '\n' || !p.cr { // CR LF is one line end, and that one space
					b[p.w] = ' '
					p.w++
				}
				p.cr = c == '\r'
				i++
				continue
			case '&':
				st, p.ret = sRef, sValue
			case '<':
				return Event{}, p.fail(i, notWellFormed, `"<" in the value of an attribute`)
			default:
				return Event{}, p.illegal(i, c)
			}
			p.cr = false
			i++

		case sEmpty:
			if b[i] != '>' {
				return Event{}, p.unexpected(i, `behind "/" in a start tag: ">"`)
			}
			i++
			if ev, err := p.openTag(i, true); ev.Kind != EventNone || err != nil {
				return p.found(i, ev), err
			}
			st = sText
			p.startText(i)

		case sEndName:
			if p.skip {
				var err error
				if i, err = p.name(b, i); err != nil {
					return Event{}, err
				}
				if i == len(b) {
					continue
				}
				p.hash.Write(b[p.tok:i])
				if p.hash.Sum64() != p.stack.top() {
					return Event{}, p.fail(i, notWellFormed, "an end tag does not match its start tag")
				}
				st = sEndSpace
				continue
			}
			name := p.expected()
			for i < len(b) && p.match < len(name) && b[i] == name[p.match] {
				i++
				p.match++
			}
			if i == len(b) {
				continue
			}
			if c := b[i]; p.match < len(name) || byteClass[c]&isSpace == 0 && c != '>' {
				return Event{}, p.mismatch(i, name)
			}
			st = sEndSpace

		case sEndSpace:
			switch c := b[i]; {
			case c == '>':
				i++
				if ev := p.endTag(i); ev.Kind != EventNone {
					return p.found(i, ev), nil
				}
				st = sText
				p.startText(i)
			case byteClass[c]&isSpace != 0:
				i++
			default:
				return Event{}, p.unexpected(i, `in an end tag: ">"`)
			}

		case sOutside:
			for i < len(b) && byteClass[b[i]]&isSpace != 0 {
				i++
			}
			p.start = i
			if i == len(b) {
				continue
			}
			switch c := b[i]; {
			case c == '<':
				p.begin(i)
				i++
				b = p.window(i, true)
				st = sMarkup
			case !legalChar(rune(c)):
				return Event{}, p.illegal(i, c)
			default:
				return Event{}, p.fail(i, badFormat, "text between the elements of the stream")
			}

		case sProlog:
			switch c := b[i]; {
			case p.base+int64(i) == 0 && c == "\uFEFF"[0] && len(b) >= 3 && string(b[:3]) == "\uFEFF":
				i += 3
				p.first = true
			case byteClass[c]&isSpace != 0:
				i++
				p.start = i
				p.first = false
			case c == '<':
				p.first = p.first || p.base+int64(i) == 0
				p.begin(i)
				i++
				b = p.window(i, true)
				st = sMarkup
			case c == 0:
				return Event{}, p.fail(i, unsupportedEncoding, "a NUL byte: this is not UTF-8")
			default:
				return Event{}, p.fail(i, notWellFormed, "the input does not begin with XML")
			}

		case sBang:
			p.match = 0
			switch b[i] {
			case '[':
				st = sCDataTag
			case '-':
				st = sComment
			case 'D':
				st = sDoctype
			default:
				return Event{}, p.unexpected(i, `behind "<!": "[CDATA["`)
			}
			i++

		case sComment:
			if b[i] == '-' {
				return Event{}, p.fail(i, restrictedXML, "a comment")
			}
			return Event{}, p.unexpected(i, `behind "<!-": "-"`)

		case sDoctype:
			const rest = "OCTYPE"
			if b[i] != rest[p.match] {
				return Event{}, p.unexpected(i, `behind "<!D": "OCTYPE"`)
			}
			i++
			if p.match++; p.match == len(rest) {
				return Event{}, p.fail(i, restrictedXML, "a document type declaration")
			}

		case sCDataTag:
			const rest = "CDATA["
			if b[i] != rest[p.match] {
				return Event{}, p.unexpected(i, `behind "<![": "CDATA["`)
			}
			i++
			if p.match++; p.match == len(rest) {
				if p.depth() == 0 {
					return Event{}, p.fail(i, notWellFormed, "a CDATA section outside of an element")
				}
				st, p.run, p.cr = sCData, 0, false
			}

		case sCData:
			var err error
			if i, st, err = p.cdata(b, i); err != nil {
				return Event{}, err
			}

		case sPI:
			const xml = "xml"
			c := b[i]
			switch isPart := byteClass[c]&isName != 0 || c == ':' || c >= utf8.RuneSelf; {
			case p.match < len(xml) && c == xml[p.match]:
				p.match++
				i++
			case p.match == 0 && (!isPart || byteClass[c]&isNameStart == 0 && c < utf8.RuneSelf):
				return Event{}, p.unexpected(i, `behind "<?": a name`)
			case p.match == len(xml) && !isPart:
				if !p.first || p.base+int64(p.start) > 3 {
					return Event{}, p.fail(i, notWellFormed, "an XML declaration that is not at the start")
				}
				st = sDecl
				p.tok = i
			default:
				return Event{}, p.fail(i, restrictedXML, "a processing instruction")
			}

		case sDecl:
			n, err := p.xmlDecl(b, i)
			if err != nil {
				return Event{}, err
			}
			if n == 0 {
				i = len(b)
				continue
			}
			i = n
			p.start = i
			p.first = false
			st = sProlog
			b = p.window(i, false)

		case sRef, sRefNum, sRefDec, sRefHex, sRefName:
			var err error
			if i, st, err = p.reference(b, i, st); err != nil {
				return Event{}, err
			}

		case sClosed:
			if byteClass[b[i]]&isSpace == 0 {
				return Event{}, p.fail(i, notWellFormed, "input behind the end of the stream")
			}
			i++
			p.start = i
		}
	}
}

// The quick functions take the usual form of a piece of markup in one go if
// all of it is in b, and decline by returning 0; the states then do the work.
// They halve the time of parsing a stanza.

// quickAttr takes an attribute like name='value', from b[i] to its closing
// quote, and returns the index behind that.
func (p *Parser) quickAttr(b []byte, i int) int {
	j := i
	if byteClass[b[j]]&isNameStart == 0 {
		return 0
	}
	for j < len(b) && byteClass[b[j]]&isName != 0 {
		j++
	}
	if j+1 >= len(b) || b[j] != '=' {
		return 0
	}
	quote := b[j+1]
	if quote != '\'' && quote != '"' {
		return 0
	}
	k := j + 2
	for k < len(b) && byteClass[b[k]]&stopsValue == 0 {
		k++
	}
	isDecl := string(b[i:j]) == "xmlns"
	if k == len(b) || b[k] != quote || j-i > p.limits.Name || isDecl && k-j-2 > p.limits.Name {
		return 0
	}
	if int(p.attrs)+len(p.decls)-p.scope >= p.limits.Attrs || isDecl && len(p.decls) >= p.limits.Attrs {
		return 0
	}
	val, size := uint32(j+2-p.start), uint32(k-j-2)
	if isDecl {
		p.decls = append(p.decls, decl{space: val, spaceLen: size})
		return k + 1
	}
	p.attrs++
	p.cells = append(p.cells, cell{
		kind:    KindAttribute,
		name:    uint32(i - p.start),
		nameLen: uint16(j - i),
		value:   val,
		size:    size,
		parent:  uint32(len(p.cells)) - p.attrs,
	})
	return k + 1
}

// quickEnd takes an end tag like </name>, from its "<" at b[i], and returns
// the index behind it.
func (p *Parser) quickEnd(b []byte, i int) int {
	if p.skip || len(p.open) == 0 || i+2 >= len(b) || b[i+1] != '/' {
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

// found leaves the state machine between elements, before buf[i].
func (p *Parser) found(i int, ev Event) Event {
	p.pos, p.start, p.state = i, i, sOutside
	if ev.Kind == EventClose {
		p.state = sClosed
	}
	return ev
}

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
	p.text, p.w, p.run, p.cr = i, i, 0, false
}

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
			p.begun = true
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
			i += size
		default:
			return i, nil
		}
	}
	return i, nil
}

// illegal is the error for a character that XML does not know.
func (p *Parser) illegal(i int, c byte) error {
	if c == 0 && p.base+int64(i) < 4 {
		return p.fail(i, unsupportedEncoding, "a NUL byte: this is not UTF-8")
	}
	return p.fail(i, notWellFormed, "character U+%04X is not allowed in XML", c)
}

// unexpected is the error for a character other than what wanted says.
func (p *Parser) unexpected(i int, wanted string) error {
	c := p.buf[i]
	if !legalChar(rune(c)) {
		return p.illegal(i, c)
	}
	r, _ := utf8.DecodeRune(p.buf[i:p.valid])
	return p.fail(i, notWellFormed, "%q where one expects, %s", r, wanted)
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
	return p.fail(i, notWellFormed, "an end tag that does not match <%s>", want)
}
