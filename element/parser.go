package element

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// EventKind says what a Parser found.
type EventKind uint8

// What a Parser finds in a stream.
const (
	EventNone    EventKind = iota // nothing: it comes with an error
	EventOpen                     // the stream header; Node is its start tag, without content
	EventElement                  // an element of the stream: a stanza, or a word of the negotiation
	EventExcess                   // an element beyond a limit, skipped; Node is its start tag as far as it was read
	EventClose                    // the stream's closing tag
)

// String returns the name of the kind, "none" for EventNone.
func (k EventKind) String() string {
	names := [...]string{"none", "open", "element", "excess", "close"}
	if int(k) < len(names) {
		return names[k]
	}
	return "invalid"
}

// An Event is one thing found in a stream.
type Event struct {
	Kind EventKind
	// Node is what was found. An EventExcess has the start tag of it; if that
	// tag is itself beyond a limit, what an answer needs: from, to, id, type
	// and xml:lang, and "" for a name or namespace that was not read in full.
	Node Node
	// Offset is how many bytes of the input precede what was found.
	Offset int64
	// Excess is the limit that an EventExcess went beyond.
	Excess Limit
}

// A Parser reads XML as RFC 6120 section 11 has it from bytes that come in any
// cutting, and hands over each element of the stream at its last byte. Bytes
// are checked to be UTF-8 before they are looked at. Comments, processing
// instructions, DTDs and entities other than the five predefined ones are
// refused. What it finds does not depend on how the bytes were cut, and its
// time is linear in their number for every cutting.
//
//	for {
//		ev, err := p.Next()
//		if err == element.ErrIncomplete {
//			if _, err = p.Fill(conn); err == nil {
//				continue
//			}
//		}
//		…
//	}
//
// Read does that, and loses no bytes that come with an error.
//
// Elements in the content namespace of the stream are read as [NSClient]: what
// is jabber:component:accept or jabber:server by the stream header, on the
// stanza itself or on a child of it, is jabber:client in the tree. Inside
// extension elements an explicit declaration is left as it is. With Fragments,
// and in Parse, each outermost element is read like a stanza in this.
//
// The zero Parser expects a stream header. A Parser is not safe for
// concurrent use; the Nodes it makes are.
type Parser struct {
	// Limits bound each stanza. Set before the first use.
	Limits Limits
	// Fragments is for elements without a stream around them: a file, a
	// WebSocket message (RFC 7395). There is no EventOpen or EventClose then.
	// Without it the first element, whatever its name, is the stream's header.
	// A file of stanzas is read by Reader of package stanza.
	Fragments bool
	// Space is the namespace of unprefixed elements outside of any
	// declaration: NSClient for stanzas written without one. It matters only
	// with Fragments.
	Space string

	limits Limits // Limits with defaults, from the first use on
	err    error  // final

	// The bytes in hand. All positions are indexes into buf.
	buf   []byte
	base  int64 // bytes of the stream before buf[0]
	valid int   // buf[:valid] is whole legal UTF-8
	gt    int   // behind the last ">" in that
	// quiet is where the bytes in hand must reach, without a ">" or what is not
	// ASCII, before the ErrIncomplete that Next returned last can change. 0: at
	// once.
	quiet int
	bad   bool // buf[valid:] can not become legal
	offer int  // room for the next Fill
	start int  // the first byte that is still needed: of the stanza in hand
	pos   int  // the next byte to look at

	lexer
	namespaces
	shapes
	skeletons
	skipper
	spares

	level   int    // 0: before the header, 1: inside the stream
	root    string // the header's name as written, with its prefix
	content string // the default namespace it declared
	close   bool   // the header was an empty element
	cells   []cell // of the stanza in hand
	open    []openElement
	count   int  // elements of the stanza in hand
	wide    bool // a name in it is not ASCII
}

// An openElement is an element whose end tag has not come yet.
type openElement struct {
	cell    uint32
	name    uint32 // place of the name as written, relative to the stanza
	nameLen uint32
	decls   int      // how many declarations were in scope around it
	space   spaceRef // the default namespace in it
	content bool     // a stanza, or a child of one in its namespace
}

// NewParser returns a Parser for a stream that begins with its header.
func NewParser() *Parser { return new(Parser) }

// Parse reads one element from b. White space may stand around it, an XML
// declaration before it. An element beyond the default Limits is an error.
//
// A stanza as it stands in a stream has no xmlns of its own: read it by
// ParseIn(NSClient, b), else its name is in no namespace.
func Parse(b []byte) (Node, error) { return ParseIn("", b) }

// ParseString is Parse for a string.
func ParseString(s string) (Node, error) { return ParseIn("", []byte(s)) }

// ParseIn is Parse with a namespace for unprefixed elements outside of any
// declaration, as if b stood in a stream with that default namespace.
func ParseIn(space string, b []byte) (Node, error) {
	p := Parser{Fragments: true, Space: space}
	return p.only(b)
}

