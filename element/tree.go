package element

import (
	"iter"
	"strings"
)

// NSClient is the content namespace of client streams (RFC 6120 section
// 4.8.2) and, in memory, of every stanza: a Parser reads the content
// namespaces of other streams as this one.
const NSClient = "jabber:client"

// NSXML is the namespace of the prefix xml, as in xml:lang.
const NSXML = "http://www.w3.org/XML/1998/namespace"

// Kind says what a Node is.
type Kind uint8

// The kinds of nodes, those of the XPath 1.0 data model (section 5) that occur
// in XMPP. KindNone is the kind of the zero Node.
const (
	KindNone Kind = iota
	KindDocument
	KindElement
	KindAttribute
	KindText
)

// String returns the name of the kind, "none" for KindNone.
func (k Kind) String() string {
	names := [...]string{"none", "document", "element", "attribute", "text"}
	if int(k) < len(names) {
		return names[k]
	}
	return "invalid"
}

// Name is an expanded name: the namespace name and the local name. An empty
// Space is "no namespace".
type Name struct {
	Space, Local string
}

// String returns the name in James Clark's notation, {namespace}local.
func (n Name) String() string {
	if n.Space == "" {
		return n.Local
	}
	return "{" + n.Space + "}" + n.Local
}

// A cell is one node of a tree: 24 bytes without a pointer, so that the
// garbage collector does not look inside. Cells lie in document order: the
// document (cell 0), then each element followed by its attributes, then by
// its children. Two fields are of use in two ways, for no kind of node needs all.
type cell struct {
	name  uint32 // offset of the local name in src
	up    uint32 // element, text: index of the parent; attribute: place of the namespace
	value uint32 // attribute, text: offset of the value in src; element: place of the namespace
	size  uint32 // attribute, text: length of the value; element, document: index of the cell after the subtree
	// nameLen is the length of the local name.
	nameLen uint16
	// spaceLen is the length of the namespace name, whose place is its offset in
	// src; or outerSpace, and the place is an index into outer.
	spaceLen uint16
	attrs    uint16 // element: how many attribute cells follow; attribute: its number among them, from 1
	kind     Kind
	// plain says that the value of an attribute or text, the namespace of an
	// element, was seen to have nothing in it that a Writer must escape; of the
	// document, that all names are ASCII, so that every parser takes them. False
	// says nothing.
	plain bool
}

// outerSpace in cell.spaceLen marks a namespace that was not declared inside
// the tree.
const outerSpace = 0xFFFF

// A tree is one stanza. It is never changed once a Node of it is out.
type tree struct {
	src   string
	cells []cell
	*origin
}

// An origin is what there is to know of a tree beside its nodes. It is never
// changed, and shared between the trees of a stream.
type origin struct {
	outer   []string // of parsed trees: the namespaces in scope around them
	outline *outline // of those with a known skeleton
	err     error    // of a built tree: what the Writer must refuse it for
}

// built is the origin of what is built without an error.
var built = new(origin)

// local returns the local name of a cell of t.
func (t *tree) local(c *cell) string { return t.src[c.name : c.name+uint32(c.nameLen)] }

// space returns the namespace of a cell of t.
func (t *tree) space(c *cell) string {
	s := c.space()
	if s.n == outerSpace {
		return t.outer[s.off]
	}
	return t.src[s.off : s.off+uint32(s.n)]
}

// isClient reports whether an element of t is in NSClient.
func (t *tree) isClient(c *cell) bool {
	if c.spaceLen == outerSpace {
		return c.value == outerClient
	}
	return t.space(c) == NSClient
}

// named reports whether a cell of t has this name. Its callers have compared the
// length of the local name, which tells most others without a call.
func (t *tree) named(c *cell, space, local string) bool {
	return t.local(c) == local && t.space(c) == space
}

// value returns the value of an attribute or text of t.
func (t *tree) value(c *cell) string { return t.src[c.value : c.value+c.size] }

// space returns the place of the namespace of an element or attribute.
func (c *cell) space() spaceRef {
	if c.kind == KindAttribute {
		return spaceRef{off: c.up, n: c.spaceLen}
	}
	return spaceRef{off: c.value, n: c.spaceLen}
}

// setSpace sets the place of the namespace of an element or attribute.
func (c *cell) setSpace(s spaceRef) {
	c.spaceLen = s.n
	if c.kind == KindAttribute {
		c.up = s.off
	} else {
		c.value = s.off
	}
}

// attributes returns how many attributes a node has.
func (c *cell) attributes() uint32 {
	if c.kind == KindAttribute {
		return 0
	}
	return uint32(c.attrs)
}

// parent returns the index of the node above the cell c, which is cell i.
func (c *cell) parent(i uint32) uint32 {
	if c.kind == KindAttribute {
		return i - uint32(c.attrs)
	}
	return c.up
}

// Node is one node of an immutable tree. It is two words: pass it by value.
// The zero Node means "none"; every method may be called on it.
type Node struct {
	t *tree
	i uint32
}

