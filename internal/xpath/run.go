package xpath

import (
	"slices"
	"strings"
	"unsafe"

	"github.com/emp-framework/emp/element"
)

// A run is one evaluation: its budget, its bindings and its scratch. The
// scratch slices are stacks. Who appends to one cuts it back, so that nested
// evaluations share them; they stay with the run for the next match.
type run struct {
	left  int // steps left of the budget; below 0 everything stops
	bound []binding

	words  int      // 64-bit words of a set of the tree's nodes
	bits   []uint64 // sets of nodes seen, by walks that need them
	nodes  []int32  // node-sets, as indexes
	counts []int32  // position and size, for each predicate of a step that counts
	texts  []string // strings of a node-set that is compared with another
	text   []byte   // the characters of joined, concatenated, translated strings

	holding
}

// A binding is a hole that has been filled.
type binding struct {
	slot  int
	value string
}

// A context is where an expression is evaluated (section 1).
type context struct {
	node      element.Node
	pos, last int32
}

// start makes the run ready for an evaluation.
func (r *run) start(budget int) {
	r.left = budget
	r.bound = r.bound[:0]
	r.bits, r.nodes, r.counts, r.texts, r.text = r.bits[:0], r.nodes[:0], r.counts[:0], r.texts[:0], r.text[:0]
}

// maxScratch is how many bytes of a stack are kept between matches.
const maxScratch = 1 << 16

// finish lets go of what a large stanza left behind.
func (r *run) finish() {
	if cap(r.texts) > 0 {
		clear(r.texts[:cap(r.texts)]) // they are parts of the stanza, which could not be freed
	}
	if cap(r.text) > maxScratch {
		r.text = nil
	}
	if cap(r.nodes) > maxScratch/4 {
		r.nodes = nil
	}
	if cap(r.bits) > maxScratch/8 {
		r.bits = nil
	}
	if cap(r.texts) > maxScratch/16 {
		r.texts = nil
	}
}

// spend takes steps from the budget and reports whether any are left.
func (r *run) spend(n int) bool {
	r.left -= n
	return r.left >= 0
}

// bytesPerStep is how many bytes of text cost as much as a node to look at.
const bytesPerStep = 32

// read charges for going over n bytes of text.
func (r *run) read(n int) bool { return r.spend(n / bytesPerStep) }

// view is r.text from start on as a string, without a copy. It is sound
// because bytes are only ever appended behind those that a view shows, and
// whoever cuts r.text back has let go of the views of what is cut off. No view
// leaves the run: captures and results are cloned (see bind and Eval).
func (r *run) view(start int) string { return viewOf(r.text[start:]) }

func viewOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// bind fills a hole. scratch is where r.text stood before value was made: if
// it has grown since, value may be a view and is cloned.
func (r *run) bind(slot int, value string, scratch int) {
	if slot < 0 {
		return
	}
	if len(r.text) > scratch {
		value = strings.Clone(value)
	}
	r.bound = append(r.bound, binding{slot, value})
}

// unbind empties the holes filled since r.bound had n entries.
func (r *run) unbind(n int) { r.bound = r.bound[:n] }

// openSets opens n empty sets of nodes of the tree of at and returns where the first
// begins.
func (r *run) openSets(n int, at element.Node) int {
	start := len(r.bits)
	if n == 0 {
		return start
	}
	r.words = (at.Document().End() + 63) / 64
	r.spend(n * r.words / 8)
	r.bits = slices.Grow(r.bits, n*r.words)[:start+n*r.words]
	clear(r.bits[start:])
	return start
}

// seen puts n into the set that begins at start and reports whether it was
// there before.
func (r *run) seen(start int, n element.Node) bool {
	word, bit := &r.bits[start+n.Index()/64], uint64(1)<<(n.Index()%64)
	was := *word&bit != 0
	*word |= bit
	return was
}

// stringValue is the string-value of n (section 5). Where one text is all
// there is, that is the text itself; else r.text holds it.
func (r *run) stringValue(n element.Node) string {
	one, ok := simpleText(n)
	if ok {
		return one
	}
	first, end, start := n.First().Index(), n.End(), len(r.text)
	r.spend(end - first)
	for i := first; i < end; i++ {
		t := n.At(i)
		if t.Kind() != element.KindText {
			continue
		}
		if one == "" {
			one = t.Value()
			continue
		}
		if len(r.text) == start {
			r.text = append(r.text, one...)
		}
		if !r.read(len(t.Value())) {
			break
		}
		r.text = append(r.text, t.Value()...)
	}
	if len(r.text) > start {
		return r.view(start)
	}
	return one
}

// simpleText returns the string-value of n if n has nothing inside but, at most, one
// node: a text, or an element that is empty.
func simpleText(n element.Node) (text string, ok bool) {
	if n.Kind() > element.KindElement {
		return n.Value(), true
	}
	first := n.First()
	if first.IsZero() || first.Index()+1 == n.End() {
		return first.Value(), true
	}
	return "", false
}
