package element

import (
	"fmt"
	"math"
	"strings"
)

// A Part is what can stand inside an element being built: a *Builder, a Node, or
// what has one to say, as a Fault or a Delay of package stanza.
type Part interface {
	// Node returns the finished element or text; the zero Node adds nothing.
	Node() Node
}

// Node makes every Node a Part: it is its own finished form.
func (n Node) Node() Node { return n }

// A Builder makes an element to send. Attr, AttrNS, Text and Add change it and
// return it, so that calls chain:
//
//	element.New(NS, "query").Attr("node", node).Add(
//		element.New(NS, "item").Attr("jid", "a@example.org"),
//		element.New(NS, "item").Attr("jid", "b@example.org"),
//	)
//
// What cannot be written as XML (an illegal name, a control character) is
// reported when the element is written or sent, with its place.
type Builder struct {
	name  Name
	attrs []attr
	parts []part
}

type attr struct {
	name  Name
	value string
}

// A part is one child: a finished node, a text, or a child still being built.
type part struct {
	node  Node
	text  string
	child *Builder
}

// New begins an element. An empty space means "no namespace", which no XMPP
// payload is in: name the namespace of each element (RFC 6120 section 8.4).
func New(space, local string) *Builder {
	return &Builder{name: Name{space, local}}
}

// Text returns a finished element that holds nothing but text, as in
// <body>text</body>.
func Text(space, local, text string) Node {
	b := Builder{name: Name{space, local}}
	if text != "" {
		b.parts = []part{{text: text}}
	}
	return b.Node()
}

// Attr sets an attribute in no namespace. An empty value is written as such.
func (b *Builder) Attr(local, value string) *Builder { return b.AttrNS("", local, value) }

// AttrNS sets an attribute in a namespace, as in
// b.AttrNS(element.NSXML, "lang", "de"). A prefix is chosen in writing.
func (b *Builder) AttrNS(space, local, value string) *Builder {
	name := Name{space, local}
	for i := range b.attrs {
		if b.attrs[i].name == name {
			b.attrs[i].value = value
			return b
		}
	}
	b.attrs = append(b.attrs, attr{name, value})
	return b
}

// Text adds characters behind what is there.
func (b *Builder) Text(s string) *Builder {
	if s == "" {
		return b
	}
	if n := len(b.parts); n > 0 && b.parts[n-1].text != "" {
		b.parts[n-1].text += s
		return b
	}
	b.parts = append(b.parts, part{text: s})
	return b
}

// Add adds children behind what is there. A Builder is taken as it stands at
// this moment; later changes to it do not show. A document stands for its root;
// an attribute is set; nil and the zero Node add nothing.
func (b *Builder) Add(children ...Part) *Builder {
	for _, c := range children {
		if c == nil {
			continue
		}
		switch n := c.Node(); n.Kind() {
		case KindNone:
		case KindDocument:
			b.parts = append(b.parts, part{node: n.Root()})
		case KindAttribute:
			b.AttrNS(n.Space(), n.Local(), n.Value())
		default:
			b.parts = append(b.parts, part{node: n})
		}
	}
	return b
}

// NewChild adds an empty child element in b's own namespace and returns the
// child, not b, to be filled. It is for loops and helpers; in a chain it would
// hand on the child instead of the whole, so there use Add.
//
//	query := element.New(NS, "query")
//	for _, j := range jids {
//		query.NewChild("item").Attr("jid", j)
//	}
//	return req.Result(query), nil
func (b *Builder) NewChild(local string) *Builder {
	c := New(b.name.Space, local)
	b.parts = append(b.parts, part{child: c})
	return c
}

// Node returns the element as it stands, finished and immutable. The Builder
// may be changed and used again. A nil Builder gives the zero Node.
func (b *Builder) Node() Node {
	if b == nil {
		return Node{}
	}
	var f freezer
	cells, size := b.extent()
	f.cells = append(make([]cell, 0, cells), cell{kind: KindDocument})
	f.src.Grow(size)
	f.build(b)
	return f.tree()
}

// tree returns the first node of what f was given.
func (f *freezer) tree() Node {
	f.cells[0].size = uint32(len(f.cells))
	from := built
	if f.err != nil {
		from = &origin{err: f.err}
	}
	return Node{&tree{src: f.src.String(), cells: f.cells, origin: from}, 1}
}

// String is for printing: it is that of the Node.
func (b *Builder) String() string { return b.Node().String() }

// extent estimates the cells and bytes of b as a tree, so that most trees are
// made without growing. Of a part of another tree only the part counts: a reply
// that quotes many parts of a large stanza must not ask for it as many times.
func (b *Builder) extent() (cells, size int) {
	cells, size = 2+len(b.attrs), len(b.name.Space)+len(b.name.Local)
	for _, a := range b.attrs {
		size += len(a.name.Space) + len(a.name.Local) + len(a.value)
	}
	for _, p := range b.parts {
		if p.node.IsZero() {
			cells++
			size += len(p.text)
			continue
		}
		cells += p.node.End() - p.node.Index()
		if p.node.i == 1 {
			size += len(p.node.t.src) // see graft
			continue
		}
		for _, c := range p.node.t.cells[p.node.i:p.node.End()] {
			size += int(c.nameLen)
			if c.kind != KindElement {
				size += int(c.size)
			}
		}
	}
	return cells, min(size, maxSource)
}