// IsZero reports whether n is the zero Node: none.
func (n Node) IsZero() bool { return n.t == nil }

// Kind returns what n is, KindNone for the zero Node.
func (n Node) Kind() Kind {
	if n.t == nil {
		return KindNone
	}
	return n.t.cells[n.i].kind
}

// Index returns n's place in document order: of two nodes of one tree the one
// that comes first has the smaller index. The document has index 0.
func (n Node) Index() int { return int(n.i) }

// At returns the node of n's tree with index i. It panics if there is none.
func (n Node) At(i int) Node {
	_ = n.t.cells[i]
	return Node{n.t, uint32(i)}
}

// End returns the index after the last node of n's subtree, n's attributes
// included. For texts and attributes it is Index()+1.
func (n Node) End() int {
	if n.t == nil {
		return 0
	}
	c := &n.t.cells[n.i]
	if c.kind <= KindElement {
		return int(c.size)
	}
	return int(n.i) + 1
}

// Name returns the expanded name of an element or attribute.
func (n Node) Name() Name { return Name{n.Space(), n.Local()} }

// Local returns the local part of an element's or attribute's name.
func (n Node) Local() string {
	if n.t == nil {
		return ""
	}
	return n.t.local(&n.t.cells[n.i])
}

// Space returns the namespace of an element or attribute, "" for none. An
// attribute without a prefix is in no namespace.
func (n Node) Space() string {
	if n.t == nil {
		return ""
	}
	return n.t.space(&n.t.cells[n.i])
}

// Is reports whether n is an element or attribute of this name.
func (n Node) Is(space, local string) bool {
	return n.t != nil && int(n.t.cells[n.i].nameLen) == len(local) && n.named(space, local)
}

// named is the rest of Is, which is compiled into its callers: the length tells most
// names apart without a call.
func (n Node) named(space, local string) bool {
	return local != "" && n.t.named(&n.t.cells[n.i], space, local)
}

// Value returns the value of an attribute or the characters of a text, and ""
// for any other node; see Text and StringValue for elements.
func (n Node) Value() string {
	if n.t == nil {
		return ""
	}
	c := &n.t.cells[n.i]
	if c.kind <= KindElement {
		return ""
	}
	return n.t.value(c)
}

// Document returns the document node above n's root element.
func (n Node) Document() Node { return Node{n.t, 0} }

// Root returns the root element of n's tree.
func (n Node) Root() Node {
	if n.t == nil || len(n.t.cells) < 2 {
		return Node{}
	}
	return Node{n.t, 1}
}

// Parent returns the node above n: an element, for the root element the
// document, for the document none.
func (n Node) Parent() Node {
	if n.t == nil || n.i == 0 {
		return Node{}
	}
	return Node{n.t, n.t.cells[n.i].parent(n.i)}
}

// First returns the first child of n, an element or a text.
func (n Node) First() Node {
	if n.t == nil {
		return Node{}
	}
	c := &n.t.cells[n.i]
	if i := n.i + 1 + uint32(c.attrs); c.kind <= KindElement && i < c.size {
		return Node{n.t, i}
	}
	return Node{}
}

// Next returns the next sibling of an element or text.
func (n Node) Next() Node {
	if n.i == 0 { // the document, or none
		return Node{}
	}
	c := &n.t.cells[n.i]
	i := n.i + 1
	switch c.kind {
	case KindElement:
		i = c.size
	case KindAttribute:
		return Node{}
	}
	if i < n.t.cells[c.up].size {
		return Node{n.t, i}
	}
	return Node{}
}

// Prev returns the previous sibling of an element or text. It takes time
// proportional to the depth below that sibling.
func (n Node) Prev() Node {
	if n.i == 0 {
		return Node{}
	}
	c := &n.t.cells[n.i]
	if c.kind == KindAttribute || n.i == c.up+1+uint32(n.t.cells[c.up].attrs) {
		return Node{}
	}
	i := n.i - 1 // the last node of the previous sibling's subtree
	for above := n.t.cells[i].parent(i); above != c.up; above = n.t.cells[i].up {
		i = above
	}
	return Node{n.t, i}
}

// FirstAttr returns the first attribute of an element.
func (n Node) FirstAttr() Node {
	if n.t == nil || n.t.cells[n.i].attributes() == 0 {
		return Node{}
	}
	return Node{n.t, n.i + 1}
}

// NextAttr returns the attribute after the attribute n.
func (n Node) NextAttr() Node {
	if n.t == nil {
		return Node{}
	}
	if i := n.i + 1; int(i) < len(n.t.cells) && n.t.cells[n.i].kind == KindAttribute && n.t.cells[i].kind == KindAttribute {
		return Node{n.t, i} // those of the next element stand behind that
	}
	return Node{}
}

// Attr returns the value of the attribute of that name in no namespace, ""
// if there is none. AttrNode tells an empty value from a missing one.
func (n Node) Attr(local string) string { return n.AttrNode("", local).Value() }

