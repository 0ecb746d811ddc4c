package element

import (
	"encoding/binary"
	"slices"
	"strings"
	"unsafe"
)

// A branch is a part of skeletons between two values: all that begin alike share it.
type branch struct {
	piece string    // up to the quote before a value, the ">" before a text, or the end of the stanza
	next  []*branch // what may come behind the value
	whole *skeleton // that ends with piece

	// What stands behind the value, a quote or "<", what of stops there or before, and
	// whether the value then needs no escaping.
	behind byte
	stop   uint64
	plain  bool

	// head and tail are the first and the last eight bytes of piece, which need no call
	// to be compared. Of a shorter one head is all, where mask is.
	head, mask, tail uint64
}

// newBranch makes the branch of a piece with a text behind it, or else a value.
func newBranch(piece string, text bool) *branch {
	br := &branch{piece: piece, behind: '<', stop: each * ']'}
	if quote := piece[len(piece)-1]; !text {
		br.behind, br.stop = quote, each*uint64(quote)
	}
	br.plain = br.behind != '"'
	for i := range min(len(piece), 8) {
		br.head |= uint64(piece[i]) << (8 * i)
		br.mask |= 0xFF << (8 * i)
	}
	if len(piece) > 8 {
		br.tail = binary.LittleEndian.Uint64([]byte(piece[len(piece)-8:]))
	}
	return br
}

// begins reports whether b begins with br, and with something in the place of its value.
func (br *branch) begins(b []byte) bool {
	n := len(br.piece)
	switch {
	case len(b) < n || br.behind == '<' && (len(b) == n || b[n] == '<'):
		return false
	case n > 16 || cap(b) < 8:
		return string(b[:n]) == br.piece
	}
	return binary.LittleEndian.Uint64(b[:8])&br.mask == br.head && (n <= 8 || binary.LittleEndian.Uint64(b[n-8:n]) == br.tail)
}

// follow returns the branch that b begins with, and has it stand in front from then on.
// There is one at most: behind a piece there is a value, or a text, or none.
func follow(next []*branch, b []byte) *branch {
	for k, br := range next {
		if !br.begins(b) {
			continue
		}
		if k > 0 {
			next[0], next[k] = br, next[0]
		}
		return br
	}
	return nil
}

// size returns how many bytes br takes with all that is behind it, about.
func (br *branch) size() int {
	n := len(br.piece) + 2*int(unsafe.Sizeof(*br))
	if br.whole != nil {
		n += 2 * cellSize * len(br.whole.cells)
	}
	for _, next := range br.next {
		n += next.size()
	}
	return n
}

// grow adds the branches of a stanza with values in these places, and returns the last of
// them; or nil, if there are too many.
func (s *skeletons) grow(src string, places []place) (last *branch) {
	if len(places) > maxPlaces {
		return nil
	}
	next, from := &s.stems, uint32(0)
	for k := range len(places) + 1 {
		to, size, text := uint32(len(src)), uint32(0), false
		if k < len(places) {
			to, size, text = places[k].at, places[k].size, places[k].text
		}
		piece := src[from:to]
		from = to + size
		i := slices.IndexFunc(*next, func(br *branch) bool { return br.piece == piece })
		if i < 0 {
			if len(piece) > maxPiece {
				return nil
			}
			br := newBranch(strings.Clone(piece), text)
			if s.size += br.size(); s.size > maxSkeletons {
				s.stems, s.size = nil, 0
				return nil
			}
			if i = len(*next); i < maxNext {
				*next = append(*next, br)
			} else { // those in use stand in front
				i--
				s.size -= (*next)[i].size()
				(*next)[i] = br
			}
		}
		last = (*next)[i]
		next = &last.next
	}
	return last
}
