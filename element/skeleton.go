package element

import "slices"

// A skeleton is a stanza without its values and texts, as in
//
//	<message to='…' id='…'><body>…</body></message>
//
// The stanzas of a stream have few skeletons, so a Parser remembers them: of a stanza
// that has a known one only the values are read, and its cells are those of the skeleton
// moved by the lengths of the values. That takes 0.7 of the time of reading it tag by
// tag, which is how all others are read.
type skeleton struct {
	cells    []cell   // as if all values were empty
	values   []uint16 // which cells have one
	elements []move
	*origin
}

// A move says of the cell of an element how many values stand before its name, and how
// many before the name of its namespace.
type move struct {
	cell        uint16
	name, space uint8
}

const (
	maxPlaces    = 63       // values of a skeleton: a mask, too, which spares a check
	maxCells     = 200      // of one
	maxPiece     = 400      // bytes between two values
	maxNext      = 16       // branches behind one
	maxSkeletons = 64 << 10 // bytes, about, of all: beyond them all are forgotten
)

// skeletons are those that a Parser knows, usually some ten, of a KiB each.
type skeletons struct {
	stems []*branch
	size  int // in bytes, about
	// misses grows by three with each stanza whose skeleton is not known, which costs as
	// much as some known ones save, and sinks by one with each other: where they are of
	// all kinds it is a waste to look, so that is done for one in 256 then, when turns
	// comes round.
	misses, turns uint8
	ready         *tree // the stanza in hand, if recall has made it
	*lengths
}

// lengths are those of the values of the stanza in hand. They stand here since clearing
// them for each would take a hundredth of a ping's time.
type lengths struct {
	before [maxPlaces + 1]uint32 // of all values before the nth
	cuts   [maxPlaces + 1]uint32 // what decoding takes away from the nth, if coded says so
	coded  uint64                // a bit for each that has references
	plain  uint64                // a bit for each: see cell
}

const manyMisses = 96

// hopeless reports whether to leave the stanza in hand alone.
func (s *skeletons) hopeless() bool { return s.misses >= manyMisses && s.turns != 0 }

// recall makes the tree of the stanza that begins at b[i] if its skeleton is known, and
// returns the index behind it; or 0, and nothing has changed.
func (p *Parser) recall(b []byte, i int) int {
	if p.turns++; p.hopeless() {
		return 0
	}
	l, next, at, n := p.lengths, p.stems, i, uint(0)
	if l == nil {
		return 0
	}
	l.coded, l.plain = 0, 0
	for {
		br := follow(next, b[at:])
		if br == nil {
			break
		}
		at += len(br.piece)
		if br.whole != nil {
			p.misses = max(p.misses, 1) - 1
			p.ready = p.flesh(br.whole, b[i:at])
			return at
		}
		end := stop(b, at, br.stop)
		if end < len(b) && b[end] == br.behind {
			if br.plain {
				l.plain |= 1 << (n & 63)
			}
		} else if end = l.closer(b, at, n, br.behind); end == 0 {
			break
		}
		before := l.before[n&maxPlaces] + uint32(end-at)
		n++
		l.before[n&maxPlaces] = before
		at, next = end, br.next
	}
	p.misses = min(p.misses+3, manyMisses)
	return 0
}

// closer looks closer at the nth value, which begins at b[at] and has something in it that
// stop finds. It returns where the value ends, or 0.
func (l *lengths) closer(b []byte, at int, n uint, behind byte) (end int) {
	if behind == '<' {
		end, plain := scanText(b, at)
		if end < len(b) && b[end] == '<' {
			if plain {
				l.plain |= 1 << (n & 63)
			}
			return end
		}
	}
	if end, l.cuts[n&maxPlaces] = scanCoded(b, at, behind); l.cuts[n&maxPlaces] > 0 {
		l.coded |= 1 << (n & 63)
	}
	return end
}

// flesh makes the tree of a stanza from its skeleton.
func (p *Parser) flesh(s *skeleton, src []byte) *tree {
	l := p.lengths
	if l.coded != 0 {
		l.decode(s, src)
	}
	t := p.tree(s.cells, src)
	t.origin = s.origin
	from := uint32(0)
	for k, v := range s.values {
		to := l.before[k+1]
		c := &t.cells[v]
		c.name += from // of a text it does not matter
		c.value += from
		c.size = to - from
		c.plain = l.plain>>k&1 != 0
		from = to
	}
	for _, m := range s.elements {
		c := &t.cells[m.cell]
		c.name += l.before[m.name]
		c.value += l.before[m.space]
	}
	if l.coded != 0 {
		for k, v := range s.values {
			if l.coded>>k&1 != 0 {
				t.cells[v].size -= l.cuts[k]
			}
		}
	}
	return t
}

// decode decodes the values of src that have references.
func (l *lengths) decode(s *skeleton, src []byte) {
	for k, v := range s.values {
		if l.coded>>k&1 != 0 {
			decode(src[s.cells[v].value+l.before[k]:][:l.before[k+1]-l.before[k]])
		}
	}
}

// remember adds the skeleton of the stanza n, of which nothing had to be decoded: what
// stands between its values is what came.
func (p *Parser) remember(n Node) {
	if p.hopeless() || len(n.t.cells) > maxCells {
		return
	}
	if p.lengths == nil {
		p.lengths = new(lengths)
	}
	var places []place
	for k := range n.t.cells {
		if c := &n.t.cells[k]; c.kind >= KindAttribute {
			places = append(places, place{uint16(k), c.value, c.size, c.kind == KindText})
		}
	}
	// It may be known: of a stanza that comes in two pieces that is not seen.
	if last := p.grow(n.t.src, places); last != nil && last.whole == nil {
		p.size -= last.size()
		last.whole = newSkeleton(n.t, places)
		p.size += last.size()
	}
}

// A place is where a value stands in a stanza.
type place struct {
	cell     uint16
	at, size uint32
	text     bool
}

// newSkeleton makes the skeleton of t, which has values in these places.
func newSkeleton(t *tree, places []place) *skeleton {
	s := &skeleton{cells: slices.Clone(t.cells), origin: &origin{outer: t.outer, outline: newOutline(t)}}
	// pull moves a place of a cell to where it is without the values before it, and
	// returns how many these are.
	pull := func(at *uint32) (n uint8) {
		was := *at
		for ; int(n) < len(places) && places[n].at < was; n++ {
			*at -= places[n].size
		}
		return n
	}
	for k := range s.cells {
		switch c := &s.cells[k]; c.kind {
		case KindElement:
			m := move{cell: uint16(k), name: pull(&c.name)}
			if c.spaceLen != outerSpace { // also of none, as xmlns='' has it: it has a place too
				m.space = pull(&c.value)
			}
			s.elements = append(s.elements, m)
		case KindAttribute:
			pull(&c.name)
			pull(&c.value)
		case KindText:
			pull(&c.value)
		}
	}
	for _, v := range places {
		s.values = append(s.values, v.cell)
	}
	return s
}
