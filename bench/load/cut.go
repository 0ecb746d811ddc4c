package main

import (
	"bytes"
	"fmt"
)

// A cutter cuts the bytes of a stream into stanzas. It pairs tags without
// looking at their names: what a component sends that no server would take is
// found by the checks of the stanza, or as one that never comes.
type cutter struct {
	buf   []byte
	start int // of the stanza being read
	pos   int // how far buf has been looked at
	depth int // open elements in it
}

// room returns where the next bytes may be read to, and forgets the stanzas
// that have been cut.
func (c *cutter) room() []byte {
	if c.start > 0 {
		n := copy(c.buf, c.buf[c.start:])
		c.buf, c.pos, c.start = c.buf[:n], c.pos-c.start, 0
	}
	if cap(c.buf)-len(c.buf) < 32<<10 {
		c.buf = append(make([]byte, 0, 2*cap(c.buf)+64<<10), c.buf...)
	}
	return c.buf[len(c.buf):cap(c.buf)]
}

// read counts n bytes read into room.
func (c *cutter) read(n int) { c.buf = c.buf[:len(c.buf)+n] }

// next returns the next whole element below the stream's root, and nil if its
// end has not been read yet. The bytes are good until room is called.
func (c *cutter) next() ([]byte, error) {
	for {
		i := bytes.IndexByte(c.buf[c.pos:], '<')
		if i < 0 {
			c.pos = len(c.buf)
			return nil, nil
		}
		if c.depth == 0 {
			c.start = c.pos + i
		}
		c.pos += i
		n := tagLength(c.buf[c.pos:])
		if n == 0 {
			return nil, nil
		}
		tag := c.buf[c.pos : c.pos+n]
		c.pos += n
		switch {
		case tag[1] == '/':
			c.depth--
		case tag[1] == '?' || tag[n-2] == '/':
		default:
			c.depth++
		}
		switch {
		case c.depth < 0:
			return nil, errEnd
		case c.depth == 0 && tag[1] != '?':
			s := c.buf[c.start:c.pos]
			c.start = c.pos
			return s, nil
		}
	}
}

// header takes the stream's root start tag out and returns it, and nil if it
// has not been read yet.
func (c *cutter) header() []byte {
	for {
		i := bytes.IndexByte(c.buf[c.pos:], '<')
		if i < 0 {
			return nil
		}
		c.pos += i
		n := tagLength(c.buf[c.pos:])
		if n == 0 {
			return nil
		}
		tag := c.buf[c.pos : c.pos+n]
		c.pos += n
		c.start = c.pos
		if tag[1] != '?' {
			return tag
		}
	}
}

var errEnd = fmt.Errorf("the component closed its stream")

// tagLength returns the length of the tag that b begins with, 0 if it does not
// end in b. A > inside quotes is no end.
func tagLength(b []byte) int {
	for i := 1; i < len(b); i++ {
		switch b[i] {
		case '>':
			return i + 1
		case '\'', '"':
			n := bytes.IndexByte(b[i+1:], b[i])
			if n < 0 {
				return 0
			}
			i += n + 1
		}
	}
	return 0
}

// attr returns the value of an attribute of the tag that b begins with, nil if
// it has none of that name.
func attr(b []byte, name string) []byte {
	for i := 1; i < len(b) && b[i] != '>'; i++ {
		if b[i] != '\'' && b[i] != '"' {
			continue
		}
		n := bytes.IndexByte(b[i+1:], b[i])
		if n < 0 {
			return nil
		}
		before := bytes.TrimRight(b[:i], "= \t\r\n")
		if bytes.HasSuffix(before, []byte(name)) && isSpace(before[len(before)-len(name)-1]) {
			return b[i+1 : i+1+n]
		}
		i += n + 1
	}
	return nil
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// name returns the name of the element that b begins with.
func name(b []byte) string {
	i := bytes.IndexAny(b, " \t\r\n/>")
	return string(b[1:max(i, 1)])
}

// inner returns what the child of that name holds, nil if there is no such
// child. It does not look whether it is a grandchild.
func inner(b []byte, child string) []byte {
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte("<"+child))
		if i < 0 {
			return nil
		}
		at += i
		n := tagLength(b[at:])
		if c := b[at+1+len(child)]; n == 0 || c != '>' && !isSpace(c) && c != '/' {
			at++
			continue
		}
		end := bytes.Index(b[at+n:], []byte("</"+child))
		if end < 0 {
			return nil
		}
		return b[at+n : at+n+end]
	}
}
