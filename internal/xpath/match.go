package xpath

import (
	"iter"
	"sync"

	"github.com/emp-framework/emp/element"
)

// A Match receives what Expr.Match captures. It also keeps the scratch memory
// of matching, so one Match used again and again costs no allocation. The zero
// Match is ready; it must not be used by two goroutines at once.
type Match struct {
	run   run
	names []string // of the expression that matched last
	spent int
}

// Get returns what the hole of that name holds, and whether it was filled: a
// hole in an or branch that was not taken is not.
func (m *Match) Get(name string) (value string, ok bool) {
	for _, b := range m.run.bound {
		if m.names[b.slot] == name {
			return b.value, true
		}
	}
	return "", false
}

// All yields name and value of the holes that were filled.
func (m *Match) All() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for _, b := range m.run.bound {
			if !yield(m.names[b.slot], b.value) {
				return
			}
		}
	}
}

// Len returns how many holes were filled.
func (m *Match) Len() int { return len(m.run.bound) }

// Steps returns what the last evaluation cost, in the unit of Options.Budget.
func (m *Match) Steps() int { return m.spent }

// Reset forgets the captures. They are parts of the stanza, which is kept in
// memory as long as they are.
func (m *Match) Reset() {
	clear(m.run.bound[:cap(m.run.bound)])
	m.run.bound = m.run.bound[:0]
}

// pool serves those who match without a Match.
var pool = sync.Pool{New: func() any { return new(Match) }}

// Match reports whether the expression is true at n, as by boolean(): for a
// node-set, whether there is a node. For routes n is the document node.
//
// m receives the captures if it is true, and none if it is not; m may be nil.
// Match allocates nothing once m's scratch has grown to its use, except the
// copy of a captured value that is no part of the stanza (a number, concat(),
// the text of several elements).
//
// The error is nil or ErrBudget. Many goroutines may use one Expr at once,
// each with its own Match.
func (e *Expr) Match(n element.Node, m *Match) (bool, error) {
	if m == nil {
		return e.matches(n)
	}
	r := &m.run
	r.start(e.budget)
	if e.holds > 0 {
		r.startHolds(e.holds)
	}
	ok := r.boolean(e.eval, context{n, 1, 1})
	m.names, m.spent = e.holes, e.budget-r.left
	r.finish()
	if r.grown {
		r.finishHolds()
	}
	if r.left < 0 {
		r.unbind(0)
		return false, ErrBudget
	}
	if !ok {
		r.unbind(0)
	}
	return ok, nil
}

// matches is Match for who wants no captures.
func (e *Expr) matches(n element.Node) (bool, error) {
	m := pool.Get().(*Match)
	defer func() { m.Reset(); pool.Put(m) }()
	return e.Match(n, m)
}

// Eval returns the value of the expression at n. Holes are tested and bind
// nothing. The error is nil or ErrBudget.
func (e *Expr) Eval(n element.Node) (Value, error) {
	m := pool.Get().(*Match)
	defer func() { m.Reset(); pool.Put(m) }()
	r := &m.run
	r.start(e.budget)
	r.startHolds(e.holds)
	v := r.value(e.eval, context{n, 1, 1})
	r.finish()
	if r.grown {
		r.finishHolds()
	}
	if r.left < 0 {
		return Value{}, ErrBudget
	}
	return v, nil
}
