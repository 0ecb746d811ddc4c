package dispatch

import (
	"slices"
	"time"

	"github.com/emp-framework/emp/component"
	"github.com/emp-framework/emp/jid"
	"github.com/emp-framework/emp/router"
	"github.com/emp-framework/emp/stanza"
)

// A Source is what Serve reads from. It is used by one goroutine at a time.
type Source interface {
	// Read waits until stanzas have come, and returns how many there are. An
	// error is final, and comes alone, when there is nothing more.
	Read() (n int, err error)
	// At returns one of those that Read brought last: the stanza, its size in
	// bytes, and the error of stanza.Of for it. Each is asked for once, in order.
	At(i int) (s *stanza.Stanza, bytes int, err error)

	// Reuse gives back the memory of a stanza that At returned, of which nothing is
	// used any more.
	Reuse(s *stanza.Stanza)

	// Cork lets the link put off writing what is sent over it; Uncork has it
	// write. What is read together is answered with one write so.
	Cork()
	Uncork()
}

// An input is the reading from one Source. Its fields are of the goroutine that
// reads, but for those that say so.
type input struct {
	d     *Dispatcher
	via   component.Sender
	src   Source
	done  func()
	serve func() bool // the method, made a value once

	match  router.Match
	pace   pace
	at, n  int    // of what Read brought: which is next, and how many there are
	last   *job   // ran here and is not in the books yet: the next lock takes it along
	spare  []*job // for the next stanzas: one, or two while last is nil
	corked bool

	// Guarded by the dispatcher's mutex.
	own     lane // see newLane
	ended   bool // there is nothing more to read
	running *job // what the reading goroutine runs, or has run; see job.left
}

// handOnAfter is how long the goroutine that reads may be kept by an action before
// another one reads on.
const handOnAfter = time.Millisecond

// Serve reads from src, and gives each stanza its turn, until Read returns an error;
// then, when all is let in or refused, it calls done. It does so in the background.
// Answers go to the link via, which must be comparable, as pointers are; with nil,
// they are counted as unsent. It keeps nothing of the slices it is given.
//
// The goroutine that reads runs the action itself if nothing else of the pair is held,
// a slot is free, and the route's actions have been quick; see slow.
//
// Reading stops while as much is held as may be, unless a question is open, for its
// answer may lie behind: then what comes is refused.
func (d *Dispatcher) Serve(via component.Sender, src Source, done func()) {
	in := &input{d: d, via: via, src: src, done: done, match: router.Match{At: placeOf(via)}}
	in.serve = func() bool {
		in.read()
		return true
	}
	d.lock(func() { d.inputs = append(d.inputs, in) })
	go d.worker(&d.deep, in.serve)
}

// A Placed is a link that says itself which address the routes are to look at, in
// place of the to of what comes over it; see router.Match.
type Placed interface{ At() jid.JID }

func placeOf(via component.Sender) jid.JID {
	if p, ok := via.(Placed); ok {
		return p.At()
	}
	return jid.JID{}
}

// read is reading, until there is nothing more to read or another goroutine does. In
// the latter case it ends as a worker.
func (in *input) read() {
	var j *job
	ended := true
	defer func() { // an action has ended the goroutine (runtime.Goexit)
		if ended {
			go in.d.worker(&in.d.deep, func() bool {
				in.goOn(j)
				return true
			})
		}
	}()
	in.uncork() // what was sent before an action kept the reader
	in.pace = pace{}
	for {
		for in.at < in.n {
			s, bytes, err := in.src.At(in.at)
			if in.at++; in.at < in.n {
				in.cork()
			}
			if j = in.take(s, bytes, err); j == nil {
				continue
			}
			j.run() // from here on all of in may be another goroutine's
			if !in.back(j) {
				ended = false
				in.d.pass(in.d.finish(j))
				return
			}
		}
		in.pause()
		var err error
		if in.n, err = in.src.Read(); err != nil {
			break
		}
		in.at = 0
		in.pace.rest()
	}
	ended = false
	in.d.lock(func() {
		if in.ended = true; in.own.held == 0 {
			in.d.forget(in)
		}
	})
	in.done()
}

// forget lets go of an input that has ended, and whose own lane is empty.
func (d *Dispatcher) forget(in *input) {
	d.inputs = slices.DeleteFunc(d.inputs, func(o *input) bool { return o == in })
}

// goOn does what is next behind the action of j.
func (in *input) goOn(j *job) {
	if in.back(j) {
		in.read()
	} else {
		in.d.pass(in.d.finish(j))
	}
}

// back is called when the action of j has returned, and reports whether it is still
// for this goroutine to read on.
func (in *input) back(j *job) bool {
	if !j.left.CompareAndSwap(false, true) {
		return false
	}
	in.last = j
	return true
}

// pause leaves nothing undone while there is nothing to read.
func (in *input) pause() {
	if in.last != nil {
		d := in.d
		now := in.pace.next(d)
		d.mu.Lock()
		in.settle(now)
		d.mu.Unlock()
	}
	for _, j := range in.spare { // until now each answer took the place of the one before
		clear(j.answer[:cap(j.answer)])
	}
	in.uncork()
}

func (in *input) cork() {
	if !in.corked {
		in.corked = true
		in.src.Cork()
	}
}

func (in *input) uncork() {
	if in.corked {
		in.corked = false
		in.src.Uncork()
	}
}

// settle enters into the books what ran last. It is called locked.
func (in *input) settle(now time.Duration) {
	if j := in.last; j != nil {
		in.last, in.running = nil, nil
		l := j.lane
		in.d.finished(j, now)
		j.clean = j.clean && l.held == 0 // else the lane may know its pair from this stanza
		if j.slot {
			in.d.free(j)
		}
		in.recycle(j)
	}
}

// start has the goroutine that reads run j, and reports whether it may: it is called
// locked, and the turn of j must have come.
func (in *input) start(j *job, now time.Duration) bool {
	d := in.d
	if d.slots >= d.opts.Workers || d.slow.has(j.first) {
		return false
	}
	d.slots++
	d.stats.Running++
	j.begin(now)
	in.running = j
	d.wind(now+handOnAfter, now)
	return true
}

// handOn has another goroutine read on where an action keeps the one that reads, which
// goes on as a worker does; but not if the action has just returned. It is called locked.
func (d *Dispatcher) handOn(in *input, now time.Duration) {
	j := in.running
	if !j.left.CompareAndSwap(false, true) {
		return
	}
	in.running = nil
	d.running.insert(d, j, now)
	d.start(&d.deep, in.serve)
}

// relieve has handOn look after the reader that is kept by its action since before a
// time.
func (d *Dispatcher) relieve(before, now time.Duration) {
	for _, in := range d.inputs {
		switch j := in.running; {
		case j == nil:
		case j.since > before:
			d.wind(j.since+handOnAfter, now)
		default:
			d.handOn(in, now)
		}
	}
}
