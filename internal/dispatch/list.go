package dispatch

// A list is a queue of jobs. The links lie in the jobs, so that a job can leave
// from the middle at once, and nothing is allocated.
type list struct {
	first, last *job
	of          which
}

// A job can be in two lists at a time, one of each kind.
type which int

const (
	place which = iota // where it waits for its turn: in its lane, or ready
	timed              // where it waits for a time: see clock.go
)

// links are a job's place in a list; in is nil while it is in none.
type links struct {
	prev, next *job
	in         *list
}

// push puts a job, which is in no list of that kind, at the end.
func (l *list) push(j *job) { l.insert(j, l.last) }

// insert puts such a job behind another one, or first, if that is nil.
func (l *list) insert(j, behind *job) {
	k := &j.links[l.of]
	k.in, k.prev = l, behind
	next := &l.first
	if behind != nil {
		next = &behind.links[l.of].next
	}
	k.next = *next
	*next = j
	if k.next == nil {
		l.last = j
	} else {
		k.next.links[l.of].prev = j
	}
}

// pop takes the first job out and returns it, or nil.
func (l *list) pop() *job {
	j := l.first
	if j != nil {
		j.leave(l.of)
	}
	return j
}

// leave takes the job out of the list of that kind it is in, if any. What a reader runs
// by itself is in none: to see that costs no call.
func (j *job) leave(of which) {
	if j.links[of].in != nil {
		j.unlink(of)
	}
}

func (j *job) unlink(of which) {
	k := &j.links[of]
	l := k.in
	if k.prev == nil {
		l.first = k.next
	} else {
		k.prev.links[of].next = k.next
	}
	if k.next == nil {
		l.last = k.prev
	} else {
		k.next.links[of].prev = k.prev
	}
	*k = links{}
}
