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
	scope    int    // declarations in scope around it
	tagColon int    // length of its prefix
	names    uint64 // bits of the names of its attributes
	doubt    bool   // an attribute of it has a prefix, or the bit of another one
	isDecl   bool
	plain    bool // of the text in hand: see cell
	first    bool // the input has had nothing but a BOM
	raw      bool // of the stanza in hand nothing was decoded, and no attribute read state by state
}

// lex runs the state machine up to the next event, which ends before
// buf[p.pos].
func (p *Parser) lex() (EventKind, error) {
	if p.close {
		p.close = false
		return EventClose, nil
	}
	b, i, st := p.window(p.pos, p.inStanza()), p.pos, p.state
	for {
		if i == len(b) {
			p.pos, p.state = i, st
			if err := p.more(); err != nil {
				return EventNone, err
			}
			b, i = p.window(p.pos, p.inStanza()), p.pos
			continue
		}
		switch st {
		case sText:
			if p.run > 0 || p.cr {
				if i = p.resumeText(b, i); i < 0 {
					return EventNone, p.fail(p.pos, notWellFormed, `"]]>" in character data`)
				}
				if i == len(b) || p.run > 0 {
					continue
				}
			}
			if b[i] != '<' {
				r := i
				var plain bool
				i, plain = scanText(b, i)
				p.plain = p.plain && plain
				p.put(b, r, i)
			}
			if i == len(b) {
				continue
			}
			switch c := b[i]; c {
			case '<':
				if i+1 < len(b) && b[i+1] == '/' {
					if end := p.quickEnd(b, i); end > 0 {
						i = end
						p.endText()
						if kind := p.endTag(i); kind != EventNone {
							p.pos = i
							return kind, nil
						}
						p.startText(i)
						continue
					}
				} else if !p.skip {
					if end := p.knownChild(b, i+1); end > 0 {
						i = end
						continue
					}
				}
				st = sMarkup
				i++
			case '&':
				st, p.ret, p.raw = sRef, sText, false
				i++
			case '\r':
				p.raw = false
				b[p.w] = '\n'
				p.w++
				p.cr = true
				i++
			case ']':
				r := i
				for i < len(b) && b[i] == ']' {
					i++
				}
				p.put(b, r, i)
				p.run = min(i-r, 2)
				p.pos = i
			default:
				return EventNone, p.illegal(i, c)
			}

		case sMarkup:
			switch c := b[i]; c {
			case '/':
				if p.depth() == 0 && p.root == "" {
					return EventNone, p.fail(i, notWellFormed, "an end tag without a start tag")
				}
				p.endText()
				i++
				p.startName(i)
				p.match = 0
				st = sEndName
			case '!':
				st = sBang
				p.plain, p.raw = false, false
				i++
			case '?':
				st, p.match = sPI, 0
				i++
			default:
				p.endText()
				p.startName(i)
				var kind EventKind
				var err error
				if i, st, kind, err = p.runTag(b, i); kind != EventNone || err != nil {
					p.pos = i
					return kind, err
				}
				if p.skip {
					b = p.window(i, true)
				}
			}

		case sName:
			var err error
			if i, err = p.name(b, i); err != nil {
				return EventNone, err
			}
			if i == len(b) {
				continue
			}
			if err := p.startTag(b, i); err != nil {
				return EventNone, err
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
				if kind, err := p.openTag(i, false); kind != EventNone || err != nil {
					p.pos = i
					return kind, err
				}
				st = sText
				p.startText(i)
			case c == '/':
				st = sEmpty
				i++
			case st == sTag:
				return EventNone, p.unexpected(i, "in a start tag: white space, \"/\" or \">\"")
			default:
				p.startName(i)
				st = sAttr
			}

		case sAttr:
			var err error
			if i, err = p.name(b, i); err != nil {
				return EventNone, err
			}
			if i == len(b) {
				continue
			}
			if err := p.attrName(b, i); err != nil {
				return EventNone, err
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
				return EventNone, p.unexpected(i, `behind the name of an attribute: "="`)
			}
			i++

		case sQuote:
			switch c := b[i]; {
			case c == '"' || c == '\'':
				st, p.quote, p.cr, p.raw = sValue, c, false, false
				p.val, p.w = i+1, i+1
			case byteClass[c]&isSpace == 0:
				return EventNone, p.unexpected(i, "for an attribute: its value in quotes")
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
					return EventNone, err
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
				return EventNone, p.fail(i, notWellFormed, `"<" in the value of an attribute`)
			default:
				return EventNone, p.illegal(i, c)
			}
			p.cr = false
			i++

		case sEmpty:
			if b[i] != '>' {
				return EventNone, p.unexpected(i, `behind "/" in a start tag: ">"`)
			}
			i++
			if kind, err := p.openTag(i, true); kind != EventNone || err != nil {
				p.pos = i
				return kind, err
			}
			st = sText
			p.startText(i)

		case sEndName:
			if p.skip {
				var err error
				if i, err = p.name(b, i); err != nil {
					return EventNone, err
				}
				if i == len(b) {
					continue
				}
				p.hash.Write(b[p.tok:i])
				if p.hash.Sum64() != p.stack.top() {
					return EventNone, p.fail(i, notWellFormed, "an end tag does not match its start tag")
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
				return EventNone, p.mismatch(i, name)
			}
			st = sEndSpace

		case sEndSpace:
			switch c := b[i]; {
			case c == '>':
				i++
				if kind := p.endTag(i); kind != EventNone {
					p.pos = i
					return kind, nil
				}
				st = sText
				p.startText(i)
			case byteClass[c]&isSpace != 0:
				i++
			default:
				return EventNone, p.unexpected(i, `in an end tag: ">"`)
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
				if end := p.recall(b, i-1); end > 0 {
					p.pos = end
					return EventElement, nil
				}
				st = sMarkup
			case !legalChar(rune(c)):
				return EventNone, p.illegal(i, c)
			default:
				return EventNone, p.fail(i, badFormat, "text between the elements of the stream")
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
				return EventNone, p.fail(i, unsupportedEncoding, "a NUL byte: this is not UTF-8")
			default:
				return EventNone, p.fail(i, notWellFormed, "the input does not begin with XML")
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
				return EventNone, p.unexpected(i, `behind "<!": "[CDATA["`)
			}
			i++

		case sComment:
			if b[i] == '-' {
				return EventNone, p.fail(i, restrictedXML, "a comment")
			}
			return EventNone, p.unexpected(i, `behind "<!-": "-"`)

		case sDoctype:
			const rest = "OCTYPE"
			if b[i] != rest[p.match] {
				return EventNone, p.unexpected(i, `behind "<!D": "OCTYPE"`)
			}
			i++
			if p.match++; p.match == len(rest) {
				return EventNone, p.fail(i, restrictedXML, "a document type declaration")
			}

		case sCDataTag:
			const rest = "CDATA["
			if b[i] != rest[p.match] {
				return EventNone, p.unexpected(i, `behind "<![": "CDATA["`)
			}
			i++
			if p.match++; p.match == len(rest) {
				if p.depth() == 0 {
					return EventNone, p.fail(i, notWellFormed, "a CDATA section outside of an element")
				}
				st, p.run, p.cr = sCData, 0, false
			}

		case sCData:
			var err error
			if i, st, err = p.cdata(b, i); err != nil {
				return EventNone, err
			}

		case sPI:
			const xml = "xml"
			c := b[i]
			switch isPart := byteClass[c]&isName != 0 || c == ':' || c >= utf8.RuneSelf; {
			case p.match < len(xml) && c == xml[p.match]:
				p.match++
				i++
			case p.match == 0 && (!isPart || byteClass[c]&isNameStart == 0 && c < utf8.RuneSelf):
				return EventNone, p.unexpected(i, `behind "<?": a name`)
			case p.match == len(xml) && !isPart:
				if !p.first || p.base+int64(p.start) > 3 || p.depth() > 0 {
					return EventNone, p.fail(i, notWellFormed, "an XML declaration that is not at the start")
				}
				st = sDecl
				p.tok = i
			default:
				return EventNone, p.fail(i, restrictedXML, "a processing instruction")
			}

		case sDecl:
			n, err := p.xmlDecl(b)
			if err != nil {
				return EventNone, err
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
				return EventNone, err
			}

		case sClosed:
			if byteClass[b[i]]&isSpace == 0 {
				return EventNone, p.fail(i, notWellFormed, "input behind the end of the stream")
			}
			i++
			p.start = i
		}
	}
}

// found makes what ends before buf[p.pos] an event, and leaves the state
// machine between elements.
func (p *Parser) found(kind EventKind) (ev Event) {
	ev.Kind, ev.Offset = kind, p.base+int64(p.start)
	i := p.pos
	p.state = sOutside
	switch kind {
	case EventOpen:
		ev.Node = p.header(i)
	case EventElement:
		if p.ready != nil {
			ev.Node, p.ready = Node{p.ready, 1}, nil
			break
		}
		ev.Node = p.take(i)
		if p.known != nil && p.raw {
			p.remember(ev.Node)
		}
	case EventExcess:
		ev.Offset -= int64(p.skipped)
		ev.Excess = p.limit
		ev.Node = p.skipDone()
	case EventClose:
		p.state = sClosed
	}
	p.start = i
	p.settle()
	if p.start == len(p.buf) && !p.close { // the usual call of Next behind this need not look
		p.quiet = len(p.buf) + 1
	}
	return ev
}
