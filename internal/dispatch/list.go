package dispatch

// A list is a queue of jobs. A job is in a list by one of its nodes, so that it
// can leave from the middle at once, and none is allocated.
type list struct {
	first, last *node
	n           int
}

// A node is a job's place in a list; in is nil while it is in none.
type node struct {
	prev, next *node
	in         *list
	job        *job
}

// push puts the job of n, which is in no list, at the end.
func (l *list) push(n *node) {
	n.in, n.prev = l, l.last
	if l.last == nil {
		l.first = n
	} else {
		l.last.next = n
	}
	l.last = n
	l.n++
}

// peek returns the first job, or nil.
func (l *list) peek() *job {
	if l.first == nil {
		return nil
	}
	return l.first.job
}

// pop takes the first job out and returns it, or nil.
func (l *list) pop() *job {
	n := l.first
	if n == nil {
		return nil
	}
	n.leave()
	return n.job
}

// leave takes the job out of the list it is in, if any.
func (n *node) leave() {
	l := n.in
	if l == nil {
		return
	}
	if n.prev == nil {
		l.first = n.next
	} else {
		n.prev.next = n.next
	}
	if n.next == nil {
		l.last = n.prev
	} else {
		n.next.prev = n.prev
	}
	l.n--
	n.prev, n.next, n.in = nil, nil, nil
}