// AttrNode returns the attribute of that namespace and local name, as in
// n.AttrNode(element.NSXML, "lang"). Namespace declarations are no attributes.
func (n Node) AttrNode(space, local string) Node {
	if n.t == nil {
		return Node{}
	}
	t := n.t
	attrs := t.cells[n.i+1:][:t.cells[n.i].attributes()]
	for i := range attrs {
		a := &attrs[i] // most are in no namespace, which needs no look at its name
		if int(a.nameLen) == len(local) && (a.spaceLen == 0) == (space == "") && t.local(a) == local && (space == "" || t.space(a) == space) {
			return Node{t, n.i + 1 + uint32(i)}
		}
	}
	return Node{}
}

// Attrs yields the attributes of an element in the order they were written.
func (n Node) Attrs() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for a := n.FirstAttr(); !a.IsZero() && yield(a); a = a.NextAttr() {
		}
	}
}

// Nodes yields the children of n, elements and texts.
func (n Node) Nodes() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for c := n.First(); !c.IsZero() && yield(c); c = c.Next() {
		}
	}
}

// Children yields the child elements of n.
func (n Node) Children() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for c := n.FirstElement(); !c.IsZero() && yield(c); c = c.NextElement() {
		}
	}
}

// ChildrenNamed yields the child elements of that name.
//
//	for item := range query.ChildrenNamed(NS, "item") {
//		fmt.Println(item.Attr("jid"))
//	}
func (n Node) ChildrenNamed(space, local string) iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for c := range n.Children() {
			if c.Is(space, local) && !yield(c) {
				return
			}
		}
	}
}

// FirstElement returns the first child element of n.
func (n Node) FirstElement() Node {
	if n.t == nil {
		return Node{}
	}
	c := &n.t.cells[n.i]
	if c.kind > KindElement {
		return Node{}
	}
	return n.t.elementFrom(n.i+1+uint32(c.attrs), c.size)
}

// NextElement returns the next sibling of n that is an element.
func (n Node) NextElement() Node {
	if n.i == 0 { // the document, or none
		return Node{}
	}
	c := &n.t.cells[n.i]
	i := n.i + 1
	switch c.kind {
	case KindElement:
		i = c.size
	case KindAttribute:
		return Node{}
	}
	return n.t.elementFrom(i, n.t.cells[c.up].size)
}

// elementFrom returns the first element of the siblings from the cell i on, which
// end before the cell end.
func (t *tree) elementFrom(i, end uint32) Node {
	for ; i < end; i++ { // what is no element is a text, of one cell
		if t.cells[i].kind == KindElement {
			return Node{t, i}
		}
	}
	return Node{}
}

// Child returns the first child element of that name.
func (n Node) Child(space, local string) Node {
	if n.t == nil || n.t.cells[n.i].kind > KindElement || local == "" {
		return Node{}
	}
	cells := n.t.cells
	for i, end := n.i+1+uint32(cells[n.i].attrs), cells[n.i].size; i < end; {
		c := &cells[i]
		if c.kind != KindElement {
			i++ // a text
			continue
		}
		if int(c.nameLen) == len(local) && n.t.named(c, space, local) {
			return Node{n.t, i}
		}
		i = c.size
	}
	return Node{}
}

// Text returns the characters directly inside an element, without those of
// its child elements. For attributes and texts it is their value. It does not
// allocate unless child elements divide the text.
func (n Node) Text() string {
	switch n.Kind() {
	case KindNone:
		return ""
	case KindAttribute, KindText:
		return n.Value()
	}
	// Most elements with a text have nothing else: no loop for them.
	el, cells := &n.t.cells[n.i], n.t.cells
	if first := n.i + 1 + uint32(el.attrs); el.size == first+1 && cells[first].kind == KindText {
		return n.t.value(&cells[first])
	}
	return n.join(false)
}

// StringValue returns the string-value of XPath (section 5): for an element
// all characters inside it at any depth, for an attribute or text its value.
// It does not allocate where one text is all there is.
func (n Node) StringValue() string {
	switch n.Kind() {
	case KindNone:
		return ""
	case KindAttribute, KindText:
		return n.Value()
	}
	return n.join(true)
}

// join concatenates the texts of n's subtree, or of n's own children only.
func (n Node) join(deep bool) string {
	var one string
	var many strings.Builder
	cells := n.t.cells
	end := cells[n.i].size
	if i := n.i + 1 + uint32(cells[n.i].attrs); i+1 == end && cells[i].kind == KindText { // as in most
		return n.t.value(&cells[i])
	}
	for i := n.i + 1; i < end; i++ {
		c := &cells[i]
		if c.kind == KindElement && !deep {
			i = c.size - 1
			continue
		}
		if c.kind != KindText {
			continue
		}
		s := n.t.value(c)
		switch {
		case many.Len() > 0:
			many.WriteString(s)
		case one != "":
			many.WriteString(one)
			many.WriteString(s)
		default:
			one = s
		}
	}
	if many.Len() > 0 {
		return many.String()
	}
	return one
}