// only reads the one element that b holds.
func (p *Parser) only(b []byte) (Node, error) {
	p.Feed(b)
	ev, err := p.Next()
	switch {
	case err == ErrIncomplete:
		if err = p.End(); err == nil {
			err = fmt.Errorf("element: no element in %d bytes: %w", len(b), io.ErrUnexpectedEOF)
		}
		return Node{}, err
	case err != nil:
		return Node{}, err
	case ev.Kind == EventExcess:
		return Node{}, fmt.Errorf("element: <%s> is beyond the limit of %s", ev.Node.Local(), ev.Excess)
	}
	switch second, err := p.Next(); {
	case err == nil:
		return Node{}, &SyntaxError{notWellFormed, second.Offset, fmt.Sprintf("a second element behind <%s>", ev.Node.Local())}
	case err != ErrIncomplete:
		return Node{}, err
	}
	if err := p.End(); err != nil {
		return Node{}, err
	}
	return ev.Node, nil
}

// Feed gives the Parser a copy of b to read. Behind an error nothing comes of it.
func (p *Parser) Feed(b []byte) {
	// A byte that can neither end anything nor be illegal does not disturb
	// p.quiet. Both this and Next are small enough to be compiled into the
	// caller's loop: so a byte that comes alone costs a few nanoseconds.
	if len(b) == 1 && calm(b[0]) {
		p.buf = append(p.buf, b[0])
	} else {
		p.buf, p.quiet = append(p.buf, b...), 0
	}
}

// calm reports whether c, alone, can neither end anything nor be illegal.
func calm(c byte) bool { return c != '>' && c < utf8.RuneSelf }

// Fill reads once from r and returns what r.Read returned, or the error that
// parsing ended with.
func (p *Parser) Fill(r io.Reader) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	p.offer = max(p.offer, minRead)
	if cap(p.buf)-len(p.buf) < p.offer {
		p.room(p.offer)
	}
	room := p.buf[len(p.buf):cap(p.buf)]
	n, err := r.Read(room)
	if n == len(room) { // there may be more
		p.offer = min(2*p.offer, maxRead)
	}
	p.buf = p.buf[:len(p.buf)+n]
	if n != 1 || !calm(room[0]) { // see Feed
		p.quiet = 0
	}
	return n, err
}

const (
	minRead = 4 << 10 // a Fill offers the reader at least so much room
	// maxRead is how much it comes to offer a reader that fills all of it: with 4 KiB
	// a busy link pays a call of the system, and an answer's, for each few stanzas.
	maxRead = 32 << 10
	keepBuf = 64 << 10 // a larger buffer is let go once its stanza is out
)

// Read returns the next event, reading from r as needed. The error is io.EOF
// where the input may end: behind the closing tag of a stream, between
// elements with Fragments; io.ErrUnexpectedEOF, wrapped, where it may not; a
// *SyntaxError; or what r returned.
func (p *Parser) Read(r io.Reader) (Event, error) {
	for {
		ev, err := p.Next()
		if err != ErrIncomplete {
			return ev, err
		}
		if err := p.fill(r); err != nil {
			return Event{}, err
		}
	}
}

// fill reads from r until a byte has come. An error that comes with bytes is
// left to come again without.
func (p *Parser) fill(r io.Reader) error {
	for range 100 {
		switch n, err := p.Fill(r); {
		case n > 0:
			return nil
		case err == io.EOF:
			if end := p.End(); end != nil {
				return end
			}
			return err
		case err != nil:
			return err
		}
	}
	return fmt.Errorf("element: reading: %w", io.ErrNoProgress)
}

// End says whether the input may end here: nil, or an error that wraps
// io.ErrUnexpectedEOF and says what is unfinished.
func (p *Parser) End() error {
	switch {
	case p.err != nil:
		return p.err
	case p.state == sClosed, p.Fragments && (p.state == sOutside || p.state == sProlog) && p.pos == len(p.buf):
		return nil
	case p.inStanza():
		return fmt.Errorf("element: input ends inside an element, at byte %d: %w", p.base+int64(len(p.buf)), io.ErrUnexpectedEOF)
	}
	return fmt.Errorf("element: input ends before the end of the stream, at byte %d: %w", p.base+int64(len(p.buf)), io.ErrUnexpectedEOF)
}

// Buffered returns how many bytes the Parser holds that no event has covered
// yet. Right after an event, 0 means that the input is read up.
func (p *Parser) Buffered() int { return len(p.buf) - p.start }

// Next returns the next event from the bytes in hand. ErrIncomplete asks for
// more of them; any other error is a *SyntaxError and final.
func (p *Parser) Next() (Event, error) {
	if len(p.buf) < p.quiet {
		return Event{}, ErrIncomplete
	}
	return p.next()
}

