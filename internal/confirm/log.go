package confirm

import (
	"iter"
	"time"
	"unsafe"
)

// A record is what is known of a stanza that is kept, beside its words. It has no
// pointers, so that the collector need not look at what is kept.
type record struct {
	seq   uint64        // they count from 1, in the order of Send
	last  uint64        // its number, on a link that counts; 0: none
	since time.Duration // when it came, by the Ring's clock
	size  int32         // of its words, in bytes

	wanted bool // see Wanted
	given  bool // to the link; else it waits for its turn
	repeat bool // an earlier link may have sent it
	asked  bool // it is a question that somebody waits for the answer of
	iq     bool
}

const recordSize = int(unsafe.Sizeof(record{}))

// A log is stanzas in the order in which they were sent, each as it was written. What
// is kept for a moment and mostly never looked at again costs little so: a copy of its
// words, and nothing for the collector to follow.
type log struct {
	first, last *block // nil: it is empty
	spare       *block
	spares      int
}

// A block is some of a log.
type block struct {
	next    *block
	records []record
	words   []byte // of the records, one behind the other
	gone    int    // how many records are done with
	from    int    // where the words of the others begin
}

// blockSize is how many bytes of words go into a block; one stanza may have more.
const blockSize = 32 << 10

// keepBlocks is how many blocks that are done with are kept for the next.
const keepBlocks = 8

// add puts a stanza behind the others. It returns its record, for who adds it to say what
// else than its size is known.
func (l *log) add(words []byte) *record {
	b := l.last
	if b == nil || len(b.words)+len(words) > cap(b.words) {
		b = l.block(len(words))
	}
	b.words = append(b.words, words...)
	b.records = append(b.records, record{size: int32(len(words))})
	return &b.records[len(b.records)-1]
}

// block makes a block at the end for at least so many bytes.
func (l *log) block(size int) *block {
	b := l.spare
	if b != nil && size <= cap(b.words) {
		l.spare, b.next = b.next, nil
		l.spares--
	} else {
		b = &block{words: make([]byte, 0, max(size, blockSize))}
	}
	if l.last != nil {
		l.last.next = b
	} else {
		l.first = b
	}
	l.last = b
	return b
}

// head returns the first record; nil if there is none.
func (l *log) head() *record {
	if l.first == nil {
		return nil
	}
	return &l.first.records[l.first.gone]
}

// pop removes the first record.
func (l *log) pop() {
	b := l.first
	b.from += int(b.records[b.gone].size)
	if b.gone++; b.gone < len(b.records) {
		return
	}
	if l.first = b.next; l.first == nil {
		l.last = nil
	}
	if l.spares < keepBlocks && cap(b.words) == blockSize {
		*b = block{next: l.spare, records: b.records[:0], words: b.words[:0]}
		l.spare = b
		l.spares++
	}
}

// all returns the records with their words, in order. A record may be changed
// meanwhile, the log may not.
func (l *log) all() iter.Seq2[*record, []byte] {
	return func(yield func(*record, []byte) bool) {
		for b := l.first; b != nil; b = b.next {
			at := b.from
			for i := b.gone; i < len(b.records); i++ {
				r := &b.records[i]
				end := at + int(r.size)
				if !yield(r, b.words[at:end:end]) {
					return
				}
				at = end
			}
		}
	}
}

// filter removes all records but those that keep says true of, which may change them.
func (l *log) filter(keep func(r *record, words []byte) bool) {
	old := *l
	*l = log{}
	for r, words := range old.all() {
		if keep(r, words) {
			*l.add(words) = *r
		}
	}
}
