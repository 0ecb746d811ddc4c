package router

import (
	"slices"
	"strings"

	"github.com/emp-framework/emp/element"
	"github.com/emp-framework/emp/stanza"
)

// An index finds the routes that may take a stanza: some at once, others by what
// the stanza answers to questions. Behind an answer that many routes wait for
// lies another index.
//
// It only rules out: a route that it does not find would have said no, and one
// that it finds is still asked for all its conditions; but for the expressions of
// a candidate that is proved.
type index struct {
	routes []candidate // in written order
	asks   []ask
}

// A candidate is a route that may take a stanza, or one alternative of it.
type candidate struct {
	*Entry
	// proved: the answers that led here and what is left are all that the route's
	// expressions ask, where a stanza gives one answer to each question. To evaluate
	// them would take longer than all the questions.
	proved bool
	left   []condition // of a stanza's attributes and children
}

// An ask is a question and where its answers lead.
type ask struct {
	question
	is     lookup[*index]
	begins *trie
	names  lookup[*lookup[*index]] // instead, of asksPayload: namespaces, local names
}

// What bounds an index. To try a route takes as long as two or three questions.
const (
	maxScan   = 2  // so many routes are tried without a question
	maxAsks   = 16 // questions side by side
	maxLevels = 4  // questions behind answers
)

// An indexer makes the indexes of a table.
type indexer struct {
	questions
	keys map[*Entry][]string
}

// A filing is a route, or one alternative of it, with the conditions by which it
// can still be filed.
type filing struct {
	entry *Entry
	all   []condition
	from  *alternative
}

// candidate returns what an index has of the route where it is not filed any
// further. Who knows an attribute or a text of a child knows that there is the child.
func (f *filing) candidate() candidate {
	known := func(child element.Name) bool {
		return slices.ContainsFunc(f.from.tests, func(c condition) bool { return c.of.child == child && !slices.Contains(f.all, c) })
	}
	c := candidate{Entry: f.entry, proved: f.from.exact}
	for _, test := range f.from.tests {
		if slices.Contains(f.all, test) && !(test.of.what == asksPayload && known(test.name)) {
			c.proved = c.proved && test.plain()
			c.left = append(c.left, test)
		}
	}
	if !c.proved {
		c.left = nil
	}
	return c
}

// add adds what one alternative of a route makes of it. Those of a route are
// neighbours. One that is evaluated says what all do, and so does one that is proved
// and has nothing left.
func (ix *index) add(c candidate) {
	own := len(ix.routes)
	for own > 0 && ix.routes[own-1].Entry == c.Entry {
		own--
	}
	switch others := ix.routes[own:]; {
	case c.proved && len(c.left) == 0:
		ix.routes = ix.routes[:own]
	case slices.ContainsFunc(others, func(o candidate) bool { return len(o.left) == 0 }):
		return
	case !c.proved:
		ix.routes = ix.routes[:own]
	}
	ix.routes = append(ix.routes, c)
}

// newIndex makes the index of each kind of stanza, and sets the keys of the
// routes.
func (t *Table) newIndex() {
	x := indexer{keys: map[*Entry][]string{}}
	for kind := stanza.Message; kind <= stanza.IQ; kind++ {
		var todo []filing
		for _, e := range t.entries {
			for _, a := range e.necessary(kind, &x.questions) {
				todo = append(todo, filing{e, a.all, &a})
			}
		}
		t.indexes[kind] = x.index(todo, nil)
	}
	for _, e := range t.entries {
		e.key = keyOf(x.keys[e])
	}
	t.paths = x.paths
}

func unique(all []condition) (once []condition) {
	for _, c := range all {
		if !slices.Contains(once, c) {
			once = append(once, c)
		}
	}
	return once
}

// index makes the index of what is to be filed, which lies behind the answers.
func (x *indexer) index(todo []filing, answers []condition) *index {
	ix := &index{}
	for len(todo) > maxScan && len(ix.asks) < maxAsks && len(answers) < maxLevels {
		t := newTally(todo)
		q := t.best()
		if q == nil {
			break
		}
		var a ask
		a, todo = x.file(q, t, todo, answers)
		ix.asks = append(ix.asks, a)
	}
	for _, f := range todo {
		ix.add(f.candidate())
		x.found(f.entry, answers)
	}
	return ix
}

// file files by a question what has a condition of it, and returns the rest. Of
// several conditions the one counts that fewest others have.
func (x *indexer) file(q *question, t *tally, todo []filing, answers []condition) (a ask, rest []filing) {
	by := map[condition][]filing{}
	var order []condition
	for _, f := range todo {
		i := t.rarest(q, f.all)
		if i < 0 {
			rest = append(rest, f)
			continue
		}
		c := f.all[i]
		if by[c] == nil {
			order = append(order, c)
		}
		by[c] = append(by[c], filing{f.entry, slices.Concat(f.all[:i], f.all[i+1:]), f.from})
	}
	a = ask{question: *q}
	for _, c := range order {
		a.put(c, x.index(by[c], append(answers[:len(answers):len(answers)], c)))
	}
	return a, rest
}

// put leads from the answer that c asks for to an index.
func (a *ask) put(c condition, ix *index) {
	switch {
	case c.begins:
		if a.begins == nil {
			a.begins = &trie{}
		}
		*a.begins.add(c.text) = ix
	case a.what == asksPayload:
		in := a.names.of(c.name.Space)
		if in == nil {
			in = &lookup[*index]{}
			a.names.put(c.name.Space, in)
		}
		in.put(c.name.Local, ix)
	default:
		a.is.put(c.text, ix)
	}
}

// found notes that a route is found behind the answers.
func (x *indexer) found(e *Entry, answers []condition) {
	var words []string
	for _, c := range answers {
		words = append(words, c.String())
	}
	key := strings.Join(words, " and ")
	if key == "" {
		key = "scan"
	}
	if !slices.Contains(x.keys[e], key) {
		x.keys[e] = append(x.keys[e], key)
	}
}
