package element

import (
	"bytes"
	"unicode/utf8"
)

// reference goes on in a reference (XML 1.0 section 4.1) by one character.
func (p *Parser) reference(b []byte, i int, st state) (int, state, error) {
	c := b[i]
	switch st {
	case sRef:
		p.ref, p.digits = 0, 0
		if c == '#' {
			return i + 1, sRefNum, nil
		}
		if byteClass[c]&isNameStart == 0 && c < utf8.RuneSelf {
			return i, st, p.unexpected(i, `behind "&": "#" or the name of an entity`)
		}
		return i, sRefName, nil
	case sRefNum:
		if c == 'x' {
			return i + 1, sRefHex, nil
		}
		return i, sRefDec, nil
	case sRefName:
		return p.entity(b, i)
	}
	base, digit := uint32(10), uint32(c)-'0'
	if st == sRefHex {
		base = 16
		if letter := c | 0x20; 'a' <= letter && letter <= 'f' {
			digit = uint32(letter) - 'a' + 10
		} else if c > '9' { // ASCII has ":" to "?" where 10 to 15 would be
			digit = base
		}
	}
	switch {
	case c == ';' && p.digits > 0:
		if !legalChar(rune(p.ref)) {
			return i, st, p.fail(i, notWellFormed, "a reference to U+%04X, which XML does not allow", p.ref)
		}
		p.decoded(b, rune(p.ref))
		return i + 1, p.ret, nil
	case digit >= base:
		return i, st, p.unexpected(i, "in a character reference: a digit or, behind it, \";\"")
	}
	p.digits = 1
	p.ref = min(p.ref*base+digit, utf8.MaxRune+1) // the product of that still fits
	return i + 1, st, nil
}

// entity goes on in a reference to one of the five entities there are.
func (p *Parser) entity(b []byte, i int) (int, state, error) {
	const max = len("quot")
	c := b[i]
	if c == ';' {
		var r rune
		switch p.ref {
		case 'l'<<8 | 't':
			r = '<'
		case 'g'<<8 | 't':
			r = '>'
		case 'a'<<16 | 'm'<<8 | 'p':
			r = '&'
		case 'a'<<24 | 'p'<<16 | 'o'<<8 | 's':
			r = '\''
		case 'q'<<24 | 'u'<<16 | 'o'<<8 | 't':
			r = '"'
		}
		if r == 0 || p.digits > max {
			return i, sRefName, p.fail(i, restrictedXML, "a reference to an entity other than lt, gt, amp, apos and quot")
		}
		p.decoded(b, r)
		return i + 1, p.ret, nil
	}
	size := 1
	switch {
	case c >= utf8.RuneSelf:
		var r rune
		if r, size = utf8.DecodeRune(b[i:]); !nameRune(r, p.digits == 0) {
			return i, sRefName, p.unexpected(i, `in a reference: ";"`)
		}
	case byteClass[c]&isName == 0:
		return i, sRefName, p.unexpected(i, `in a reference: ";"`)
	}
	p.ref = p.ref<<8 | uint32(c)
	p.digits = min(p.digits+size, max+1)
	return i + size, sRefName, nil
}

// decoded writes the character that a reference stands for, never longer than
// the reference, where its text or value grows.
func (p *Parser) decoded(b []byte, r rune) {
	if p.skip && (p.ret == sText || p.want == "") {
		return // its beginning may be gone, and its room with it
	}
	p.w += utf8.EncodeRune(b[p.w:], r)
}

// maxDecl bounds the XML declaration.
const maxDecl = 512

// xmlDecl reads the XML declaration behind its "<?xml", from b[p.tok] on. It
// returns 0 if its end is not in sight, else the index behind it.
func (p *Parser) xmlDecl(b []byte) (int, error) {
	decl := b[p.tok:min(len(b), p.tok+maxDecl)]
	end := bytes.Index(decl, []byte("?>"))
	if end < 0 {
		if len(decl) == maxDecl {
			return 0, p.fail(p.tok, notWellFormed, "an XML declaration of more than %d bytes", maxDecl)
		}
		return 0, nil
	}
	decl = decl[:end]
	version, rest, ok := pseudoAttr(decl, "version")
	switch {
	case !ok:
		return 0, p.fail(p.tok, notWellFormed, "an XML declaration without a version")
	case version != "1.0":
		return 0, p.fail(p.tok, notWellFormed, "XML of a version other than 1.0")
	}
	if encoding, behind, ok := pseudoAttr(rest, "encoding"); ok {
		if !bytes.EqualFold([]byte(encoding), []byte("utf-8")) {
			return 0, p.fail(p.tok, unsupportedEncoding, "an encoding other than UTF-8 is declared")
		}
		rest = behind
	}
	if standalone, behind, ok := pseudoAttr(rest, "standalone"); ok {
		if standalone != "yes" && standalone != "no" { // "no" may be ignored: RFC 6120 section 11.5
			return 0, p.fail(p.tok, notWellFormed, "standalone is neither yes nor no in the XML declaration")
		}
		rest = behind
	}
	if len(bytes.Trim(rest, " \t\r\n")) > 0 {
		return 0, p.fail(p.tok, notWellFormed, "an XML declaration with something else in it")
	}
	return p.tok + end + len("?>"), nil
}

// pseudoAttr reads one name="value" of an XML declaration.
func pseudoAttr(b []byte, name string) (value string, rest []byte, ok bool) {
	const space = " \t\r\n"
	t := bytes.TrimLeft(b, space)
	if len(t) == len(b) || !bytes.HasPrefix(t, []byte(name)) {
		return "", b, false
	}
	t = bytes.TrimLeft(t[len(name):], space)
	if len(t) == 0 || t[0] != '=' {
		return "", b, false
	}
	t = bytes.TrimLeft(t[1:], space)
	if len(t) == 0 || t[0] != '"' && t[0] != '\'' {
		return "", b, false
	}
	end := bytes.IndexByte(t[1:], t[0])
	if end < 0 {
		return "", b, false
	}
	return string(t[1 : 1+end]), t[2+end:], true
}