// A freezer lays builders and nodes out as the cells of one new tree.
type freezer struct {
	src   strings.Builder
	cells []cell
	err   error

	// The namespaces in src, each stored once: a part of a foreign tree can
	// name a long one in each of thousands of elements. Most trees have few.
	few  [4]spaceRef
	n    int // of few
	many map[string]spaceRef
}

// maxSource bounds a built tree, so that offsets fit their cells.
const maxSource = math.MaxInt32

// build appends b and what is in it. It keeps its own stack: the depth of a
// built tree costs no goroutine stack.
func (f *freezer) build(b *Builder) {
	type frame struct {
		b    *Builder
		next int    // the next of b.parts
		cell uint32 // b's element
	}
	stack := []frame{{b, 0, f.open(b, 0)}}
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if top.next == len(top.b.parts) {
			f.cells[top.cell].size = uint32(len(f.cells))
			stack = stack[:len(stack)-1]
			continue
		}
		p := &top.b.parts[top.next]
		top.next++
		switch {
		case p.child != nil:
			stack = append(stack, frame{p.child, 0, f.open(p.child, top.cell)})
		case p.text != "":
			f.text(p.text, top.cell)
		default:
			f.graft(p.node, top.cell)
		}
	}
}

// open appends b's element and its attributes.
func (f *freezer) open(b *Builder, parent uint32) uint32 {
	i := uint32(len(f.cells))
	c := cell{kind: KindElement, up: parent, attrs: uint16(len(b.attrs))}
	f.name(&c, b.name)
	if len(b.attrs) > 0xFFFF {
		f.fail("element <%s> has %d attributes", b.name.Local, len(b.attrs))
		b = &Builder{name: b.name}
		c.attrs = 0
	}
	f.cells = append(f.cells, c)
	for k, a := range b.attrs {
		c := cell{kind: KindAttribute, attrs: uint16(k + 1)}
		f.name(&c, a.name)
		c.value, c.size = f.put(a.value)
		f.cells = append(f.cells, c)
	}
	return i
}

func (f *freezer) text(s string, parent uint32) {
	c := cell{kind: KindText, up: parent}
	c.value, c.size = f.put(s)
	f.cells = append(f.cells, c)
}

// graft appends a copy of the subtree n under parent. The whole source of n's
// tree comes along only if n is its root; else each name and value by itself.
func (f *freezer) graft(n Node, parent uint32) {
	if n.t.err != nil && f.err == nil {
		f.err = n.t.err
	}
	first, base := n.i, uint32(len(f.cells))
	whole := n.i == 1
	var shift uint32
	if whole {
		shift, _ = f.put(n.t.src)
	}
	for i := first; i < uint32(n.End()); i++ {
		c := n.t.cells[i]
		switch {
		case c.kind == KindAttribute:
		case i == first:
			c.up = parent
		default:
			c.up += base - first
		}
		at := Node{n.t, i}
		if c.kind != KindText {
			if space := c.space(); whole && space.n != outerSpace {
				space.off += shift
				c.setSpace(space)
			} else {
				f.space(&c, at.Space())
			}
		}
		if whole {
			c.name += shift
		} else {
			c.name, _ = f.put(at.Local())
		}
		if c.kind == KindElement {
			c.size += base - first
		} else if whole {
			c.value += shift
		} else {
			c.value, _ = f.put(at.Value())
		}
		f.cells = append(f.cells, c)
	}
}

// name stores a name. Namespaces share their bytes.
func (f *freezer) name(c *cell, name Name) {
	if len(name.Local) > 0xFFFF {
		f.fail("name of %d bytes", len(name.Local))
		name.Local = ""
	}
	off, n := f.put(name.Local)
	c.name, c.nameLen = off, uint16(n)
	f.space(c, name.Space)
}

func (f *freezer) space(c *cell, space string) {
	if len(space) >= outerSpace {
		f.fail("namespace name of %d bytes", len(space))
		space = ""
	}
	ref, ok := f.findSpace(space)
	if !ok {
		off, n := f.put(space)
		ref = spaceRef{off: off, n: uint16(n)}
		if f.n < len(f.few) {
			f.few[f.n] = ref
			f.n++
		} else {
			if f.many == nil {
				f.many = map[string]spaceRef{}
			}
			f.many[space] = ref
		}
	}
	c.setSpace(ref)
}

// findSpace returns where a namespace is stored already.
func (f *freezer) findSpace(space string) (spaceRef, bool) {
	for _, ref := range f.few[:f.n] {
		if int(ref.n) == len(space) && f.src.String()[ref.off:ref.off+uint32(ref.n)] == space {
			return ref, true
		}
	}
	ref, ok := f.many[space]
	return ref, ok
}

// put appends s to the source and returns its place.
func (f *freezer) put(s string) (off, n uint32) {
	if f.src.Len()+len(s) > maxSource {
		f.fail("more than %d bytes", maxSource)
		return 0, 0
	}
	off = uint32(f.src.Len())
	f.src.WriteString(s)
	return off, uint32(len(s))
}

func (f *freezer) fail(format string, args ...any) {
	if f.err == nil {
		f.err = fmt.Errorf("element: cannot build: "+format, args...)
	}
}