func (p *Parser) next() (Event, error) {
	if p.err != nil {
		p.buf = nil
		return Event{}, p.err
	}
	if p.limits.Bytes == 0 {
		p.init()
	}
	p.quiet = 0
	if p.valid < len(p.buf) {
		p.check()
	}
	kind, err := p.lex()
	switch {
	case err == nil:
		return p.found(kind), nil
	case err == ErrIncomplete:
		if len(p.buf) == cap(p.buf) {
			p.room(1) // doubles, where append in Feed would add a quarter
		}
		if p.inStanza() && !p.skip && p.valid == len(p.buf) {
			p.quiet = min(p.start+p.limits.Bytes, cap(p.buf))
		}
	default:
		p.err = err
		p.buf, p.cells, p.start, p.pos, p.valid = nil, nil, 0, 0, 0
	}
	return Event{}, err
}

func (p *Parser) init() {
	p.limits = p.Limits.withDefaults()
	p.initNamespaces(p.Space)
	if p.Fragments {
		p.level = 1
	}
}

// room makes place in buf, which has too little, for n more bytes, forgetting
// what is no more needed.
func (p *Parser) room(n int) {
	from := p.start
	rest := p.buf[from:]
	if half := cap(p.buf) / 2; len(rest)+n <= cap(p.buf) && len(rest) <= half {
		p.buf = append(p.buf[:0], rest...) // frees at least half: each byte is moved once on average
	} else {
		p.buf = append(make([]byte, 0, max(2*len(rest), len(rest)+n, minRead, p.offer+p.offer/4)), rest...)
	}
	p.moved(from)
}

// settle forgets the bytes of what is out, if they are more than half of the
// buffer, and lets a large buffer go that is hardly used any more.
func (p *Parser) settle() {
	if p.start <= cap(p.buf)/2 && (cap(p.buf) <= keepBuf || p.Buffered() >= keepBuf/4) {
		return
	}
	rest := p.buf[p.start:]
	switch {
	case cap(p.buf) > keepBuf && len(rest) < keepBuf/4:
		p.buf = append(make([]byte, 0, max(len(rest), minRead)), rest...)
	case len(rest) == 0: // the usual case, and a cheap one
		p.base += int64(p.start)
		p.buf, p.start, p.pos, p.valid, p.gt = p.buf[:0], 0, 0, 0, 0
		return
	default:
		p.buf = append(p.buf[:0], rest...)
	}
	p.moved(p.start)
}

// moved corrects all positions after buf has lost its first from bytes.
func (p *Parser) moved(from int) {
	p.base += int64(from)
	for _, pos := range []*int{&p.start, &p.pos, &p.valid, &p.gt, &p.quiet, &p.w, &p.tok, &p.text, &p.val} {
		*pos -= from
	}
}

// check extends valid over the bytes that came since it did so last.
func (p *Parser) check() {
	if p.bad {
		return
	}
	from := p.valid
	n, legal := checkUTF8(p.buf[from:])
	p.valid += n
	p.bad = !legal
	if i := bytes.LastIndexByte(p.buf[from:p.valid], '>'); i >= 0 {
		p.gt = from + i + 1
	}
}

// window returns the bytes that may be looked at: legal UTF-8, and of the
// stanza in hand no more than its limit, so that a limit strikes at the same
// byte however the input was cut. Inside a stanza they end at a ">", since
// nothing can be complete before: bytes that come one by one then cost little
// more than bytes that come together.
func (p *Parser) window(i int, inside bool) []byte {
	switch limit := p.start + p.allowance(); {
	case !inside:
	case limit <= p.valid:
		for limit < p.valid && p.buf[limit]&0xC0 == 0x80 { // not inside a character
			limit++
		}
		return p.buf[:limit]
	case !p.skip && !p.bad:
		return p.buf[:max(p.gt, i)]
	}
	return p.buf[:p.valid]
}

// begin starts a stanza, or the header, at buf[i].
func (p *Parser) begin(i int) {
	p.start = i
	p.cells = append(p.cells[:0], cell{kind: KindDocument})
	p.open = p.open[:0]
	p.decls = p.decls[:0]
	p.count = 0
	p.wide, p.raw = false, true
}

// take returns the finished stanza, which ends before buf[end]. This is where
// its bytes are copied, once.
func (p *Parser) take(end int) Node {
	p.cells[0].size, p.cells[0].plain = uint32(len(p.cells)), !p.wide
	if p.known == nil && p.base+int64(p.start) > 0 { // not for one element alone
		p.known = new([shapeSets][shapeWays]shape)
	}
	var t *tree
	if src := p.buf[p.start:end]; cap(p.cells) > keepBuf/32 {
		t = &tree{src: string(src), cells: p.cells} // a large one is given away, not copied
		p.cells = nil
	} else {
		t = p.tree(p.cells, src)
	}
	t.origin = p.origin
	return Node{t, 1}
}

// inStanza reports whether an element has begun that has not ended.
func (p *Parser) inStanza() bool {
	return p.state != sOutside && p.state != sProlog && p.state != sClosed
}

// fail returns the SyntaxError for buf[i].
func (p *Parser) fail(i int, condition, format string, args ...any) error {
	return &SyntaxError{Condition: condition, Offset: p.base + int64(i), Msg: fmt.Sprintf(format, args...)}
}
