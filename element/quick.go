package element

import (
	"encoding/binary"
	"unicode/utf8"
)

// The quick functions take the usual form of a piece of markup in one go, and
// leave the rest to the states: jumping from state to state for each piece
// takes twice the time.

// runTag takes a start tag from its name at b[i] on, as far as it is of the
// usual form. It returns where it stopped, and the state to go on in.
func (p *Parser) runTag(b []byte, i int) (int, state, error) {
	if p.skip || byteClass[b[i]]&isNameStart == 0 {
		return i, sName, nil
	}
	end := i + 1
	for end < len(b) && byteClass[b[end]]&isName != 0 {
		end++
	}
	if end == len(b) || b[end] == ':' || b[end] >= utf8.RuneSelf {
		return i, sName, nil
	}
	if err := p.startTag(b, end); err != nil || p.skip {
		return end, sTag, err
	}
	for i = end; i+1 < len(b) && b[i] == ' '; i = end {
		if end = p.quickAttr(b, i+1); end == 0 {
			return i, sTag, nil
		}
	}
	return i, sTag, nil
}

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
	for k+8 <= len(b) {
		w := binary.LittleEndian.Uint64(b[k:])
		if marks := (below(w, ' ') | equal(w, '<') | either(w, '&', quote)) &^ w & high; marks != 0 {
			k += lowest(marks)
			break
		}
		k += 8
	}
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
	*p.newCell() = cell{
		kind:    KindAttribute,
		name:    uint32(i - p.start),
		nameLen: uint16(j - i),
		value:   val,
		size:    size,
		parent:  uint32(len(p.cells)) - 1 - p.attrs,
	}
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
