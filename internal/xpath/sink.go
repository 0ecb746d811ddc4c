package xpath

import (
	"math"

	"github.com/emp-framework/emp/element"
)

// A sinkKind says what is done with the nodes of a node-set.
type sinkKind uint8

const (
	sinkFirst          sinkKind = iota // keep the first
	sinkCollect                        // all, onto r.nodes
	sinkCount                          // how many, into number
	sinkSum                            // the sum of their numbers, into number
	sinkText                           // stop at one that compares true with text
	sinkNumber                         // stop at one that compares true with number
	sinkHole                           // stop at one that fills the hole
	sinkPairs                          // stop at one that compares true with a node of base
	sinkExtremes                       // the least and the greatest of their numbers
	sinkTexts                          // their string-values, onto r.texts
	sinkMember                         // stop at one whose string-value is in r.texts[lo:hi], which is sorted
	sinkAgainstTexts                   // stop at one that compares true with one of r.heldTexts[lo:hi]
	sinkAgainstNumbers                 // stop at one that compares true with one of r.heldNumbers[lo:hi]
	sinkThis                           // stop at node
	sinkNth                            // stop when left more have come; keep that one, or the last
)

// A sink is where a walk ends: it takes nodes until it has what it wants. It
// lives on the stack of who asks. (An interface or a func would be put on the
// heap at every match.)
type sink struct {
	kind   sinkKind
	op     operator
	sets   int32 // where the sets of nodes seen of the walk into this sink begin
	lo, hi int32
	left   int

	text   string
	number float64 // sinkExtremes: the least
	most   float64 // sinkExtremes: the greatest
	node   element.Node
	hole   *capture

	base expr
	at   context // where base is evaluated
}

// take gives n to s and reports whether s has what it wants.
func (r *run) take(s *sink, n element.Node) bool {
	switch s.kind {
	case sinkFirst:
		s.node = n
		return true
	case sinkThis:
		return n == s.node
	case sinkCollect:
		r.nodes = append(r.nodes, int32(n.Index()))
		return false
	case sinkCount:
		s.number++
		return false
	case sinkNth:
		s.left--
		s.node = n
		return s.left == 0
	case sinkTexts:
		text := r.stringValue(n)
		r.read(8 * len(text)) // it will be sorted
		r.texts = append(r.texts, text)
		return false
	}
	scratch := len(r.text)
	stop := r.takeText(s, r.stringValue(n), scratch)
	r.text = r.text[:scratch]
	return stop
}

// takeText is take for the kinds that want string-values. scratch is where
// r.text stood before text was made.
func (r *run) takeText(s *sink, text string, scratch int) bool {
	if !r.read(len(text)) {
		return true
	}
	switch s.kind {
	case sinkText:
		return (text == s.text) == (s.op == opEqual)
	case sinkNumber:
		return compareFloats(s.op, parseNumber(text), s.number)
	case sinkHole:
		return r.fill(s.hole, text, scratch)
	case sinkSum:
		s.number += parseNumber(text)
	case sinkExtremes:
		if f := parseNumber(text); !math.IsNaN(f) {
			s.number, s.most = math.Min(s.number, f), math.Max(s.most, f)
		}
	case sinkPairs:
		other := sink{kind: sinkText, op: s.op, text: text}
		if s.op > opNotEqual {
			other = sink{kind: sinkNumber, op: s.op.flipped(), number: parseNumber(text)}
		}
		return r.each(s.base, s.at, &other)
	case sinkMember:
		return r.member(int(s.lo), int(s.hi), text)
	case sinkAgainstTexts:
		return meetsText(r.heldTexts[s.lo:s.hi], s.op, text)
	case sinkAgainstNumbers:
		return meetsNumber(r.heldNumbers[s.lo:s.hi], s.op, parseNumber(text))
	}
	return false
}

// fill binds the hole to text if the hole takes it.
func (r *run) fill(x *capture, text string, scratch int) bool {
	if !r.spend(len(text)*x.hole.weight/bytesPerStep) || !x.hole.takes(text) {
		return false
	}
	r.bind(x.slot, text, scratch)
	return true
}
