package stream

// recordEnds has TLS records end where stanzas do. A peer gets a record whole or not at
// all, so a connection that breaks then leaves no stanza in two in the parser of one that
// parses all it has read: Prosody 0.12 goes on with that parser when the session is resumed (XEP-0198), and takes what
// comes next for the rest of that stanza. Only a stanza of more than a record has to be
// cut. It belongs to an outbox; the nil one cuts anywhere.
type recordEnds struct {
	ends    []int // of the stanzas that wait, in the queue
	writing []int // of those that are being written
	passed  int   // how many of these are
}

// record is what goes into one record at most, in bytes: half of what TLS allows, for
// Prosody parses that much at once, and may drop the connection before the other half.
const record = 8 << 10

// note notes that stanzas end at these places in the queue.
func (r *recordEnds) note(ends ...int) {
	if r == nil {
		return
	}
	for _, end := range ends {
		if len(r.ends) == 0 || r.ends[len(r.ends)-1] < end {
			r.ends = append(r.ends, end)
		}
	}
}

// clear forgets all that waits.
func (r *recordEnds) clear() {
	if r != nil {
		r.ends = r.ends[:0]
	}
}

// take notes that all that waits is being written.
func (r *recordEnds) take() {
	if r == nil {
		return
	}
	r.writing, r.ends, r.passed = r.ends, r.writing[:0], 0
	if cap(r.ends) > keepEnds {
		r.ends = nil
	}
}

// keepEnds is how many places are kept room for, as keepWriter is of bytes.
const keepEnds = keepWriter / 64

// next returns where the record ends that begins at written, of so many bytes that are
// written; without TLS end.
func (r *recordEnds) next(all, written, end int) int {
	if r == nil {
		return end
	}
	end = min(written+record, all)
	last := written
	for r.passed < len(r.writing) && r.writing[r.passed] <= end {
		last = r.writing[r.passed]
		r.passed++
	}
	if last > written && end < all {
		return last
	}
	return end
}
